use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::digest::Digest;
use veralux_core::id::StaffId;
use veralux_core::number::Act;

use super::{NumberView, act};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Whose line a number shall be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AssignNumber {
    #[schema(value_type = String)]
    staff_id: StaffId,
    /// That of an impact: the act is refused unless it does what that showed.
    #[schema(value_type = Option<String>)]
    stamp: Option<Digest>,
}

/// Makes an active staff or pool number a person's line.
#[utoipa::path(
    post, path = "/api/numbers/{id}/assign", tag = "numbers", params(("id" = String, Path)),
    request_body = AssignNumber,
    responses(
        (status = OK, body = NumberView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
    ),
)]
pub(crate) async fn assign(
    State(api): State<Api>,
    writer: Writer,
    Path(id): Path<String>,
    Json(body): Json<AssignNumber>,
) -> Result<Json<NumberView>, Problem> {
    act(&api, &writer, &id, &Act::Assign { staff: body.staff_id }, body.stamp).await
}
