use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::digest::Digest;
use veralux_core::id::NumberId;

use super::{NumberView, act};
use crate::Api;
use crate::web::{Json, OptionalJson, Problem, ProblemBody, Writer, path_id};

/// What becomes of the threads of a person's number, or why a quarantine ends early; one of them at most.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ReleaseNumber {
    /// The number to which its open threads shall go, of an active number.
    #[schema(value_type = Option<String>)]
    reassign: Option<NumberId>,
    /// Why the cooldown is cut short, of a quarantined number.
    reason: Option<String>,
    /// That of an impact: the act is refused unless it does what that showed.
    #[schema(value_type = Option<String>)]
    stamp: Option<Digest>,
}

/// Restores a quarantined number; gives an active one that was a person's back to the pool.
#[utoipa::path(
    post, path = "/api/numbers/{id}/release", tag = "numbers", params(("id" = String, Path)),
    request_body = Option<ReleaseNumber>,
    responses(
        (status = OK, body = NumberView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
    ),
)]
pub(crate) async fn release(
    State(api): State<Api>,
    writer: Writer,
    Path(id): Path<String>,
    OptionalJson(body): OptionalJson<ReleaseNumber>,
) -> Result<Json<NumberView>, Problem> {
    let number = path_id(&id, "number_not_found", "number")?;
    let release = api.numbers().release(&writer.tenant, &number, body.reassign, body.reason).await?;
    act(&api, &writer, &id, &release, body.stamp).await
}
