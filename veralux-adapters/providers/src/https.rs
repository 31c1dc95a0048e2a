//! The transport over HTTP, with TLS wherever the URL asks for it.

use std::net::IpAddr;
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Url};
use veralux_core::credential::address::is_public;
use zeroize::{Zeroize as _, Zeroizing};

use crate::{Authorization, Method, Request, Response, Transport, TransportError};

mod public;

/// How long a whole exchange may take.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest answer in bytes.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// HTTP/1.1 over TLS: no redirects, no proxy from the environment, 10 seconds and 64 KiB an answer unless told
/// otherwise.
#[derive(Debug, Clone)]
pub struct Https {
    client: Client,
    timeout: Duration,
    max_answer_bytes: usize,
    only_public: bool,
}

/// The machine's certificates or the TLS library could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("TLS cannot be set up")]
pub struct HttpsError(#[source] reqwest::Error);

impl Https {
    /// With the machine's certificates.
    ///
    /// # Errors
    /// [`HttpsError`].
    pub fn new() -> Result<Self, HttpsError> {
        Self::with_timeout(TIMEOUT)
    }

    /// With another limit on the time of an exchange.
    ///
    /// # Errors
    /// [`HttpsError`].
    pub fn with_timeout(timeout: Duration) -> Result<Self, HttpsError> {
        Self::built(Client::builder(), timeout, false)
    }

    /// For addresses of tenants' choosing: connects to the public Internet only
    /// ([`is_public`](veralux_core::credential::address::is_public)), whatever a name leads to.
    ///
    /// # Errors
    /// [`HttpsError`].
    pub fn to_public(timeout: Duration) -> Result<Self, HttpsError> {
        Self::built(Client::builder().dns_resolver(public::PublicOnly), timeout, true)
    }

    fn built(builder: ClientBuilder, timeout: Duration, only_public: bool) -> Result<Self, HttpsError> {
        let client = builder
            .redirect(Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT.min(timeout))
            .user_agent(concat!("veralux/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(HttpsError)?;
        Ok(Self { client, timeout, max_answer_bytes: MAX_ANSWER_BYTES, only_public })
    }

    /// With another limit on the length of an answer, in bytes, of requests that name none themselves.
    #[must_use]
    pub fn with_max_answer_bytes(self, max_answer_bytes: usize) -> Self {
        Self { max_answer_bytes, ..self }
    }
}

#[async_trait]
impl Transport for Https {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        // An address in the URL itself is not looked up.
        if self.only_public && !is_name_or_public(&request.url) {
            return Err(TransportError::Unreachable);
        }
        let most = request.answer_bytes.unwrap_or_default().max(self.max_answer_bytes);
        let exchange = exchange(&self.client, request, most);
        // Whatever happens behind the limit, the request may have gone out.
        tokio::time::timeout(self.timeout, exchange).await.unwrap_or(Err(TransportError::Lost))
    }
}

async fn exchange(
    client: &Client,
    request: Request,
    max_answer_bytes: usize,
) -> Result<Response, TransportError> {
    let Request { method, url, authorization, headers, body, answer_bytes: _ } = request;
    let mut building = client.request(verb(method), url);
    if let Some(body) = body {
        building = building.header(CONTENT_TYPE, body.content_type).body(body.bytes.as_slice().to_vec());
    }
    if let Some(authorization) = authorization {
        building = building.header(AUTHORIZATION, sensitive(&credentials(&authorization))?);
    }
    for (name, value) in headers {
        building = building.header(name, sensitive(value.expose())?);
    }
    let mut response = building.send().await.map_err(|error| sorted(&error))?;
    let status = response.status().as_u16();
    let text = |(name, value): (&HeaderName, &HeaderValue)| {
        Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()))
    };
    let headers = response.headers().iter().filter_map(text).collect();
    let mut body = Zeroizing::new(Vec::with_capacity(4096));
    while let Some(chunk) = response.chunk().await.map_err(|_| TransportError::Lost)? {
        if body.len() + chunk.len() > max_answer_bytes {
            body.zeroize();
            return Err(TransportError::Lost);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response { status, headers, body })
}

fn is_name_or_public(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    let Some(host) = url.host_str() else { return false };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().map_or(true, is_public)
}

fn verb(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}

fn credentials(authorization: &Authorization) -> Zeroizing<String> {
    match authorization {
        Authorization::Bearer(token) => Zeroizing::new(format!("Bearer {}", token.expose())),
        Authorization::Basic(user, password) => {
            let pair = Zeroizing::new(format!("{user}:{}", password.expose()));
            Zeroizing::new(format!("Basic {}", BASE64_STANDARD.encode(pair.as_bytes())))
        }
    }
}

/// What cannot be a header's value goes nowhere.
fn sensitive(text: &str) -> Result<HeaderValue, TransportError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| TransportError::Unreachable)?;
    value.set_sensitive(true);
    Ok(value)
}

