use axum::extract::State;
use axum::http::StatusCode;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::service::StatusReport;
use veralux_providers::twilio::webhook::Form;

use super::twilio_signed::{Delivered, PROVIDER, refuse};
use crate::Api;
use crate::web::{Problem, ProblemBody, note_tenant};

/// Takes in how far a message has come that we sent.
///
/// Its signature must be of the auth token of the tenant that the URL names, else of the tenant whose number the message came
/// from; of the operator's where that tenant has connected no Twilio account. Reports may come in any order, late and twice: a
/// message never goes back. One about a message that is not known is answered like the others.
#[utoipa::path(
    post, path = "/webhooks/twilio/status-callback", tag = "webhooks", security(()),
    request_body(content = String, content_type = "application/x-www-form-urlencoded"),
    params(
        ("X-Twilio-Signature" = String, Header),
        ("tenant" = Option<String>, Query, description = "Whose message it is, as the URL said that Twilio was told"),
        ("message" = Option<String>, Query, description = "Our id of the message"),
        ("attempt" = Option<u32>, Query, description = "Which attempt to send it"),
    ),
    responses(
        (status = NO_CONTENT),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "Deliver it again later"),
    ),
)]
pub(crate) async fn twilio_status_callback(
    State(api): State<Api>,
    delivered: Delivered,
) -> Result<StatusCode, Problem> {
    let Delivered { context, form, named, .. } = &delivered;
    let tenant = match named.tenant.clone() {
        Some(tenant) => Some(tenant),
        None => tenant_of_sender(&api, form).await?,
    };
    if let Err(refused) = delivered.check(&api, tenant.as_ref()).await {
        // Only for the log line: what the URL says is not believed yet.
        let _ = super::named_tenant(&api, named).await;
        return Err(refused);
    }
    tenant.as_ref().inspect(|tenant| note_tenant(tenant));
    let status = form.message_status().map_err(refuse)?;
    // A word that nobody knows yet says nothing.
    if let (Some(tenant), Some(state)) = (tenant, status.delivery) {
        let report = StatusReport {
            provider: PROVIDER.to_owned(),
            provider_id: status.message_sid,
            message: named.message.clone(),
            attempt: named.attempt,
            state,
            code: status.error_code,
        };
        api.dispatcher().report(context, &tenant, &report).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The tenant whose number the message came from.
async fn tenant_of_sender(api: &Api, form: &Form) -> Result<Option<TenantId>, Problem> {
    let from = form.value("From").and_then(|from| E164::parse(from).ok());
    super::holder_of(api, from.as_ref()).await
}
