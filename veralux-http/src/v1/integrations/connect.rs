use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use veralux_core::credential::Provider;
use veralux_core::port::Verdict;

use super::{SavedView, log, named};
use crate::Api;
use crate::web::{Json, Params, Problem, ProblemBody, SecretJson, Writer};

/// Whether the provider is asked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Verification {
    /// `false`: store it without asking the provider.
    #[serde(default = "yes")]
    #[param(default = true)]
    verify: bool,
}

const fn yes() -> bool {
    true
}

/// Connects a provider: checks the credential's fields, asks the provider whether it works, seals and stores it in place
/// of the one there was.
///
/// The body is the provider's credential, such as `{"accountSid":"AC...","authToken":"..."}` for `twilio`. A refused one is
/// not stored. One that could not be asked about is stored, with `verified` null.
#[utoipa::path(
    post, path = "/api/integrations/{provider}", tag = "integrations",
    params(("provider" = String, Path, example = "twilio"), Verification), request_body = Object,
    responses(
        (status = CREATED, body = SavedView, description = "Connected for the first time"),
        (status = OK, body = SavedView, description = "In place of what there was"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "Unknown integration"),
        (status = CONFLICT, body = ProblemBody, description = "The operator manages this provider"),
        (status = PAYLOAD_TOO_LARGE, body = ProblemBody),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "A field is not valid, or the provider refuses it"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn connect(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(provider): Path<String>,
    Params(Verification { verify }): Params<Verification>,
    SecretJson(body): SecretJson,
) -> Result<(StatusCode, Json<SavedView>), Problem> {
    let provider = named(&provider)?;
    let saved = api.vault().put(&context, &tenant, provider, &body, verify).await?;
    log("connected", &saved.credential);
    let status = if saved.credential.generation == 1 { StatusCode::CREATED } else { StatusCode::OK };
    let message = message(provider, saved.verdict, verify);
    Ok((status, Json(SavedView::new(saved, message, api.vault().policy()))))
}

fn message(provider: Provider, verdict: Option<Verdict>, asked: bool) -> String {
    let name = provider.display_name();
    match verdict {
        Some(Verdict::Verified) => format!("{name} is connected and verified."),
        Some(Verdict::Unreachable | Verdict::Rejected(_)) => {
            format!(
                "{name} is connected, but could not be asked whether the credential works. Verify it later."
            )
        }
        None if asked => {
            format!("{name} is connected, but not verified: this server cannot ask {name}.")
        }
        None => format!("{name} is connected, but not verified."),
    }
}
