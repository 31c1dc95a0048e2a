//! One request, one answer.

use std::fmt;

use async_trait::async_trait;
use veralux_core::secret::Secret;
use zeroize::Zeroizing;

/// What is sent.
#[derive(Debug)]
pub struct Request {
    /// Where to. Holds no secret.
    pub url: String,
    /// Sent as `Authorization: Bearer`.
    pub bearer: Option<Secret>,
    /// Other headers, names in small letters. All values are taken for secrets.
    pub headers: Vec<(&'static str, Secret)>,
    /// A POST when there is one, else a GET.
    pub body: Option<Body>,
}

/// A body, wiped when dropped. `Debug` shows how long it is.
pub struct Body {
    /// Its media type.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({}, {} bytes)", self.content_type, self.bytes.len())
    }
}

/// What came back. `Debug` shows how long it is.
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The body, wiped when dropped.
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why no answer came. Holds nothing of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// There was no connection: the request did not go out.
    #[error("the other side cannot be reached")]
    Unreachable,
    /// The request may have gone out; no whole answer came back in time, or it was too long.
    #[error("the answer was lost")]
    Lost,
}

/// Carries requests.
///
/// # Contract
/// One attempt, no repeats, no redirects. An answer of any status is an answer. [`TransportError::Unreachable`] is said
/// only when nothing of the request can have been seen by the other side.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request.
    ///
    /// # Errors
    /// [`TransportError`].
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_what_goes_to_and_fro() {
        let bytes = || Zeroizing::new(b"hunter2".to_vec());
        let request = Request {
            url: "https://example.com/".to_owned(),
            bearer: Some(Secret::new("hunter2")),
            headers: vec![("x-key", Secret::new("hunter2"))],
            body: Some(Body { content_type: "text/plain", bytes: bytes() }),
        };
        let shown = format!("{request:?} {:?}", Response { status: 200, body: bytes() });
        assert!(!shown.contains("hunter2") && shown.contains("7 bytes"), "{shown}");
    }
}
