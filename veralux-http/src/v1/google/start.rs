use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// Where to send the person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConsentPage {
    success: bool,
    /// Google's consent page; good for ten minutes and one return.
    url: String,
}

/// Begins to connect Google Calendar.
///
/// Answers with a redirect to Google's consent page; with `Accept: application/json`, with its URL in JSON, for a page that
/// sends its key in a header and then goes there by itself.
#[utoipa::path(
    get, path = "/api/google/oauth/start", tag = "google",
    responses(
        (status = FOUND, description = "Google's consent page"),
        (status = OK, body = ConsentPage),
        (status = FORBIDDEN, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "Google is not set up on this server"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn start(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let url = api.vault().begin_google(&context, &tenant).await?;
    // The state in it is for one person only.
    let unkept = [(header::CACHE_CONTROL, "no-store"), (header::REFERRER_POLICY, "no-referrer")];
    if wants_json(&headers) {
        return Ok((unkept, Json(ConsentPage { success: true, url })).into_response());
    }
    Ok((StatusCode::FOUND, unkept, [(header::LOCATION, url)]).into_response())
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    accepts.flat_map(|value| value.split(',')).any(|range| {
        range.split(';').next().is_some_and(|range| range.trim().eq_ignore_ascii_case("application/json"))
    })
}
