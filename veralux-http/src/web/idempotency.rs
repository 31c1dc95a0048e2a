//! `Idempotency-Key`: the same POST twice acts once.

mod sealed;

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use veralux_core::access::Pepper;
use veralux_core::digest::Digest;
use veralux_core::port::{self, Answer, Attempt, IdempotencyClaim, Scope};
use veralux_core::secret::Secret;
use veralux_core::time::{DAY, MINUTE};

use self::sealed::Sealer;
use super::auth::credential;
use super::body::{bytes_of, may_be_secret, secret_bytes_of};
use super::{Auth, Problem, RequestId};
use crate::Api;

const HEADER: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key in bytes.
const MAX_KEY_BYTES: usize = 255;
/// How long an answer is kept, in microseconds.
const LIFE: i64 = DAY;
/// A claim without an answer after so long belonged to a process that died.
const ABANDONED: i64 = 5 * MINUTE;
/// Between two tries to keep an answer while the store is away.
const RETRY_EVERY: Duration = Duration::from_secs(1);
/// How many there are: fewer than fit before the claim is abandoned, each waiting for the store as long as it may.
const RETRIES: usize = 15;

/// Runs a POST with an `Idempotency-Key` once and gives its answer again for a day.
///
/// The caller is known by now: [`super::limit_rate`] has put who it is into the request. What is answered with 5xx or
/// 429 may be tried again with the same key, unless it has acted all the same. Then a failure of this server's own says nothing of what
/// was done, and would have the caller ask for ever or act again under another key: it is told that the answer is lost. Any other
/// is answered so again. An answer that must not be stored (a new key's text) is not given twice. Where the process dies in between,
/// the key is free for another attempt if nothing was done, and else says that the answer is lost; as it does for an answer that does
/// not open any more (see [`sealed`]).
pub(crate) async fn keep_answers(State(api): State<Api>, request: Request, next: Next) -> Response {
    let auth = request.extensions().get::<Auth>().cloned();
    let (Some(auth), Method::POST) = (auth, request.method().clone()) else { return next.run(request).await };
    let Some(value) = request.headers().get(HEADER) else { return next.run(request).await };
    let Some(credential) = credential(request.headers()) else { return next.run(request).await };
    let Some(key) = sane_key(value) else {
        return Problem::invalid("invalid_idempotency_key", "a key has 1 to 255 visible ASCII characters")
            .into_response();
    };
    match run(&api, &auth, &credential, key, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

fn sane_key(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    let sane = (1..=MAX_KEY_BYTES).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    sane.then(|| text.to_owned())
}

async fn run(
    api: &Api,
    auth: &Auth,
    credential: &Secret,
    key: String,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let bytes = if may_be_secret(parts.uri.path()) {
        Bytes::from_owner(secret_bytes_of(body, api).await?)
    } else {
        bytes_of(&parts.headers, body, api.settings().max_body_bytes, api).await?
    };
    let scope = Scope { owner: owner(&api.parts().pepper, &auth.caller.name(), &parts), key };
    let store = &api.parts().idempotency;
    let sealer = Sealer::of(&api.parts().pepper, credential, &scope);
    let fingerprint = fingerprint(&api.parts().pepper, &scope, &parts.headers, &bytes);
    let attempt = Attempt::draw(scope, api.parts().stores.random.as_ref());
    let claimed = store.claim(&attempt, &fingerprint, LIFE, ABANDONED).await;
    if claimed.is_err() {
        // It may have claimed the key all the same, and nobody would be at work under it.
        tokio::spawn(settle_later(api.clone(), attempt.clone(), Outcome::NotBegun));
    }
    match claimed? {
        IdempotencyClaim::Own => {}
        IdempotencyClaim::Answered(kept) => {
            return sealer.open(kept).map(replayed).ok_or_else(answer_lost);
        }
        IdempotencyClaim::Running => {
            let detail = "the first request with this key is still at work";
            let problem = Problem::new(StatusCode::CONFLICT, "idempotency_key_in_use", detail);
            return Err(Problem { retry_after: Some(1), ..problem });
        }
        IdempotencyClaim::Lost => return Err(answer_lost()),
        IdempotencyClaim::OtherBody => {
            let detail = "this key was used with another body or `If-Match`";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail));
        }
    }
    // What the handlers do takes effect only as long as the key is this attempt's.
    parts.extensions.insert(auth.clone().under(attempt.clone()));
    // From here on the work is done and its answer kept even when the caller hangs up.
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let work = tokio::spawn(work(
        api.clone(),
        attempt,
        sealer,
        request_id,
        Request::from_parts(parts, Body::from(bytes)),
        next,
    ));
    work.await.map_err(|_| Problem::panicked())
}

