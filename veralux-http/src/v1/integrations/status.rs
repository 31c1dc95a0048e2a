use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::credential::Provider;

use super::IntegrationView;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Reader};

/// All providers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Integrations {
    success: bool,
    /// One an existing provider, connected or not.
    integrations: Vec<IntegrationView>,
}

/// How it stands with each provider. Nothing is opened for it.
#[utoipa::path(
    get, path = "/api/integrations/status", tag = "integrations",
    responses((status = OK, body = Integrations), (status = NOT_FOUND, body = ProblemBody)),
)]
pub(crate) async fn status(
    State(api): State<Api>,
    Reader { tenant }: Reader,
) -> Result<Json<Integrations>, Problem> {
    let policy = api.vault().policy();
    let mut rows = api.vault().list(&tenant).await.map_err(veralux_core::service::Error::from)?;
    let view = |provider: &Provider| match rows.iter().position(|row| row.provider == *provider) {
        Some(at) => IntegrationView::new(rows.swap_remove(at), policy),
        None => IntegrationView::of_none(*provider, policy),
    };
    let mut integrations: Vec<IntegrationView> = Provider::ALL.iter().map(view).collect();
    let twilio = Provider::Twilio.as_str();
    if let Some(own) = integrations.iter_mut().find(|own| own.provider == twilio) {
        own.exports.extend(api.assistants().export(&tenant).await?.map(Into::into));
    }
    Ok(Json(Integrations { success: true, integrations }))
}
