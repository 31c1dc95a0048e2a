use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::id::{StaffId, ThreadId};
use veralux_core::service::WindowRequest;
use veralux_core::time::Instant;

use super::WindowView;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// A window to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AddWindow {
    #[schema(value_type = String)]
    thread_id: ThreadId,
    #[schema(value_type = String)]
    staff_id: StaffId,
    /// The first instant.
    #[schema(value_type = String, format = DateTime)]
    starts_at: Instant,
    /// The first instant that no longer belongs to it.
    #[schema(value_type = String, format = DateTime)]
    ends_at: Instant,
}

/// Makes an assignment window.
#[utoipa::path(
    post, path = "/api/assignments/windows", tag = "assignments", request_body = AddWindow,
    responses(
        (status = CREATED, body = WindowView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
    ),
)]
pub(crate) async fn add_window(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<AddWindow>,
) -> Result<(StatusCode, Json<WindowView>), Problem> {
    let AddWindow { thread_id: thread, staff_id: staff, starts_at, ends_at } = body;
    let request = WindowRequest { thread, staff, starts_at, ends_at };
    let window = api.schedule().add_window(&context, &tenant, request).await?;
    Ok((StatusCode::CREATED, Json(window.into())))
}