fn answer_lost() -> Problem {
    let detail = "a request with this key has acted, and its answer was lost: look at what it did before you ask again with \
                  another key";
    Problem::new(StatusCode::CONFLICT, "answer_lost", detail)
}

/// Whose a key is: the caller's, for one tenant and target. A digest: what a caller sends may be longer than a database can
/// find a row by.
fn owner(pepper: &Pepper, caller: &str, parts: &Parts) -> String {
    let tenant = parts.headers.get("x-tenant-id").map(HeaderValue::as_bytes).unwrap_or_default();
    let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
    let owner = pepper.digest("veralux/idempotency/owner/v1", [caller.as_bytes(), tenant, target.as_bytes()]);
    Digest::from_bytes(owner).to_string()
}

/// What the same request has the same of: its body, and the condition on which it acts. Keyed, since a body may hold a
/// secret, and bound to whose key it is: nobody sees that two callers have sent the same.
fn fingerprint(pepper: &Pepper, scope: &Scope, headers: &HeaderMap, body: &[u8]) -> [u8; 32] {
    let conditions = headers.get_all(header::IF_MATCH).into_iter().map(HeaderValue::as_bytes);
    let request = [scope.owner.as_bytes(), scope.key.as_bytes(), body].into_iter().chain(conditions);
    pepper.digest("veralux/idempotency/v2", request)
}

async fn work(
    api: Api,
    attempt: Attempt,
    sealer: Sealer,
    request_id: String,
    request: Request,
    next: Next,
) -> Response {
    // A task of its own, so that a handler's panic ends here and the claim is given back like after any 5xx.
    let response = match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::panicked().into_response(),
    };
    keep(&api, &attempt, &sealer, &request_id, response).await
}

