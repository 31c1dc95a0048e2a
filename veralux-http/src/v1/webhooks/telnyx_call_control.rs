use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode};
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::service::{CallNews, Context, FoundBy, IncomingCall};
use veralux_providers::telnyx::webhook::{CallEvent, Direction, EventKind};

use super::telnyx_signed::{PROVIDER, SIGNATURE_INVALID, Stamped, read, stamped};
use crate::Api;
use crate::web::{Bytes, Problem, ProblemBody, RequestId};

/// Takes in what Telnyx tells of calls: one that comes in, is answered, is over.
///
/// It must be signed by the Telnyx account of the tenant to whom the number called leads, or of the tenant who calls where the
/// call goes out; of the operator's where that tenant has connected none; within 300 seconds. Events may come in any order and
/// several times: a call is one record by the id of its leg, and what is over stays over. The voice runtime answers calls; here
/// they are counted and recorded.
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
    let called = whose(&api, &context, call, &stamped).await?;
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

/// Refuses a call's event that is not signed by whose leg it is; answers to whom the call came, where it did.
///
/// The account that signs is of whoever was called where the call comes in, of whoever calls where it goes out: with both
/// numbers here, two tenants' accounts tell of two legs. Only the first event says which way it goes, so of the others each
/// may have signed.
async fn whose(
    api: &Api,
    context: &Context,
    call: &CallEvent,
    stamped: &Stamped<'_>,
) -> Result<Option<TenantId>, Problem> {
    let mut ends = [(call.to.as_ref(), true), (call.from.as_ref(), false)];
    if call.direction == Some(Direction::Outgoing) {
        ends.reverse();
    }
    let mut refused = None;
    for (number, is_called) in ends {
        let Some(tenant) = super::tenant_of_call(api, number).await? else { continue };
        match stamped.check(api, context, Some(&tenant)).await {
            Ok(()) => return Ok(Some(tenant).filter(|_| is_called)),
            Err(problem) if call.direction.is_none() && problem.code == SIGNATURE_INVALID => {
                refused.get_or_insert(problem);
            }
            Err(problem) => return Err(problem),
        }
    }
    match refused {
        Some(problem) => Err(problem),
        None => stamped.check(api, context, None).await.map(|()| None),
    }
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
