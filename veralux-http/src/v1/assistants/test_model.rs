use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Longest prompt in characters: it is a test, and costs.
const MAX_PROMPT: usize = 1000;
const PROMPT: &str = "Answer with one short sentence: are you there?";

/// What the model is asked.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ModelTest {
    /// At most 1,000 characters.
    prompt: Option<String>,
}

/// What it said.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ModelTested {
    ok: bool,
    /// `local` or `openai`.
    provider: &'static str,
    /// Which model answered, where it tells.
    model: Option<String>,
    text: String,
    latency_ms: u64,
}

/// Asks the language model one short thing, so that people see whether it works.
#[utoipa::path(
    post, path = "/api/admin/config/test", tag = "assistants", request_body = ModelTest,
    responses(
        (status = OK, body = ModelTested),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "There is no language model"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "It refuses"),
        (status = TOO_MANY_REQUESTS, body = ProblemBody),
        (status = BAD_GATEWAY, body = ProblemBody, description = "Its answer is not understood"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody, description = "It does not answer"),
    ),
)]
pub(crate) async fn test_model(
    State(api): State<Api>,
    Writer { tenant, .. }: Writer,
    Json(body): Json<ModelTest>,
) -> Result<Json<ModelTested>, Problem> {
    let prompt = body.prompt.unwrap_or_else(|| PROMPT.to_owned());
    if prompt.trim().is_empty() || prompt.chars().count() > MAX_PROMPT {
        let message = format!("must be 1 to {MAX_PROMPT} characters");
        return Err(Problem::field("invalid_prompt", "prompt", &message));
    }
    let model = api.parts().providers.model.clone().ok_or_else(|| {
        let detail = "no language model is set up; the operator sets LLM_PROVIDER";
        Problem::new(StatusCode::CONFLICT, "provider_not_configured", detail)
    })?;
    let answer = model.test(&tenant, &prompt).await?;
    Ok(Json(ModelTested {
        ok: true,
        provider: model.slug(),
        model: answer.model,
        text: answer.text,
        latency_ms: u64::try_from(answer.took.as_millis()).unwrap_or(u64::MAX),
    }))
}
