use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::port::Allowed;

use super::{AllowListView, AllowedView};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// What the tenant shall allow from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PutAllowList {
    /// At most 500, each of at most 253 bytes.
    entries: Vec<AllowedView>,
    /// The revision that was read; 0 where nothing was ever allowed.
    revision: u64,
}

/// Replaces what the tenant allows.
#[utoipa::path(
    put, path = "/api/policy/allow-list", tag = "policy", request_body = PutAllowList,
    responses(
        (status = OK, body = AllowListView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "It has changed since it was read"),
    ),
)]
pub(crate) async fn put_allow_list(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(PutAllowList { entries, revision }): Json<PutAllowList>,
) -> Result<Json<AllowListView>, Problem> {
    let entries = entries.into_iter().map(|AllowedView { kind, value }| Allowed { kind, value }).collect();
    Ok(Json(api.policy().put_allow_list(&context, &tenant, entries, revision).await?.into()))
}