/// A connection that was never made, or a request that never was one: nothing went out.
fn sorted(error: &reqwest::Error) -> TransportError {
    if error.is_connect() || error.is_builder() { TransportError::Unreachable } else { TransportError::Lost }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that answers one request with these bytes and then hangs up, or never answers.
    async fn serving(answer: Option<Vec<u8>>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut seen = [0; 1024];
            let _ = stream.read(&mut seen).await;
            match answer {
                Some(bytes) => drop(stream.write_all(&bytes).await),
                None => std::future::pending().await,
            }
        });
        url
    }

    #[tokio::test]
    async fn what_becomes_of_a_request() {
        let answer = |head: &str, length: usize| {
            let mut bytes = format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\n\r\n").into_bytes();
            bytes.resize(bytes.len() + length, b'x');
            Some(bytes)
        };
        let gone = {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            format!("http://{}/", listener.local_addr().unwrap())
        };
        for (what, url, expected) in [
            ("an answer", serving(answer("200 OK", 3)).await, Ok((200, 3))),
            ("a refusal", serving(answer("401 No", 0)).await, Ok((401, 0))),
            (
                "elsewhere",
                serving(answer("302 Found\r\nlocation: http://127.0.0.1:1/", 0)).await,
                Ok((302, 0)),
            ),
            ("as long as may be", serving(answer("200 OK", 65_536)).await, Ok((200, 65_536))),
            ("too long", serving(answer("200 OK", 65_537)).await, Err(TransportError::Lost)),
            ("hung up", serving(Some(Vec::new())).await, Err(TransportError::Lost)),
            (
                "cut off",
                serving(Some(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc".to_vec())).await,
                Err(TransportError::Lost),
            ),
            ("silence", serving(None).await, Err(TransportError::Lost)),
            ("nobody there", gone, Err(TransportError::Unreachable)),
            ("no URL", "http://".to_owned(), Err(TransportError::Unreachable)),
        ] {
            let https = Https::with_timeout(Duration::from_millis(500)).unwrap();
            let sent = https.send(Request::new(Method::Get, url)).await;
            assert_eq!(sent.map(|response| (response.status, response.body.len())), expected, "{what}");
        }
    }

    #[tokio::test]
    async fn a_limit_of_ones_own() {
        for (length, fits) in [(5, true), (6, false)] {
            let mut bytes = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n").into_bytes();
            bytes.resize(bytes.len() + length, b'x');
            let url = serving(Some(bytes)).await;
            let https = Https::new().unwrap().with_max_answer_bytes(5);
            let sent = https.send(Request::new(Method::Get, url)).await;
            assert_eq!(sent.is_ok(), fits, "{length}");
        }
    }

    #[tokio::test]
    async fn what_is_not_public_is_not_connected_to() {
        let url = serving(Some(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec())).await;
        let named = url.replace("127.0.0.1", "localhost");
        let public = Https::to_public(Duration::from_millis(500)).unwrap();
        for url in [url.as_str(), &named, "http://[::1]:1/", "http://2130706433/", "http://"] {
            let sent = public.send(Request::new(Method::Get, url)).await;
            assert_eq!(sent.err(), Some(TransportError::Unreachable), "{url}");
        }
        let sent = Https::new().unwrap().send(Request::new(Method::Get, named)).await;
        assert_eq!(sent.unwrap().status, 200);
    }

    #[tokio::test]
    async fn what_cannot_be_a_header_goes_nowhere() {
        let url = serving(None).await;
        let secret = veralux_core::secret::Secret::new("two\nlines");
        let request = Request::new(Method::Get, url).header("x-key", secret);
        let sent = Https::new().unwrap().send(request).await;
        assert_eq!(sent.err(), Some(TransportError::Unreachable));
    }
}
