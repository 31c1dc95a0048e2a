use axum::extract::State;
use axum::http::StatusCode;
use veralux_core::id::TenantId;
use veralux_core::port::{CredentialExport, ExportState};

use super::{ExportView, LOOK_AGAIN, PATIENCE};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Hands the tenant's Twilio account to the voice platform: its API key where it has one, else its auth token.
///
/// The copy follows the credential: it is replaced when that changes and taken back when that is removed.
#[utoipa::path(
    post, path = "/api/integrations/twilio/export", tag = "assistants",
    responses(
        (status = OK, body = ExportView),
        (status = ACCEPTED, body = ExportView, description = "It goes on by itself"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "Not connected, or there is no voice platform"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn export_twilio(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
) -> Result<(StatusCode, Json<ExportView>), Problem> {
    let export = api.assistants().export_twilio(&context, &tenant).await?;
    settled(&api, &tenant, export).await
}

/// Takes the copy back that the voice platform was handed.
#[utoipa::path(
    delete, path = "/api/integrations/twilio/export", tag = "assistants",
    responses(
        (status = OK, body = ExportView),
        (status = ACCEPTED, body = ExportView, description = "It goes on by itself"),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn withdraw_twilio(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
) -> Result<(StatusCode, Json<ExportView>), Problem> {
    let export = api.assistants().withdraw_twilio(&context, &tenant).await?;
    settled(&api, &tenant, export).await
}

/// How it stands once it is done, or after some seconds.
async fn settled(
    api: &Api,
    tenant: &TenantId,
    mut export: CredentialExport,
) -> Result<(StatusCode, Json<ExportView>), Problem> {
    api.wake_workers();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while export.state == ExportState::Pending
        && export.error.is_none()
        && tokio::time::Instant::now() < deadline
    {
        tokio::time::sleep(LOOK_AGAIN).await;
        if let Some(now) = api.assistants().export(tenant).await? {
            export = now;
        }
    }
    let goes_on = export.state == ExportState::Pending;
    let status = if goes_on { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(export.into())))
}
