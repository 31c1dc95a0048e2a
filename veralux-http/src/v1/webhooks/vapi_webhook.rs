use axum::extract::{Extension, OriginalUri, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::service::{CallNews, CallRefusal, Context, FoundBy, IncomingCall};
use veralux_providers::vapi::webhook::{
    AssistantAnswer, CallFacts, Event, MAX_BODY_BYTES, Message, assistant_answer,
};

use super::twilio_voice_inbound::{TROUBLE, sentence};
use super::vapi_signed::{PLATFORM, TENANT_UNKNOWN, is_answered, read, tenant_unknown, whose};
use super::vapi_tools;
use crate::Api;
use crate::web::{AtMost, Problem, ProblemBody, RequestId};

/// Takes in Vapi's server messages: who answers a call, what a tool says, how a call fares.
///
/// A message bears the secret that Vapi was given: in `x-vapi-secret`, as a bearer token, or as an HMAC over moment and body.
/// Whose it is tell, in this order, the assistant's id, the metadata of the call and a parameter (`tenantId`, also of the
/// URL); none of them: it is refused. Questions are always answered with 200, since the caller would hear nothing otherwise;
/// messages of other types are answered with an empty object.
#[utoipa::path(
    post, path = "/api/vapi/webhook", tag = "webhooks", security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    params(
        ("x-vapi-secret" = Option<String>, Header),
        ("tenantId" = Option<String>, Query, description = "Whose messages come to this URL, where nothing else tells"),
    ),
    responses(
        (status = OK, body = serde_json::Value),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "Nothing in it leads to a tenant"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn vapi_webhook(
    State(api): State<Api>,
    Extension(request_id): Extension<RequestId>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    AtMost(body): AtMost<MAX_BODY_BYTES>,
) -> Result<Response, Problem> {
    let context = Context::of_webhook(PLATFORM, request_id.label());
    let message = read(&body)?;
    let answer = match take(&api, &context, (&uri, &headers, &body), &message).await {
        Ok(answer) => answer,
        Err(problem) if is_answered(&problem) => aloud(&context, &message, problem)?,
        Err(problem) => return Err(problem),
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
}

async fn take(
    api: &Api,
    context: &Context,
    sent: (&Uri, &HeaderMap, &[u8]),
    message: &Message,
) -> Result<String, Problem> {
    let found = whose(api, context, sent, message).await?;
    if message.event == Event::Other {
        return Ok("{}".to_owned());
    }
    let (tenant, found_by) = found.ok_or_else(tenant_unknown)?;
    let by = (&tenant, found_by);
    match &message.event {
        Event::AssistantRequest => who_answers(api, context, by, &message.call).await,
        Event::ToolCalls(calls) => Ok(vapi_tools::run(api, context, by, calls, None).await),
        Event::StatusUpdate { status, ended_reason } => {
            let news = match status.as_str() {
                "in-progress" => Some(CallNews::Started(None)),
                "ended" => Some(ended(ended_reason.as_ref())),
                _ => None,
            };
            record(api, context, by, &message.call, news).await
        }
        Event::EndOfCall(report) => {
            record(api, context, by, &message.call, Some(ended(report.ended_reason.as_ref()))).await
        }
        Event::Other => Ok("{}".to_owned()),
    }
}

/// What went wrong on our side, as an answer to who asks.
fn aloud(context: &Context, message: &Message, problem: Problem) -> Result<String, Problem> {
    let answer = match &message.event {
        Event::AssistantRequest if problem.code == TENANT_UNKNOWN => {
            assistant_answer(&spoken(CallRefusal::NotInService))
        }
        Event::AssistantRequest => assistant_answer(&AssistantAnswer::Error(TROUBLE.to_owned())),
        Event::ToolCalls(calls) => vapi_tools::all_failed(calls, &problem),
        _ => return Err(problem),
    };
    super::tell(&problem, context, "a question was answered with an error");
    Ok(answer)
}

async fn who_answers(
    api: &Api,
    context: &Context,
    by: (&TenantId, FoundBy),
    call: &CallFacts,
) -> Result<String, Problem> {
    let at = (call.number.as_ref(), call.phone_number_id.as_deref());
    let answer = match api.calls().assistant_for(context, by, PLATFORM, at).await? {
        Ok(assistant) => AssistantAnswer::Assistant(assistant),
        Err(refusal) => spoken(refusal),
    };
    Ok(assistant_answer(&answer))
}

fn spoken(refusal: CallRefusal) -> AssistantAnswer {
    AssistantAnswer::Error(sentence(refusal).to_owned())
}

fn ended(reason: Option<&String>) -> CallNews {
    CallNews::Ended(reason.map_or("completed", String::as_str).to_owned())
}

/// Notes news of a call that came in over a number of ours; others are not recorded.
async fn record(
    api: &Api,
    context: &Context,
    (tenant, found_by): (&TenantId, FoundBy),
    call: &CallFacts,
    news: Option<CallNews>,
) -> Result<String, Problem> {
    let called = if call.number.is_some() {
        call.number
    } else {
        let (assistant, phone) = (call.assistant_id.as_deref(), call.phone_number_id.as_deref());
        api.calls().number_of(tenant, PLATFORM, assistant, phone).await?
    };
    let mut recorded = false;
    if let (Some(id), Some(called), Some(news), false) = (&call.id, called, news, call.outbound) {
        let incoming = IncomingCall {
            provider: PLATFORM,
            provider_call: id.clone(),
            called,
            caller: call.customer.as_ref().map(E164::to_string),
            found_by,
        };
        api.calls().tell(context, tenant, &incoming, &news).await?;
        recorded = true;
    }
    Ok(json!({"foundBy": found_by.as_str(), "recorded": recorded}).to_string())
}