async fn keep(
    api: &Api,
    attempt: &Attempt,
    sealer: &Sealer,
    request_id: &str,
    response: Response,
) -> Response {
    let status = response.status();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let seal = |answer| sealer.seal(api.parts().stores.random.as_ref(), &answer);
    let answer = || seal(answer(&parts.headers, &parts.extensions, status, request_id, &bytes));
    let outcome = match status {
        StatusCode::INTERNAL_SERVER_ERROR | StatusCode::SERVICE_UNAVAILABLE => {
            Outcome::Unknown { lost: seal(kept(&answer_lost(), request_id)) }
        }
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            Outcome::Failed { answer: answer() }
        }
        _ => Outcome::Final { answer: answer() },
    };
    match settle(api, attempt, &outcome).await {
        Ok(true) => {}
        Ok(false) => return answer_lost().into_response(),
        Err(error) => {
            tracing::warn!(error.cause = %error, "an idempotent answer was not kept; trying again");
            tokio::spawn(settle_later(api.clone(), attempt.clone(), outcome));
        }
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// What an answer says of its request.
enum Outcome {
    /// It is answered so whenever it is asked again.
    Final { answer: Answer },
    /// It may be tried again, unless it has acted: then that it failed is its answer.
    Failed { answer: Answer },
    /// As before, but whoever failed does not know what was done.
    Unknown { lost: Answer },
    /// Nobody was asked to do anything.
    NotBegun,
}

/// Keeps an answer that is final; else gives the key back, unless the request has acted: a commit may have taken effect whose
/// answer was lost, and nobody shall act again under the key. False when that is so and what was answered does not tell.
async fn settle(api: &Api, attempt: &Attempt, outcome: &Outcome) -> port::Result<bool> {
    let store = &api.parts().idempotency;
    if !matches!(outcome, Outcome::Final { .. }) && store.remove(attempt).await? {
        return Ok(true);
    }
    let (answer, is_told) = match outcome {
        Outcome::Final { answer } | Outcome::Failed { answer } => (answer, true),
        Outcome::Unknown { lost } => (lost, false),
        Outcome::NotBegun => return Ok(true),
    };
    store.put(attempt, answer).await?;
    Ok(is_told)
}

/// The store was away. Unless it is told later, the key stays in use until the claim counts as abandoned.
async fn settle_later(api: Api, attempt: Attempt, outcome: Outcome) {
    for _ in 0..RETRIES {
        tokio::time::sleep(RETRY_EVERY).await;
        if settle(&api, &attempt, &outcome).await.is_ok() {
            return;
        }
    }
    tracing::error!("an idempotent answer was never kept");
}

fn answer(
    headers: &HeaderMap,
    extensions: &axum::http::Extensions,
    status: StatusCode,
    request_id: &str,
    bytes: &[u8],
) -> Answer {
    if let Some(refusal) = extensions.get::<Problem>() {
        return kept(refusal, request_id);
    }
    if headers.get(header::CACHE_CONTROL).is_some_and(|value| value == "no-store") {
        let detail = "this was done before; its answer held a secret and is not given twice";
        return kept(&Problem::new(StatusCode::CONFLICT, "answer_not_kept", detail), request_id);
    }
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Answer { status: status.as_u16(), content_type: content_type.to_owned(), body: bytes.to_vec() }
}

fn kept(problem: &Problem, request_id: &str) -> Answer {
    Answer {
        status: problem.status.as_u16(),
        content_type: "application/problem+json".to_owned(),
        body: serde_json::to_vec(&problem.body(request_id)).unwrap_or_default(),
    }
}

fn replayed(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, answer.body).into_response();
    if let Ok(value) = HeaderValue::from_str(&answer.content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_an_answer() {
        let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let no_store = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (what, headers, status, code) in [
            ("an answer", vec![json.clone()], 201, None),
            ("an answer with a secret", vec![json, no_store], 409, Some("answer_not_kept")),
        ] {
            let headers: HeaderMap = headers.into_iter().collect();
            let extensions = axum::http::Extensions::new();
            let kept = answer(&headers, &extensions, StatusCode::CREATED, "req_1", br#"{"key":"vlx_1"}"#);
            let body: serde_json::Value = serde_json::from_slice(&kept.body).unwrap();
            assert_eq!(kept.status, status, "{what}");
            assert_eq!(body["code"].as_str(), code, "{what}");
            assert_eq!(body["key"].is_null(), code.is_some(), "{what}");
        }
    }

    #[test]
    fn a_fingerprint_is_one_requests_under_one_key_of_one_caller() {
        let of = |owner: &str, key: &str, condition: &'static str, body: &str| {
            let scope = Scope { owner: owner.to_owned(), key: key.to_owned() };
            let headers = HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static(condition))]);
            fingerprint(&Pepper::new([7; 32]), &scope, &headers, body.as_bytes())
        };
        let own = of("a", "k", "1", "{}");
        assert_eq!(own, of("a", "k", "1", "{}"));
        for (what, other) in [
            ("another caller", of("b", "k", "1", "{}")),
            ("another key", of("a", "l", "1", "{}")),
            ("a key that begins as the body", of("a", "k{", "1", "}")),
            ("another condition", of("a", "k", "2", "{}")),
            ("another body", of("a", "k", "1", "[]")),
        ] {
            assert_ne!(own, other, "{what}");
        }
    }

    #[test]
    fn an_owner_is_short_and_one_callers_for_one_tenant_and_target() {
        let of = |caller: &str, tenant: &str, target: &str| {
            let request = Request::post(target).header("x-tenant-id", tenant).body(Body::empty()).unwrap();
            owner(&Pepper::new([7; 32]), caller, &request.into_parts().0)
        };
        let long = format!("/api/threads?tenantId={}", "x".repeat(8000));
        let owners = [
            of("a", "t1", "/api/threads"),
            of("b", "t1", "/api/threads"),
            of("a", "t2", "/api/threads"),
            of("a", "t1", "/api/messages"),
            of("at", "1", "/api/threads"),
            of("a", "t1", &long),
        ];
        let distinct: std::collections::BTreeSet<_> = owners.iter().collect();
        assert_eq!(distinct.len(), owners.len());
        assert!(owners.iter().all(|owner| owner.len() < 100), "{owners:?}");
        assert_eq!(of("a", "t1", &long), of("a", "t1", &long));
    }

    #[test]
    fn a_kept_refusal_names_the_request_that_was_refused() {
        let mut extensions = axum::http::Extensions::new();
        extensions.insert(Problem::not_found("thread_not_found", "thread"));
        let kept = answer(&HeaderMap::new(), &extensions, StatusCode::NOT_FOUND, "req_1", b"");
        let body: serde_json::Value = serde_json::from_slice(&kept.body).unwrap();
        assert_eq!((kept.status, body["requestId"].as_str()), (404, Some("req_1")));
    }
}
