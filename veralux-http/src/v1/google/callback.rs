use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use veralux_core::secret::Secret;

use crate::Api;
use crate::web::Problem;

/// Longest query in bytes that is looked at.
const MAX_QUERY_BYTES: usize = 8192;
/// Longest code in bytes; Google's have about a hundred.
const MAX_CODE_BYTES: usize = 2048;

/// What Google sends a person back with. It has no `Debug`.
#[derive(Default)]
struct Return {
    state: Option<String>,
    code: Option<Secret>,
    /// A word from Google's list; its text is not shown.
    error: Option<String>,
}

/// Where Google sends the person back to: a page for people that says whether Google Calendar is connected.
///
/// Needs no key: the state that it must bring was made by `start` for one tenant and person, and counts once.
#[utoipa::path(
    get, path = "/api/google/oauth/callback", tag = "google", security(()),
    params(
        ("state" = String, Query),
        ("code" = Option<String>, Query),
        ("error" = Option<String>, Query, description = "Why nothing was granted (RFC 6749, 4.1.2.1)"),
    ),
    responses(
        (status = OK, body = String, content_type = "text/html", description = "Connected"),
        (status = BAD_REQUEST, body = String, content_type = "text/html", description = "A link that is not valid any more"),
        (status = FORBIDDEN, body = String, content_type = "text/html", description = "The person did not grant access"),
        (status = CONFLICT, body = String, content_type = "text/html", description = "Google is not set up on this server"),
        (status = UNPROCESSABLE_ENTITY, body = String, content_type = "text/html", description = "Google did not grant access"),
        (status = INTERNAL_SERVER_ERROR, body = String, content_type = "text/html", description = "What is stored cannot be used"),
        (status = SERVICE_UNAVAILABLE, body = String, content_type = "text/html"),
    ),
)]
pub(crate) async fn callback(State(api): State<Api>, uri: Uri) -> Response {
    match finish(&api, uri.query().unwrap_or_default()).await {
        Ok(account) => {
            let whose = account.map(|account| format!(" with the calendar of {account}")).unwrap_or_default();
            page(
                StatusCode::OK,
                "Google Calendar is connected",
                &format!("Connected{whose}. You can close this page."),
            )
        }
        Err(problem) => {
            if let Some(cause) = &problem.cause {
                tracing::error!(error.code = problem.code, error.cause = %cause, "Google Calendar was not connected");
            }
            page(problem.status, "Google Calendar is not connected", &problem.detail)
        }
    }
}

/// Connects; answers with the account.
async fn finish(api: &Api, query: &str) -> Result<Option<String>, Problem> {
    let Return { state, code, error } = Return::read(query).ok_or_else(invalid)?;
    if let Some(error) = error {
        let detail = if error == "access_denied" {
            "Access was not granted. To connect, start again in Settings > Integrations and allow it."
        } else {
            "Google did not grant access. Start again in Settings > Integrations."
        };
        return Err(Problem::new(StatusCode::FORBIDDEN, "access_denied", detail));
    }
    let (Some(state), Some(code)) = (state, code) else { return Err(invalid()) };
    let (_, credential) = api.vault().finish_google(&state, &code).await?;
    Ok(credential.account)
}

fn invalid() -> Problem {
    let detail = "This link is not valid any more; start again in Settings > Integrations.";
    Problem::invalid("invalid_state", detail)
}

impl Return {
    /// `None` when something is too long or stands twice.
    fn read(query: &str) -> Option<Self> {
        if query.len() > MAX_QUERY_BYTES {
            return None;
        }
        let mut back = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let twice = match &*name {
                "state" => back.state.replace(value.into_owned()).is_some(),
                "code" => {
                    let code = Secret::new(value);
                    code.expose().len() > MAX_CODE_BYTES || back.code.replace(code).is_some()
                }
                "error" => back.error.replace(value.into_owned()).is_some(),
                // Google sends more (`scope`, `authuser`, `prompt`), and what it will be is not promised.
                _ => false,
            };
            if twice {
                return None;
            }
        }
        Some(back)
    }
}

/// A page without script, style or anything from elsewhere.
fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let (title, text) = (escaped(title), escaped(text));
    let html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body><h1>{title}</h1><p>{text}</p></body></html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        // The address of this page holds the code.
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, html).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
