use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::digest::Digest;
use veralux_core::number::Act;

use super::{NumberView, act};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Why and how long a number shall rest.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct QuarantineNumber {
    /// Why; the audit keeps it.
    #[schema(example = "spam complaints")]
    reason: String,
    /// 30 to 3650; 90 when absent.
    days: Option<u32>,
    /// That of an impact: the act is refused unless it does what that showed.
    #[schema(value_type = Option<String>)]
    stamp: Option<Digest>,
}

/// Takes an active number out of use for a while; its messages go to the owner inbox meanwhile.
#[utoipa::path(
    post, path = "/api/numbers/{id}/quarantine", tag = "numbers", params(("id" = String, Path)),
    request_body = QuarantineNumber,
    responses(
        (status = OK, body = NumberView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
    ),
)]
pub(crate) async fn quarantine(
    State(api): State<Api>,
    writer: Writer,
    Path(id): Path<String>,
    Json(body): Json<QuarantineNumber>,
) -> Result<Json<NumberView>, Problem> {
    let quarantine = Act::Quarantine { reason: body.reason, days: body.days };
    act(&api, &writer, &id, &quarantine, body.stamp).await
}
