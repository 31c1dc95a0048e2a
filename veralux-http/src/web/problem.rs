//! Refusals as `application/problem+json` (RFC 9457).

use std::any::Any;

use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::fault::Fault;
use veralux_core::port::{self, Conflict, ProviderFault};
use veralux_core::service::{Error, Kind, Refusal};
use veralux_core::time::Instant;

/// A refusal on its way out. [`super::trace`] writes its body, since it knows the request id.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    pub(crate) errors: Vec<Fault>,
    /// Seconds after which the same request may succeed.
    pub(crate) retry_after: Option<u64>,
    /// What else is known of the next try. Few refusals have it, and every handler's answer holds one.
    pub(crate) next_try: Option<Box<NextTry>>,
    /// Whether the body says `detail` once more as `error`.
    pub(crate) with_error: bool,
    /// What went wrong inside, for the log; never shown.
    pub(crate) cause: Option<String>,
}

/// What is known of the next try.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NextTry {
    /// From when on it may succeed.
    at: Option<Instant>,
    /// How many further tries there are.
    left: Option<u8>,
}

/// The body of a refusal.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemBody {
    /// Stable, for programs.
    #[schema(example = "number_not_found")]
    pub(crate) code: String,
    /// The status in words.
    #[schema(example = "Not Found")]
    pub(crate) title: String,
    /// The status as a number.
    #[schema(example = 404)]
    pub(crate) status: u16,
    /// One sentence for people.
    pub(crate) detail: String,
    /// The same as `detail`, under `/api/telephony` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    /// Every field at fault, where it comes down to fields; one with the wrong type is told alone, since nothing behind it was
    /// read.
    pub(crate) errors: Vec<FieldError>,
    /// Names this request in the log.
    pub(crate) request_id: String,
    /// How many further tries there are, where they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tries_left: Option<u8>,
    /// From when on the same may succeed, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub(crate) retry_at: Option<String>,
}

/// A field at fault.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Names and indexes joined by dots; empty for the document as a whole.
    #[schema(example = "tts.rate")]
    pub(crate) path: String,
    /// A sentence that a person can act on.
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            next_try: None,
            with_error: false,
            cause: None,
        }
    }

    pub(crate) fn invalid(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub(crate) fn field(code: &'static str, path: &str, message: &str) -> Self {
        let errors = vec![Fault::new(path, message)];
        Self { errors, ..Self::invalid(code, format!("`{path}` {message}")) }
    }

    pub(crate) fn not_found(code: &'static str, what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, format!("there is no such {what}"))
    }

    /// A handler panicked: a bug. What it says goes nowhere, since it may hold anything.
    pub(crate) fn panicked() -> Self {
        let detail = "something is wrong here; the operator has been told";
        let problem = Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail);
        Self { cause: Some("a handler panicked".to_owned()), ..problem }
    }

    pub(crate) fn body(&self, request_id: &str) -> ProblemBody {
        let error = |fault: &Fault| FieldError { path: fault.path.clone(), message: fault.message.clone() };
        ProblemBody {
            code: self.code.to_owned(),
            title: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.clone(),
            error: self.with_error.then(|| self.detail.clone()),
            errors: self.errors.iter().map(error).collect(),
            request_id: request_id.to_owned(),
            tries_left: self.next_try.as_ref().and_then(|next| next.left),
            retry_at: self.retry_at().map(|at| at.to_string()),
        }
    }

    /// Says in seconds how long it is until the next try may succeed.
    pub(crate) fn tell_wait(&mut self, now: Instant) {
        let wait =
            |at: Instant| u64::try_from(at.micros() - now.micros()).unwrap_or(0).div_ceil(1_000_000).max(1);
        self.retry_after = self.retry_at().map(wait).or(self.retry_after);
    }

    fn retry_at(&self) -> Option<Instant> {
        self.next_try.as_ref().and_then(|next| next.at)
    }

    /// Writes the response.
    pub(crate) fn render(&self, request_id: &str) -> Response {
        let body = serde_json::to_vec(&self.body(request_id)).unwrap_or_default();
        let json = HeaderValue::from_static("application/problem+json");
        let mut response = (self.status, [(header::CONTENT_TYPE, json)], body).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            Kind::Invalid => StatusCode::BAD_REQUEST,
            Kind::Unprocessable => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Gone => StatusCode::GONE,
            Kind::Locked => StatusCode::LOCKED,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        };
        let retry_after = (refusal.kind == Kind::Unavailable).then_some(1);
        let cause = (refusal.kind == Kind::Broken)
            .then(|| format!("what is stored cannot be used: {}", refusal.code));
        let next_try = NextTry { at: refusal.retry_at, left: refusal.tries_left };
        let is_known = next_try.at.is_some() || next_try.left.is_some();
        Self {
            errors: refusal.faults,
            retry_after,
            cause,
            next_try: is_known.then(|| Box::new(next_try)),
            ..Self::new(status, refusal.code, refusal.detail)
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Port(error) => error.into(),
            Error::Provider(error) => error.into(),
            Error::NotProjected(_) => Self {
                cause: Some(chain(&error)),
                retry_after: Some(1),
                ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "runtime_publish_failed", error.to_string())
            },
        }
    }
}

