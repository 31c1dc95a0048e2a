use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use veralux_core::phone::E164;
use veralux_core::service::{CallNews, Context, FoundBy, IncomingCall};
use veralux_providers::telnyx::webhook::{CallEvent, Direction, EventKind};

use super::telnyx_signed::{PROVIDER, read, stamped};
use crate::Api;
use crate::web::{Bytes, Problem, ProblemBody, RequestId};

/// Takes in what Telnyx tells of calls: one that comes in, is answered, is over.
///
/// It must be signed by the Telnyx account of the tenant to whom the number leads, of the operator's where that tenant has
/// connected none, within 300 seconds. Events may come in any order and several times: a call is one record by the id of its
/// leg, and what is over stays over. The voice runtime answers calls; here they are counted and recorded.
#[utoipa::path(
    post, path = "/api/telnyx/call-control", tag = "webhooks", security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    params(("telnyx-signature-ed25519" = String, Header), ("telnyx-timestamp" = String, Header)),
    responses(
        (status = NO_CONTENT),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "Deliver it again later"),
    ),
)]
pub(crate) async fn telnyx_call_control(
    State(api): State<Api>,
    Extension(request_id): Extension<RequestId>,
    headers: HeaderMap,
    Bytes(body): Bytes,
) -> Result<StatusCode, Problem> {
    let context = Context::of_webhook(PROVIDER, request_id.label());
    let event = read(&body)?;
    let (EventKind::CallInitiated(call) | EventKind::CallAnswered(call) | EventKind::CallHangup(call)) =
        &event.kind
    else {
        // Nothing is done, so nobody needs to have signed it: refused, it would come again and again.
        return Ok(StatusCode::NO_CONTENT);
    };
    let stamped = stamped(&api, &headers, &body)?;
    let called = super::tenant_of_call(&api, call.to.as_ref()).await?;
    let signer = match &called {
        Some(tenant) => Some(tenant.clone()),
        None => super::tenant_of_call(&api, call.from.as_ref()).await?,
    };
    stamped.check(&api, &context, signer.as_ref()).await?;
    let (Some(incoming), Some(tenant)) = (incoming(call), called) else { return Ok(StatusCode::NO_CONTENT) };
    match &event.kind {
        EventKind::CallInitiated(_) => drop(api.calls().begin(&context, &incoming).await?),
        EventKind::CallHangup(call) => {
            let cause = call.hangup_cause.as_deref().unwrap_or("completed").to_owned();
            api.calls().tell(&context, &tenant, &incoming, &CallNews::Ended(cause)).await?;
        }
        _ => api.calls().tell(&context, &tenant, &incoming, &CallNews::Started(None)).await?,
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The call, where it comes in. By its leg: a call that is handed on has another leg, whose end is not its own. What commands
/// a leg is not kept.
fn incoming(call: &CallEvent) -> Option<IncomingCall> {
    if call.direction == Some(Direction::Outgoing) {
        return None;
    }
    Some(IncomingCall {
        provider: PROVIDER,
        provider_call: call.call_leg_id.clone().or_else(|| call.call_session_id.clone())?,
        called: call.to?,
        caller: call.from.as_ref().map(E164::to_string),
        found_by: FoundBy::Did,
    })
}
