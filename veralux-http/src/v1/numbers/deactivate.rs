use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::digest::Digest;
use veralux_core::id::NumberId;
use veralux_core::number::Act;

use super::{NumberView, act};
use crate::Api;
use crate::web::{Json, OptionalJson, Problem, ProblemBody, Writer};

/// How a number shall be given up.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct DeactivateNumber {
    /// The number to which its open threads shall go.
    #[schema(value_type = Option<String>)]
    reassign: Option<NumberId>,
    /// That of an impact: the act is refused unless it does what that showed.
    #[schema(value_type = Option<String>)]
    stamp: Option<Digest>,
}

/// Gives a number up.
#[utoipa::path(
    post, path = "/api/numbers/{id}/deactivate", tag = "numbers", params(("id" = String, Path)),
    request_body = Option<DeactivateNumber>,
    responses(
        (status = OK, body = NumberView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
    ),
)]
pub(crate) async fn deactivate(
    State(api): State<Api>,
    writer: Writer,
    Path(id): Path<String>,
    OptionalJson(body): OptionalJson<DeactivateNumber>,
) -> Result<Json<NumberView>, Problem> {
    act(&api, &writer, &id, &Act::Deactivate { reassign: body.reassign }, body.stamp).await
}
