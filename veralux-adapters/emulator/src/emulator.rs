use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::Json;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::net::TcpListener;
use veralux_core::port::{Clock, Random};
use veralux_providers::HttpsError;

use crate::faults::{Fault, Faults, Plan};
use crate::hooks::{HookPlan, Hooks};
use crate::journal::{Journal, Seen};
use crate::{openai, vapi};

/// Longest request in bytes.
const MAX_BODY_BYTES: usize = 1 << 20;

/// What an emulator needs.
#[derive(Debug, Clone)]
pub struct Parts {
    /// What time it is over there.
    pub clock: Arc<dyn Clock>,
    /// For ids.
    pub random: Arc<dyn Random>,
    /// The providers' descriptions, if requests shall be checked.
    #[cfg(feature = "specs")]
    pub specs: Option<Arc<crate::Specs>>,
}

impl Parts {
    /// Without descriptions.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            clock,
            random,
            #[cfg(feature = "specs")]
            specs: None,
        }
    }
}

/// All providers. Cheap to clone; clones share their state.
#[derive(Debug, Clone)]
pub struct Emulator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    parts: Parts,
    faults: Faults,
    journal: Journal,
    hooks: Hooks,
    origin: OnceLock<String>,
    aws: crate::aws::Aws,
    elevenlabs: crate::elevenlabs::ElevenLabs,
    google: crate::google::Google,
    resend: crate::resend::Resend,
    telnyx: crate::telnyx::State,
    twilio: std::sync::Mutex<crate::twilio::State>,
    vapi: std::sync::Mutex<vapi::State>,
    openai: std::sync::Mutex<openai::State>,
}

impl Emulator {
    /// With nothing bought, sent or called.
    ///
    /// # Errors
    /// When there is no TLS on this machine, which webhooks may need.
    pub fn new(parts: Parts) -> Result<Self, HttpsError> {
        let inner = Inner {
            parts,
            faults: Faults::default(),
            journal: Journal::default(),
            hooks: Hooks::new()?,
            origin: OnceLock::new(),
            aws: crate::aws::Aws::default(),
            elevenlabs: crate::elevenlabs::ElevenLabs::default(),
            google: crate::google::Google::default(),
            resend: crate::resend::Resend::default(),
            telnyx: crate::telnyx::State::default(),
            twilio: std::sync::Mutex::default(),
            vapi: std::sync::Mutex::default(),
            openai: std::sync::Mutex::default(),
        };
        Ok(Self(Arc::new(inner)))
    }

    /// What fails.
    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    /// What came.
    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// What went out.
    pub fn hooks(&self) -> &Hooks {
        &self.0.hooks
    }

    /// AWS Secrets Manager.
    pub fn aws(&self) -> &crate::aws::Aws {
        &self.0.aws
    }

    /// `ElevenLabs`.
    pub fn elevenlabs(&self) -> &crate::elevenlabs::ElevenLabs {
        &self.0.elevenlabs
    }

    /// Google.
    pub fn google(&self) -> &crate::google::Google {
        &self.0.google
    }

    /// Resend.
    pub fn resend(&self) -> &crate::resend::Resend {
        &self.0.resend
    }

    /// Twilio's side.
    pub fn twilio(&self) -> crate::Twilio {
        crate::Twilio::of(self)
    }

    pub(crate) fn twilio_state(&self) -> std::sync::MutexGuard<'_, crate::twilio::State> {
        self.0.twilio.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Vapi.
    pub fn vapi(&self) -> vapi::Vapi<'_> {
        vapi::Vapi::new(self, &self.0.vapi)
    }

    /// `OpenAI` and llama.cpp.
    pub fn openai(&self) -> openai::OpenAi<'_> {
        openai::OpenAi::new(&self.0.openai)
    }

    /// Telnyx.
    pub fn telnyx(&self) -> crate::Telnyx {
        crate::telnyx::Telnyx(self.clone())
    }

    pub(crate) fn telnyx_state(&self) -> &crate::telnyx::State {
        &self.0.telnyx
    }

    /// Where it is served, once it is.
    pub(crate) fn origin(&self) -> Option<&str> {
        self.0.origin.get().map(String::as_str)
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.0.parts.clock.as_ref()
    }

    pub(crate) fn random(&self) -> &dyn Random {
        self.0.parts.random.as_ref()
    }

    /// All providers and, at `/emulator`, what a person or a test in another language steers them with.
    pub fn router(&self) -> Router {
        Router::new()
            .merge(crate::aws::router())
            .merge(crate::elevenlabs::router())
            .merge(crate::google::router())
            .merge(crate::resend::router())
            .merge(crate::telnyx::routes())
            .merge(crate::twilio::routes())
            .merge(openai::routes())
            .merge(vapi::routes())
            .layer(from_fn_with_state(self.clone(), observe))
            .route("/emulator/faults", post(add_fault).delete(clear_faults))
            .route("/emulator/hooks", post(set_hooks))
            .route("/emulator/violations", get(violations))
            .merge(crate::aws::steering())
            .merge(crate::elevenlabs::steering())
            .merge(crate::google::steering())
            .merge(crate::resend::steering())
            .merge(crate::telnyx::steering())
            .merge(crate::twilio::steering())
            .merge(openai::steering())
            .merge(vapi::steering())
            .with_state(self.clone())
    }

    /// Serves on a free port of loopback until the answer is dropped.
    ///
    /// # Errors
    /// When there is no port to be had.
    pub async fn serve(&self) -> std::io::Result<Served> {
        self.serve_on(TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await?)
    }

    /// Serves on a socket until the answer is dropped.
    ///
    /// # Errors
    /// When the socket does not tell its address.
    pub fn serve_on(&self, listener: TcpListener) -> std::io::Result<Served> {
        let address = listener.local_addr()?;
        let router = self.router();
        let task = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        let origin = format!("http://{address}");
        // An emulator that is served twice tells of its first address.
        let _ = self.0.origin.set(origin.clone());
        Ok(Served { address, origin, task })
    }
}

