//! The request id, and one log line a request.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::Response;
use veralux_core::audit::Label;
use veralux_core::id::TenantId;

use super::Problem;
use super::auth::TenantSlot;
use crate::Api;

const HEADER: &str = "x-request-id";
/// Longest request id that is taken over from a caller, in bytes.
const MAX_BYTES: usize = 64;

/// What a proxy or an orchestrator asks all the time: that all is well is said at debug level.
const PROBES: [&str; 2] = ["/health", "/ready"];

tokio::task_local! {
    /// Whose request this is, once somebody knows: what the log line says.
    static TENANT: TenantSlot;
}

/// Says in the request's log line whose it is. For who learns it from what came, and not from the caller's key; only ever a tenant
/// that there is, so that nobody writes into the log what he likes.
pub(crate) fn note_tenant(tenant: &TenantId) {
    // Outside of a request there is no line. Of two, the first is who was called.
    let _ = TENANT.try_with(|slot| slot.set(tenant.clone()));
}

/// Names a request in answers, logs and audit events.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    /// As audit events hold it.
    pub(crate) fn label(&self) -> Option<Label> {
        Label::parse(&self.0).ok()
    }
}

/// Gives the request its id, writes refusals, and logs one line: no body, no query, no number.
pub(crate) async fn trace(State(api): State<Api>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = request_id(&api, &request);
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    request.extensions_mut().insert(RequestId(id.clone()));
    let tenant = super::auth::tenant_slot(&mut request);
    let mut response = TENANT.scope(tenant.clone(), next.run(request)).await;
    let mut code = "";
    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        problem.tell_wait(api.clock().now());
        code = problem.code;
        // Who comes too late with a change is told so, and nobody else.
        if let Some(cause) = problem.cause.as_ref().filter(|_| problem.status.is_server_error()) {
            tracing::error!(request.id = %id, error.code = code, error.cause = %cause, "request failed");
        }
        let rate_headers = response.headers().clone();
        response = problem.render(&id);
        response.headers_mut().extend(rate_headers);
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    macro_rules! log {
        ($at:ident) => {
            tracing::$at!(
                request.id = %id,
                http.method = %method,
                http.route = route.as_deref().unwrap_or("-"),
                http.status = response.status().as_u16(),
                error.code = code,
                tenant.id = tenant.get().map_or("-", TenantId::as_str),
                duration.us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
                "request"
            )
        };
    }
    let is_probe = route.as_deref().is_some_and(|route| PROBES.contains(&route));
    if is_probe && response.status().is_success() {
        log!(debug);
    } else {
        log!(info);
    }
    response
}

fn request_id(api: &Api, request: &Request) -> String {
    let sane = |text: &&str| {
        (1..=MAX_BYTES).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte))
    };
    let sent = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(sane);
    sent.map_or_else(|| api.new_request_id(), ToOwned::to_owned)
}