impl From<port::ProviderError> for Problem {
    fn from(error: port::ProviderError) -> Self {
        let (status, retry_after) = match error.fault {
            ProviderFault::NotConnected => (StatusCode::CONFLICT, None),
            ProviderFault::Rejected => (StatusCode::UNPROCESSABLE_ENTITY, None),
            ProviderFault::RateLimited { wait } => {
                let seconds = wait.map_or(1, |wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
                (StatusCode::TOO_MANY_REQUESTS, Some(seconds.max(1)))
            }
            ProviderFault::Transient | ProviderFault::Unsettled => (StatusCode::SERVICE_UNAVAILABLE, Some(1)),
            ProviderFault::Permanent => (StatusCode::BAD_GATEWAY, None),
        };
        // The answer itself is not logged: it may hold anything.
        let is_ours = error.fault == ProviderFault::Permanent;
        let cause = is_ours.then(|| format!("the answer of {} was not understood", error.provider));
        Self { retry_after, cause, ..Self::new(status, error.fault.code(), error.sentence) }
    }
}

impl From<port::Error> for Problem {
    fn from(error: port::Error) -> Self {
        let cause = Some(chain(&error));
        match error {
            port::Error::Conflict(Conflict::Overtaken) => Self {
                cause,
                ..Self::new(
                    StatusCode::CONFLICT,
                    "request_overtaken",
                    "another request with this idempotency key has taken this one's place",
                )
            },
            port::Error::Conflict(_) => Self {
                cause,
                ..Self::new(
                    StatusCode::CONFLICT,
                    "stale",
                    "this has changed in the meantime; read it again and repeat",
                )
            },
            port::Error::Invalid(detail) => Self::invalid("invalid_request", detail),
            port::Error::Transient { .. } | port::Error::TransientHere { .. } => Self {
                cause,
                retry_after: Some(1),
                ..Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "store_unavailable",
                    "the store does not answer; try again shortly",
                )
            },
            port::Error::NotPermitted(_) | port::Error::Permanent { .. } => Self {
                cause,
                ..Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "something is wrong here; the operator has been told",
                )
            },
        }
    }
}

/// The error and its causes, for the log.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Where nothing is; but whoever opens the server in a browser is told where something is.
pub(crate) async fn no_such_endpoint(method: Method, uri: Uri) -> Response {
    if method == Method::GET && uri.path() == "/" {
        let places = serde_json::json!({
            "name": "VeraLux", "api": "/openapi.json", "live": "/health", "ready": "/ready",
        });
        return axum::Json(places).into_response();
    }
    Problem::not_found("no_such_endpoint", "endpoint").into_response()
}

pub(crate) async fn no_such_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "no_such_method", "this endpoint does not take this method")
}

/// As `tower_http` wants it.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    Problem::panicked().into_response()
}
