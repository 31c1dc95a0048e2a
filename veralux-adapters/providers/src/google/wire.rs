//! What goes to Google and what comes back.

use serde::Deserialize;
use veralux_core::port::{Grant, GrantError};
use veralux_core::secret::Secret;
use veralux_core::time::{Instant, SECOND};
use zeroize::Zeroizing;

use crate::{Body, Response};

/// Longest life that is believed of an access token, in seconds; Google gives an hour.
const MAX_LIFE: i64 = 86_400;

/// RFC 6749, 5.1.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Secret,
    expires_in: i64,
    refresh_token: Option<Secret>,
    #[serde(default)]
    scope: String,
}

/// RFC 6749, 5.2. The description is Google's text and is not looked at.
#[derive(Deserialize)]
struct ErrorAnswer {
    error: String,
}

/// `OpenID` Connect Core 1.0, 5.3.2.
#[derive(Deserialize)]
struct AccountAnswer {
    email: Option<String>,
}

/// A form of names and values.
pub(super) fn form<'a>(fields: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> Body {
    // Large enough that it does not grow: a copy that is left behind would not be wiped.
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(8192));
    form.extend_pairs(fields);
    let bytes = Zeroizing::new(form.finish().into_bytes());
    Body { content_type: "application/x-www-form-urlencoded", bytes }
}

/// What a token request came to.
pub(super) fn token_answer(response: &Response, asked_at: Instant) -> Result<Grant, GrantError> {
    match response.status {
        200 => granted(&response.body, asked_at),
        // The request was seen and not taken: too many, or Google is busy.
        429 | 503 => Err(GrantError::Unreachable),
        500..=599 => Err(GrantError::Lost),
        _ => Err(refused(&response.body)),
    }
}

fn granted(body: &[u8], asked_at: Instant) -> Result<Grant, GrantError> {
    let answer: TokenAnswer = serde_json::from_slice(body).map_err(|_| GrantError::Lost)?;
    Ok(Grant {
        access_token: answer.access_token,
        expires_at: asked_at.plus(answer.expires_in.clamp(0, MAX_LIFE) * SECOND),
        refresh_token: answer.refresh_token,
        scopes: answer.scope.split_ascii_whitespace().map(ToOwned::to_owned).collect(),
        email: None,
    })
}

fn refused(body: &[u8]) -> GrantError {
    match serde_json::from_slice::<ErrorAnswer>(body) {
        Ok(answer) if answer.error == "invalid_grant" => GrantError::Ended,
        _ => GrantError::Refused,
    }
}

/// What a revocation came to. A token that Google does not know is not good for anything.
pub(super) fn revoke_answer(response: &Response) -> Result<(), GrantError> {
    match response.status {
        200 => Ok(()),
        429 | 503 => Err(GrantError::Unreachable),
        500..=599 => Err(GrantError::Lost),
        _ => match serde_json::from_slice::<ErrorAnswer>(&response.body) {
            Ok(answer) if matches!(answer.error.as_str(), "invalid_token" | "invalid_grant") => Ok(()),
            _ => Err(GrantError::Refused),
        },
    }
}

/// Whose account it is.
pub(super) fn account_answer(response: &Response) -> Option<String> {
    let answer: AccountAnswer =
        serde_json::from_slice(&response.body).ok().filter(|_| response.status == 200)?;
    answer.email
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> Response {
        Response::new(status, body)
    }

    #[test]
    fn what_a_token_answer_means() {
        let at = Instant::from_micros(0);
        let good = r#"{"access_token":"ya29.a","expires_in":3599,"scope":"a b","token_type":"Bearer","x":1}"#;
        for (what, status, body, expected) in [
            ("a grant", 200, good, Ok(3599 * SECOND)),
            ("a long life", 200, r#"{"access_token":"a","expires_in":999999999}"#, Ok(MAX_LIFE * SECOND)),
            ("a life of less than nothing", 200, r#"{"access_token":"a","expires_in":-1}"#, Ok(0)),
            ("no token", 200, r#"{"expires_in":1}"#, Err(GrantError::Lost)),
            ("no JSON", 200, "<html>", Err(GrantError::Lost)),
            ("ended", 400, r#"{"error":"invalid_grant","error_description":"Bad"}"#, Err(GrantError::Ended)),
            ("another client", 401, r#"{"error":"invalid_client"}"#, Err(GrantError::Refused)),
            ("a refusal that says nothing", 403, "", Err(GrantError::Refused)),
            ("elsewhere", 302, "", Err(GrantError::Refused)),
            ("too many", 429, "", Err(GrantError::Unreachable)),
            ("busy", 503, "", Err(GrantError::Unreachable)),
            ("broken half way", 500, r#"{"error":"invalid_grant"}"#, Err(GrantError::Lost)),
            ("broken behind a proxy", 502, "", Err(GrantError::Lost)),
        ] {
            let grant = token_answer(&response(status, body), at);
            assert_eq!(grant.map(|grant| grant.expires_at.micros()), expected, "{what}");
        }
        assert_eq!(token_answer(&response(200, good), at).unwrap().scopes, ["a", "b"]);
    }

    #[test]
    fn whose_account_it_is() {
        for (what, status, body, expected) in [
            ("told", 200, r#"{"sub":"1","email":"ann@example.com"}"#, Some("ann@example.com")),
            ("not told", 200, r#"{"sub":"1"}"#, None),
            ("refused", 401, r#"{"email":"ann@example.com"}"#, None),
            ("no JSON", 200, "", None),
        ] {
            assert_eq!(account_answer(&response(status, body)).as_deref(), expected, "{what}");
        }
    }
}
