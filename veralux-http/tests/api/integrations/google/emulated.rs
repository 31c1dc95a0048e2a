//! An authorization server on this machine: PKCE, codes that count once, refresh tokens that rotate, failures to order.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};

pub(super) const CLIENT_ID: &str = "veralux.apps.example.com";
pub(super) const CLIENT_SECRET: &str = "GOCSPX-of-the-tests";
pub(super) const REDIRECT_URL: &str = "https://veralux.example.com/api/google/oauth/callback";

/// What becomes of token requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fails {
    Not,
    /// 503 in front of the work.
    Busy,
    /// 500 behind it.
    Broken,
    /// `invalid_client`.
    Client,
}

pub(super) struct Emulated(Mutex<Inner>);

struct Inner {
    fails: Fails,
    scope: String,
    issued: u32,
    refreshes: u32,
    /// Codes that were not used, and the challenge of each.
    codes: BTreeMap<String, String>,
    refresh_token: Option<String>,
    access_tokens: Vec<String>,
}

/// A person's consent: what the page was asked with, and what the browser is sent back with.
pub(super) struct Consent {
    asked: BTreeMap<String, String>,
    pub(super) code: String,
    pub(super) query: String,
}

impl Consent {
    pub(super) fn value(&self, name: &str) -> String {
        self.asked.get(name).cloned().unwrap_or_default()
    }
}

impl Emulated {
    /// Starts it and gives its origin.
    pub(super) async fn start() -> (Arc<Self>, String) {
        let inner = Inner {
            fails: Fails::Not,
            scope: "https://www.googleapis.com/auth/calendar https://www.googleapis.com/auth/userinfo.email"
                .to_owned(),
            issued: 0,
            refreshes: 0,
            codes: BTreeMap::new(),
            refresh_token: None,
            access_tokens: Vec::new(),
        };
        let google = Arc::new(Self(Mutex::new(inner)));
        let router = Router::new()
            .route("/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(google.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        (google, origin)
    }

    /// The person opens the page and allows it.
    pub(super) fn consent(&self, url: &str) -> Consent {
        let (_, query) = url.split_once("/auth?").unwrap();
        let asked: BTreeMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!((asked["client_id"].as_str(), asked["redirect_uri"].as_str()), (CLIENT_ID, REDIRECT_URL));
        let mut inner = self.lock();
        inner.issued += 1;
        let code = format!("4/code-{}", inner.issued);
        inner.codes.insert(code.clone(), asked["code_challenge"].clone());
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("state", asked["state"].as_str()), ("code", &code), ("authuser", "0")])
            .finish();
        Consent { asked, code, query }
    }

    pub(super) fn fail(&self, fails: Fails) {
        self.lock().fails = fails;
    }

    pub(super) fn grant_only(&self, scope: &str) {
        scope.clone_into(&mut self.lock().scope);
    }

    /// The person takes the grant back.
    pub(super) fn revoke(&self) {
        self.lock().refresh_token = None;
    }

    /// Whether it is the access token that was given last.
    pub(super) fn takes(&self, token: &str) -> bool {
        self.lock().access_tokens.last().is_some_and(|last| last == token)
    }

    pub(super) fn refreshes(&self) -> u32 {
        self.lock().refreshes
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap()
    }
}

async fn token(State(google): State<Arc<Emulated>>, body: Bytes) -> Response {
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let field = |name: &str| form.get(name).cloned().unwrap_or_default();
    let mut inner = google.lock();
    let refuse = |status: u16, error: &str| {
        (StatusCode::from_u16(status).unwrap(), json!({"error": error}).to_string()).into_response()
    };
    let client = (field("client_id"), field("client_secret"));
    if inner.fails == Fails::Busy {
        return refuse(503, "temporarily_unavailable");
    }
    if inner.fails == Fails::Client || client != (CLIENT_ID.to_owned(), CLIENT_SECRET.to_owned()) {
        return refuse(401, "invalid_client");
    }
    let granted = match field("grant_type").as_str() {
        "authorization_code" => {
            let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(field("code_verifier")));
            let known = inner.codes.get(&field("code")) == Some(&challenge);
            known && field("redirect_uri") == REDIRECT_URL && inner.codes.remove(&field("code")).is_some()
        }
        "refresh_token" => inner.refresh_token.as_ref() == Some(&field("refresh_token")),
        _ => false,
    };
    if !granted {
        return refuse(400, "invalid_grant");
    }
    if inner.fails == Fails::Broken {
        return refuse(500, "backend_error");
    }
    inner.issued += 1;
    inner.refreshes += u32::from(field("grant_type") == "refresh_token");
    let (access, refresh) =
        (format!("ya29.access-token-{}", inner.issued), format!("1//refresh-token-{}", inner.issued));
    inner.access_tokens.push(access.clone());
    inner.refresh_token = Some(refresh.clone());
    let answer = json!({"access_token": access, "expires_in": 3599, "refresh_token": refresh,
        "scope": inner.scope, "token_type": "Bearer"});
    (StatusCode::OK, answer.to_string()).into_response()
}

async fn userinfo(State(google): State<Arc<Emulated>>, headers: HeaderMap) -> Response {
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
    let token = bearer.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if google.takes(token) {
        (StatusCode::OK, json!({"sub": "1", "email": "ann@example.com"}).to_string()).into_response()
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}
