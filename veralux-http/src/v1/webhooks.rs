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
use veralux_core::id::{MessageId, TenantId};
use veralux_core::phone::E164;

use crate::Api;
use crate::web::Problem;

/// Whose a call to one of our numbers is: that tenant's to whom the number leads, else the one's who holds it.
async fn tenant_of_call(api: &Api, number: Option<&E164>) -> Result<Option<TenantId>, Problem> {
    let Some(number) = number else { return Ok(None) };
    let stores = &api.parts().stores;
    match stores.runtime.find_tenant(number).await? {
        Some(tenant) => Ok(Some(tenant)),
        None => Ok(stores.directory.find_tenant_by_number(number).await?),
    }
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