/// An emulator that listens; it ends when this is dropped.
#[derive(Debug)]
pub struct Served {
    /// Where.
    pub address: SocketAddr,
    /// `http://127.0.0.1:PORT`.
    pub origin: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Keeps each request, checks it, and fails as planned.
async fn observe(State(emulator): State<Emulator>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, MAX_BODY_BYTES).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let method = head.method.as_str().to_owned();
    let mut seen = Seen {
        method: method.clone(),
        target: target.clone(),
        content_type: text(&head.headers, header::CONTENT_TYPE.as_str()),
        headers: texts(&head.headers),
        body: bytes.to_vec(),
        status: None,
    };
    check_request(&emulator, &seen);
    let fault = emulator.faults().take(&method, &target);
    let early = match &fault {
        Some(Fault::Refuse { status, retry_after, body }) => Some(refusal(*status, *retry_after, body)),
        Some(Fault::CutBefore) => Some(cut()),
        _ => None,
    };
    if let Some(answer) = early {
        seen.status = (fault != Some(Fault::CutBefore)).then(|| answer.status().as_u16());
        emulator.journal().add(seen);
        return answer;
    }
    let answer = next.run(Request::from_parts(head, Body::from(bytes))).await;
    let answer = check_answer(&emulator, &seen, answer).await;
    seen.status = Some(answer.status().as_u16());
    emulator.journal().add(seen);
    match fault {
        Some(Fault::CutAfter) => cut(),
        Some(Fault::FailAfter { status }) => refusal(status, None, ""),
        Some(Fault::Html) => {
            ([(header::CONTENT_TYPE, "text/html")], "<html><body>Hello</body></html>").into_response()
        }
        Some(Fault::Huge { bytes }) => vec![b' '; bytes].into_response(),
        Some(slow) => {
            if let Some(delay) = slow.delay() {
                tokio::time::sleep(delay).await;
            }
            answer
        }
        None => answer,
    }
}

fn refusal(status: u16, retry_after: Option<u64>, body: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let kind = if body.starts_with('{') { "application/json" } else { "text/plain" };
    let mut answer = (status, [(header::CONTENT_TYPE, kind)], body.to_owned()).into_response();
    if let Some(seconds) = retry_after {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer
}

/// An answer that ends in the middle.
fn cut() -> Response {
    let broken = futures_util::stream::iter([
        Ok(Bytes::from_static(b"{")),
        Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
    ]);
    ([(header::CONTENT_LENGTH, "64")], Body::from_stream(broken)).into_response()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn texts(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    headers.iter().filter_map(text).collect()
}

#[cfg(feature = "specs")]
fn check_request(emulator: &Emulator, seen: &Seen) {
    if crate::aws::is_undescribed(seen.header("x-amz-target")) {
        return;
    }
    if let Some(specs) = &emulator.0.parts.specs {
        let violations =
            specs.check_request(&seen.method, &seen.target, seen.content_type.as_deref(), &seen.body);
        emulator.journal().add_violations(&format!("{} {}", seen.method, seen.target), violations);
    }
}

#[cfg(not(feature = "specs"))]
fn check_request(_: &Emulator, _: &Seen) {}

#[cfg(feature = "specs")]
async fn check_answer(emulator: &Emulator, seen: &Seen, answer: Response) -> Response {
    let Some(specs) = &emulator.0.parts.specs else { return answer };
    let (head, body) = answer.into_parts();
    // It breaks off in the middle, as ordered.
    let Ok(bytes) = to_bytes(body, usize::MAX).await else { return cut() };
    let violations = specs.check_answer(&seen.method, &seen.target, head.status.as_u16(), &bytes);
    let what = format!("answer {} to {} {}", head.status.as_u16(), seen.method, seen.target);
    emulator.journal().add_violations(&what, violations);
    Response::from_parts(head, Body::from(bytes))
}

#[cfg(not(feature = "specs"))]
#[expect(clippy::unused_async, reason = "as with descriptions")]
async fn check_answer(_: &Emulator, _: &Seen, answer: Response) -> Response {
    answer
}

async fn add_fault(State(emulator): State<Emulator>, Json(plan): Json<Plan>) -> StatusCode {
    emulator.faults().add(plan);
    StatusCode::NO_CONTENT
}

async fn clear_faults(State(emulator): State<Emulator>) -> StatusCode {
    emulator.faults().clear();
    StatusCode::NO_CONTENT
}

async fn set_hooks(State(emulator): State<Emulator>, Json(plan): Json<HookPlan>) -> StatusCode {
    emulator.hooks().set(plan);
    StatusCode::NO_CONTENT
}

async fn violations(State(emulator): State<Emulator>) -> Json<Vec<String>> {
    Json(emulator.journal().violations())
}
