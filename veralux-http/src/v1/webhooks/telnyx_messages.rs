use axum::extract::{Extension, OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use veralux_core::phone::{E164, SenderName};
use veralux_core::port::{Body, WebhookClaim};
use veralux_core::service::{Called, Context, Inbound, Receipt, StatusReport};
use veralux_providers::telnyx::webhook::{EventKind, InboundMessage, MessageState};

use super::telnyx_signed::{PROVIDER, read, stamped};
use super::{Named, holder_of};
use crate::Api;
use crate::web::{Bytes, Problem, ProblemBody, RequestId, note_tenant};

/// Takes in what Telnyx tells of messages: one that came in, and how far one of ours has come.
///
/// It must be signed by the Telnyx account of the tenant that holds the number (of a report: that the URL names, else that holds its sender), of the
/// operator's where that tenant has connected none, within 300 seconds. A message is taken in once, however often it is told;
/// of pictures and other media it keeps where Telnyx has them. The automatic reply that a decision may ask for (`autoReply`) is
/// sent as a message of its own, as any other is, to a sender at most once a day (UTC) over each of the tenant's numbers.
#[utoipa::path(
    post, path = "/api/telnyx/messages", tag = "webhooks", security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    params(
        ("telnyx-signature-ed25519" = String, Header),
        ("telnyx-timestamp" = String, Header),
        ("tenant" = Option<String>, Query, description = "Whose message it is, as the URL said that Telnyx was told"),
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
pub(crate) async fn telnyx_messages(
    State(api): State<Api>,
    Extension(request_id): Extension<RequestId>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    Bytes(body): Bytes,
) -> Result<StatusCode, Problem> {
    let context = Context::of_webhook(PROVIDER, request_id.label());
    match read(&body)?.kind {
        EventKind::MessageReceived(message) => {
            let stamped = stamped(&api, &headers, &body)?;
            let called = called(&api, &message).await?;
            called.tenant().inspect(|tenant| note_tenant(tenant));
            stamped.check(&api, &context, called.tenant()).await?;
            let receipt = api.gate().receive(&context, called, inbound(message, &body)).await?;
            if matches!(receipt, Receipt::Stored { auto_reply: Some(_), .. }) {
                api.wake_workers();
            }
        }
        EventKind::MessageState(state) => {
            let stamped = stamped(&api, &headers, &body)?;
            let named = Named::of(&uri);
            let tenant = match super::named_tenant(&api, &named).await? {
                Some(tenant) => Some(tenant),
                None => holder_of(&api, state.from.as_ref()).await?,
            };
            stamped.check(&api, &context, tenant.as_ref()).await?;
            if let (Some(tenant), Some(report)) = (tenant, report(named, state)) {
                api.dispatcher().report(&context, &tenant, &report).await?;
            }
        }
        // Nothing is done, so nobody needs to have signed it: refused, it would come again and again.
        _ => {}
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The first of the numbers that a tenant holds, else the first: a message to a group names others, too.
async fn called(api: &Api, message: &InboundMessage) -> Result<Called, Problem> {
    let name = message.from_name.as_ref().map_or("", SenderName::as_str);
    let from = message.from.as_ref().map_or(name, E164::as_str);
    let mut first = None;
    for number in &message.to {
        let called = api.gate().called(number.as_str(), from).await?;
        if called.tenant().is_some() {
            return Ok(called);
        }
        first.get_or_insert(called);
    }
    match first {
        Some(called) => Ok(called),
        None => Ok(api.gate().called("", from).await?),
    }
}

/// What a report says; `None` when it says nothing that we know.
fn report(named: Named, told: MessageState) -> Option<StatusReport> {
    Some(StatusReport {
        provider: PROVIDER.to_owned(),
        provider_id: told.id,
        message: named.message,
        attempt: named.attempt,
        state: told.state?,
        code: told.code,
    })
}

/// Claimed by the message's own id: each delivery of the event has it, and what Telnyx says of the message later names it.
fn inbound(message: InboundMessage, body: &[u8]) -> Inbound {
    Inbound {
        claim: WebhookClaim { provider: PROVIDER.to_owned(), event: message.id },
        body: message.text,
        media: message.media,
        raw: Body::new(String::from_utf8_lossy(body)),
        // What is answered to Telnyx nobody else hears.
        is_answered: false,
    }
}
