//! What providers send. Each is authenticated by its provider's signature and nothing else.

pub(crate) mod telnyx_call_control;
pub(crate) mod telnyx_messages;
mod telnyx_signed;
pub(crate) mod twilio_inbound_sms;
mod twilio_signed;
pub(crate) mod twilio_status_callback;
pub(crate) mod twilio_stream_status;
pub(crate) mod twilio_voice_inbound;
mod vapi_signed;
pub(crate) mod vapi_tools;
pub(crate) mod vapi_webhook;

use axum::http::Uri;
use veralux_core::audit::Label;
use veralux_core::id::{MessageId, TenantId};
use veralux_core::phone::E164;
use veralux_core::service::Context;

use crate::Api;
use crate::web::{Problem, note_tenant};

/// Whose a call to one of our numbers is: that tenant's to whom the number leads, else the one's who holds it.
async fn tenant_of_call(api: &Api, number: Option<&E164>) -> Result<Option<TenantId>, Problem> {
    let Some(number) = number else { return Ok(None) };
    match api.parts().stores.runtime.find_tenant(number).await? {
        Some(tenant) => Ok(Some(known(tenant))),
        None => holder_of(api, Some(number)).await,
    }
}

/// Who holds one of our numbers.
async fn holder_of(api: &Api, number: Option<&E164>) -> Result<Option<TenantId>, Problem> {
    let Some(number) = number else { return Ok(None) };
    Ok(api.parts().stores.directory.find_tenant_by_number(number).await?.map(known))
}

/// A tenant, which the request's log line names from now on: a refused signature must be traced to whose it was not.
fn known(tenant: TenantId) -> TenantId {
    note_tenant(&tenant);
    tenant
}

/// What a webhook is refused with that nobody can check, for want of a setting.
const NOT_CONFIGURED: &str = "webhook_not_configured";

/// Whether something went wrong on our side, and not with what was sent.
fn is_ours(problem: &Problem) -> bool {
    problem.cause.is_some() || problem.status.is_server_error() && problem.code != NOT_CONFIGURED
}

/// Logs what went wrong on our side where the answer says 200 all the same.
fn tell(problem: &Problem, context: &Context, message: &'static str) {
    let request_id = context.request_id.as_ref().map_or("-", Label::as_str);
    let cause = problem.cause.as_deref().unwrap_or(problem.code);
    tracing::error!(request.id = %request_id, error.cause = %cause, "{message}");
}

/// The tenant that the URL names, if there is one.
async fn named_tenant(api: &Api, named: &Named) -> Result<Option<TenantId>, Problem> {
    let Some(tenant) = &named.tenant else { return Ok(None) };
    Ok(api.parts().stores.directory.lookup_tenant(tenant).await?.map(|tenant| known(tenant.id)))
}

/// What the URL of a webhook says that we gave to a provider. It proves nothing: it says with whose secret to check.
#[derive(Default)]
struct Named {
    tenant: Option<TenantId>,
    message: Option<MessageId>,
    attempt: Option<u32>,
}

impl Named {
    fn of(uri: &Uri) -> Self {
        let mut named = Self::default();
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            match &*name {
                "tenant" => named.tenant = TenantId::parse(&value).ok(),
                "message" => named.message = MessageId::parse(&value).ok(),
                "attempt" => named.attempt = value.parse().ok(),
                _ => {}
            }
        }
        named
    }
}
