use axum::extract::{Extension, OriginalUri, Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use veralux_core::id::TenantId;
use veralux_core::service::{Context, FoundBy, ToolRequest};
use veralux_providers::vapi::webhook::{Event, MAX_BODY_BYTES, ToolCall, ToolResult, tool_results};

use super::vapi_signed::{PLATFORM, TENANT_UNKNOWN, is_answered, read, tenant_unknown, whose};
use crate::Api;
use crate::web::{AtMost, Problem, ProblemBody, RequestId};

/// Answers calls of one tool, for assistants whose tools have an address each.
///
/// As `tool-calls` at `/api/vapi/webhook`: the answer is 200 with one result or error a call, whatever became of them. A call
/// of another tool than the path names is an error.
#[utoipa::path(
    post, path = "/api/vapi/tools/{tool}", tag = "webhooks", security(()),
    request_body(content = serde_json::Value, content_type = "application/json"),
    params(
        ("tool" = String, Path, description = "The tool's name"),
        ("x-vapi-secret" = Option<String>, Header),
        ("tenantId" = Option<String>, Query, description = "Whose messages come to this URL, where nothing else tells"),
    ),
    responses(
        (status = OK, body = serde_json::Value),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "No secret is set"),
    ),
)]
pub(crate) async fn vapi_tools(
    State(api): State<Api>,
    Extension(request_id): Extension<RequestId>,
    Path(tool): Path<String>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    AtMost(body): AtMost<MAX_BODY_BYTES>,
) -> Result<Response, Problem> {
    let context = Context::of_webhook(PLATFORM, request_id.label());
    let message = read(&body)?;
    let Event::ToolCalls(calls) = &message.event else {
        return Err(Problem::invalid("invalid_webhook", "only calls of tools come to this address"));
    };
    let answer = match whose(&api, &context, (&uri, &headers, &body), &message).await {
        Ok(Some((tenant, by))) => run(&api, &context, (&tenant, by), calls, Some(&tool)).await,
        Ok(None) => all_failed(calls, &tenant_unknown()),
        Err(problem) if is_answered(&problem) => {
            super::tell(&problem, &context, "tools could not be called");
            all_failed(calls, &problem)
        }
        Err(problem) => return Err(problem),
    };
    Ok(([(header::CONTENT_TYPE, "application/json")], answer).into_response())
}

/// Calls the tools one after the other; of `only` one name, if there is one.
pub(super) async fn run(
    api: &Api,
    context: &Context,
    tenant: (&TenantId, FoundBy),
    calls: &[ToolCall],
    only: Option<&str>,
) -> String {
    let mut results = Vec::with_capacity(calls.len());
    for call in calls {
        let request = ToolRequest { tenant, name: &call.name, arguments: call.arguments.as_ref() };
        let outcome = if only.is_none_or(|only| only == call.name) {
            match api.tools().call(context, &request).await {
                Ok(outcome) => outcome,
                Err(error) => {
                    let problem = Problem::from(error);
                    super::tell(&problem, context, "a tool could not be called");
                    Err(sentence(&problem).to_owned())
                }
            }
        } else {
            Err("This address is another tool's.".to_owned())
        };
        results.push(result(call, outcome));
    }
    tool_results(&results)
}

/// The answer when none could be called.
pub(super) fn all_failed(calls: &[ToolCall], problem: &Problem) -> String {
    let results: Vec<_> = calls.iter().map(|call| result(call, Err(sentence(problem).to_owned()))).collect();
    tool_results(&results)
}

fn result(call: &ToolCall, outcome: Result<String, String>) -> ToolResult {
    ToolResult { name: call.name.clone(), tool_call_id: call.id.clone(), outcome }
}

fn sentence(problem: &Problem) -> &'static str {
    if problem.code == TENANT_UNKNOWN {
        "This assistant is not set up for a business."
    } else {
        "Something is wrong on our side. Try again in a minute."
    }
}
