//! A transport that answers as told and keeps what was sent.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::memory::{FixedClock, SeededRandom};
use veralux_core::time::Instant;

use crate::{Authorization, Outside, Request, Response, Transport, TransportError};

/// What time it is in tests.
pub(crate) const NOW: Instant = Instant::from_micros(1_767_225_600_000_000);

/// A request that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sent {
    /// `POST https://example.com/a?b=c`.
    pub(crate) line: String,
    /// `Bearer KEY` or `Basic USER:PASSWORD`.
    pub(crate) authorization: Option<String>,
    /// Other headers.
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The body's media type.
    pub(crate) content_type: Option<&'static str>,
    /// The body.
    pub(crate) body: String,
}

/// Answers in turn; asked once too often it panics.
#[derive(Debug)]
pub(crate) struct Recorder {
    answers: Mutex<VecDeque<Result<Response, TransportError>>>,
    sent: Mutex<Vec<Sent>>,
}

impl Recorder {
    /// With these answers.
    pub(crate) fn new(answers: impl IntoIterator<Item = Result<Response, TransportError>>) -> Arc<Self> {
        let answers = Mutex::new(answers.into_iter().collect());
        Arc::new(Self { answers, sent: Mutex::default() })
    }

    /// With answers of a status and a body.
    pub(crate) fn answering<'a>(answers: impl IntoIterator<Item = (u16, &'a str)>) -> Arc<Self> {
        Self::new(answers.into_iter().map(|(status, body)| Ok(Response::new(status, body))))
    }

    /// What clients ask with.
    pub(crate) fn outside(self: &Arc<Self>) -> Outside {
        Outside {
            transport: self.clone(),
            clock: Arc::new(FixedClock::new(NOW)),
            random: Arc::new(SeededRandom::new(7)),
        }
    }

    /// What was sent so far.
    pub(crate) fn sent(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let authorization = request.authorization.as_ref().map(|own| match own {
            Authorization::Bearer(token) => format!("Bearer {}", token.expose()),
            Authorization::Basic(user, password) => format!("Basic {user}:{}", password.expose()),
        });
        self.sent.lock().unwrap().push(Sent {
            line: format!("{} {}", request.method.as_str(), request.url),
            authorization,
            headers: request.headers.iter().map(|(name, value)| (*name, value.expose().to_owned())).collect(),
            content_type: request.body.as_ref().map(|body| body.content_type),
            body: request
                .body
                .map(|body| String::from_utf8(body.bytes.to_vec()).unwrap())
                .unwrap_or_default(),
        });
        self.answers.lock().unwrap().pop_front().expect("asked too often")
    }
}
