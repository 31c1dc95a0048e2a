//! One request, one answer.

use std::fmt;

use async_trait::async_trait;
use veralux_core::secret::Secret;
use zeroize::Zeroizing;

/// What is asked for (RFC 9110, 9.3; RFC 5789).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Make, or do.
    Post,
    /// Replace.
    Put,
    /// Change in part.
    Patch,
    /// Remove.
    Delete,
}

impl Method {
    /// As it stands in a request.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Who asks.
#[derive(Debug, Clone)]
pub enum Authorization {
    /// `Authorization: Bearer` (RFC 6750).
    Bearer(Secret),
    /// `Authorization: Basic` (RFC 7617): user name, password.
    Basic(String, Secret),
}

/// What is sent.
#[derive(Debug)]
pub struct Request {
    /// What is asked for.
    pub method: Method,
    /// Where to. Holds no secret; it may hold phone numbers and is never logged.
    pub url: String,
    /// Who asks.
    pub authorization: Option<Authorization>,
    /// Other headers, names in small letters. All values are taken for secrets.
    pub headers: Vec<(&'static str, Secret)>,
    /// What goes with it.
    pub body: Option<Body>,
    /// How long the answer may be in bytes, where that is longer than the transport takes of others.
    pub answer_bytes: Option<usize>,
}

impl Request {
    /// A request without a body, from nobody.
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            authorization: None,
            headers: Vec::new(),
            body: None,
            answer_bytes: None,
        }
    }

    /// Says who asks.
    #[must_use]
    pub fn by(self, authorization: Authorization) -> Self {
        Self { authorization: Some(authorization), ..self }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: Secret) -> Self {
        self.headers.push((name, value));
        self
    }

    /// With a body.
    #[must_use]
    pub fn body(self, body: Body) -> Self {
        Self { body: Some(body), ..self }
    }

    /// With an answer that may be so long, in bytes, where the transport takes less of others.
    #[must_use]
    pub fn answered_by(self, answer_bytes: Option<usize>) -> Self {
        Self { answer_bytes, ..self }
    }
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
    /// Headers that are text, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body, wiped when dropped.
    pub body: Zeroizing<Vec<u8>>,
}

impl Response {
    /// One without headers.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: Vec::new(), body: Zeroizing::new(body.into()) }
    }

    /// With a header; its name in small letters.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The first header of this name, which is in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
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
        let basic = Authorization::Basic("AC1".to_owned(), Secret::new("hunter2"));
        let request = Request::new(Method::Post, "https://example.com/")
            .by(basic)
            .header("x-key", Secret::new("hunter2"))
            .body(Body { content_type: "text/plain", bytes: bytes() });
        let response = Response::new(200, b"hunter2").with_header("x-key", "hunter2");
        let bearer = Authorization::Bearer(Secret::new("hunter2"));
        let shown = format!("{request:?} {response:?} {bearer:?}");
        assert!(!shown.contains("hunter2") && shown.contains("7 bytes"), "{shown}");
        assert_eq!(response.header("x-key"), Some("hunter2"));
    }
}
