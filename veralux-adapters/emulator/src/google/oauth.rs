//! Google's authorization server: RFC 6749 with PKCE (RFC 7636) and revocation (RFC 7009).

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use veralux_core::time::{Instant, SECOND};

use super::{AccessToken, Google, Inside, PERSON};
use crate::Emulator;

/// How long an access token lasts, in seconds.
const LIFE: i64 = 3599;

/// A person's consent: what the page was asked with, and what the browser is sent back with.
#[derive(Debug, Clone)]
pub struct Consent {
    asked: BTreeMap<String, String>,
    /// The code.
    pub code: String,
    /// The query that the browser brings back: state, code and what else Google adds.
    pub query: String,
}

impl Consent {
    /// What the page was asked with; empty when it was not.
    pub fn value(&self, name: &str) -> String {
        self.asked.get(name).cloned().unwrap_or_default()
    }
}

/// The page would show an error instead of asking the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentError(pub &'static str);

impl Google {
    /// The person opens the page and allows it.
    ///
    /// # Errors
    /// [`ConsentError`] for a client or a redirect that is not known.
    pub fn consent(&self, url: &str) -> Result<Consent, ConsentError> {
        let query = url.split_once('?').map(|(_, query)| query).unwrap_or_default();
        let asked: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let value = |name: &str| asked.get(name).map(String::as_str);
        let mut inside = self.lock();
        if value("client_id") != Some(&inside.client.id) {
            return Err(ConsentError("invalid_client"));
        }
        let redirect = value("redirect_uri").ok_or(ConsentError("redirect_uri_mismatch"))?;
        if inside.client.redirect_url.as_deref().is_some_and(|own| own != redirect) {
            return Err(ConsentError("redirect_uri_mismatch"));
        }
        if value("response_type") != Some("code") {
            return Err(ConsentError("unsupported_response_type"));
        }
        inside.issued += 1;
        let code = format!("4/code-{}", inside.issued);
        inside.codes.insert(code.clone(), value("code_challenge").map(ToOwned::to_owned));
        let state = value("state").unwrap_or_default();
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("state", state), ("code", &code), ("authuser", "0")])
            .finish();
        Ok(Consent { asked, code, query })
    }
}

impl Inside {
    /// New tokens, under a refresh token that is there or a new one.
    pub(super) fn issue(&mut self, now: Instant, refreshed: Option<&str>) -> Value {
        self.issued += 1;
        let access = format!("ya29.access-token-{}", self.issued);
        let fresh = format!("1//refresh-token-{}", self.issued);
        let refresh = match refreshed {
            Some(token) if !self.rotates => token.to_owned(),
            old => {
                if let Some(old) = old {
                    self.refresh_tokens.remove(old);
                }
                self.refresh_tokens.insert(fresh.clone());
                fresh
            }
        };
        let ends = now.plus(LIFE * SECOND);
        self.access_tokens.push(AccessToken { token: access.clone(), refresh_token: refresh.clone(), ends });
        let mut answer = json!({
            "access_token": access, "expires_in": LIFE, "scope": self.scope, "token_type": "Bearer",
        });
        // A refresh that does not rotate brings none.
        if let (true, Some(object)) = (refreshed.is_none() || self.rotates, answer.as_object_mut()) {
            object.insert("refresh_token".to_owned(), Value::String(refresh));
        }
        answer
    }

    fn granted(&mut self, form: &BTreeMap<String, String>, now: Instant) -> Result<Value, &'static str> {
        let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        match field("grant_type") {
            "authorization_code" => {
                let challenge = self.codes.get(field("code")).ok_or("invalid_grant")?;
                let proven = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
                if challenge.as_ref().is_some_and(|challenge| *challenge != proven) {
                    return Err("invalid_grant");
                }
                if self.client.redirect_url.as_deref().is_some_and(|own| own != field("redirect_uri")) {
                    return Err("redirect_uri_mismatch");
                }
                self.codes.remove(field("code"));
                Ok(self.issue(now, None))
            }
            "refresh_token" if self.refresh_tokens.contains(field("refresh_token")) => {
                self.refreshes += 1;
                Ok(self.issue(now, Some(field("refresh_token"))))
            }
            "refresh_token" => Err("invalid_grant"),
            _ => Err("unsupported_grant_type"),
        }
    }

    /// Whether an access token is good.
    pub(super) fn is_good(&self, token: &str, now: Instant) -> bool {
        self.access_tokens.iter().any(|own| own.token == token && now < own.ends)
    }
}

/// Stands in for the person: allows at once and sends the browser back.
pub(super) async fn authorize(State(emulator): State<Emulator>, RawQuery(query): RawQuery) -> Response {
    match emulator.google().consent(&format!("?{}", query.unwrap_or_default())) {
        Ok(consent) => {
            let back = consent.value("redirect_uri");
            let sign = if back.contains('?') { '&' } else { '?' };
            (StatusCode::FOUND, [(header::LOCATION, format!("{back}{sign}{}", consent.query))])
                .into_response()
        }
        Err(ConsentError(error)) => {
            (StatusCode::BAD_REQUEST, format!("Error 400: {error}\n")).into_response()
        }
    }
}

pub(super) async fn token(State(emulator): State<Emulator>, body: Bytes) -> Response {
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let mut inside = emulator.google().lock();
    let own = [("client_id", &inside.client.id), ("client_secret", &inside.client.secret)];
    if own.into_iter().any(|(name, value)| form.get(name) != Some(value)) {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
    }
    match inside.granted(&form, emulator.clock().now()) {
        Ok(answer) => axum::Json(answer).into_response(),
        Err(error) => refuse(StatusCode::BAD_REQUEST, error),
    }
}

/// Of a refresh token or an access token; either ends the grant.
pub(super) async fn revoke(State(emulator): State<Emulator>, body: Bytes) -> Response {
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let token = form.get("token").cloned().unwrap_or_default();
    let mut inside = emulator.google().lock();
    let of = inside.access_tokens.iter().find(|own| own.token == token).map(|own| own.refresh_token.clone());
    let grant = of.unwrap_or(token);
    if !inside.refresh_tokens.remove(&grant) {
        return refuse(StatusCode::BAD_REQUEST, "invalid_token");
    }
    inside.access_tokens.retain(|own| own.refresh_token != grant);
    axum::Json(json!({})).into_response()
}

pub(super) async fn userinfo(State(emulator): State<Emulator>, headers: HeaderMap) -> Response {
    if is_authorized(&emulator, &headers) {
        axum::Json(json!({"sub": "1", "email": PERSON, "email_verified": true})).into_response()
    } else {
        refuse(StatusCode::UNAUTHORIZED, "invalid_request")
    }
}

/// Whether a request comes with an access token that is good.
pub(super) fn is_authorized(emulator: &Emulator, headers: &HeaderMap) -> bool {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    emulator.google().lock().is_good(token, emulator.clock().now())
}

fn refuse(status: StatusCode, error: &str) -> Response {
    (status, axum::Json(json!({"error": error, "error_description": "Bad Request"}))).into_response()
}
