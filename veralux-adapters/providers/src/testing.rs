//! What the providers' tests share.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::memory::{FixedClock, SeededRandom};
use veralux_core::time::Instant;

use crate::{Authorization, Outside, Request, Response, Transport, TransportError};

/// A transport that keeps what is sent, as text, and answers in turn.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    answers: Mutex<VecDeque<Result<Response, TransportError>>>,
    sent: Mutex<Vec<String>>,
}

impl Recorder {
    pub(crate) fn new(answers: impl IntoIterator<Item = Result<Response, TransportError>>) -> Arc<Self> {
        Arc::new(Self { answers: Mutex::new(answers.into_iter().collect()), sent: Mutex::default() })
    }

    /// Each request: method and URL, who asks, headers and content type, body, a line each.
    pub(crate) fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut lines = vec![format!("{} {}", request.method.as_str(), request.url)];
        match &request.authorization {
            Some(Authorization::Bearer(token)) => lines.push(format!("bearer {}", token.expose())),
            Some(Authorization::Basic(user, password)) => {
                lines.push(format!("basic {user}:{}", password.expose()));
            }
            None => {}
        }
        lines.extend(request.headers.iter().map(|(name, value)| format!("{name}: {}", value.expose())));
        if let Some(body) = &request.body {
            lines.push(body.content_type.to_owned());
            lines.push(String::from_utf8(body.bytes.to_vec()).unwrap());
        }
        self.sent.lock().unwrap().push(lines.join("\n"));
        self.answers.lock().unwrap().pop_front().expect("asked too often")
    }
}

/// What a client asks with, in November 2023.
pub(crate) fn outside(transport: &Arc<Recorder>) -> Outside {
    Outside {
        transport: transport.clone(),
        clock: Arc::new(FixedClock::new(Instant::from_micros(1_700_000_000_000_000))),
        random: Arc::new(SeededRandom::new(7)),
    }
}

/// An answer.
#[expect(clippy::unnecessary_wraps, reason = "as a recorder wants it")]
pub(crate) fn answer(status: u16, body: &str) -> Result<Response, TransportError> {
    Ok(Response::new(status, body))
}

/// A folder of `../shared/data`; none where it is absent, which CI does not accept.
pub(crate) fn shared(folder: &str) -> Option<PathBuf> {
    let root = std::env::var_os("VERALUX_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    );
    let folder = root.join(folder);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{} is absent", folder.display());
    println!("left out, for want of {}", folder.display());
    None
}
