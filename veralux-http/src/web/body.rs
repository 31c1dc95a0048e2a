//! What comes in: bounded, strict, refused with the path of the field at fault.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt as _;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};
use tokio::time::timeout;
use veralux_core::credential::MAX_BODY_BYTES;
use veralux_core::fault::Fault;
use zeroize::Zeroizing;

use super::{Problem, objects};
use crate::Api;

/// A body as it came, of at most the API's limit.
#[derive(Debug)]
pub(crate) struct Bytes(pub(crate) axum::body::Bytes);

impl FromRequest<Api> for Bytes {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        bytes_of(&parts.headers, body, api.settings().max_body_bytes, api).await.map(Self)
    }
}

/// A body as it came, of at most `LIMIT` bytes whatever the API's limit is: for senders who have limits of their own.
#[derive(Debug)]
pub(crate) struct AtMost<const LIMIT: usize>(pub(crate) axum::body::Bytes);

impl<const LIMIT: usize> FromRequest<Api> for AtMost<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        bytes_of(&parts.headers, body, LIMIT, api).await.map(Self)
    }
}

/// The body of a request, if it has at most so many bytes and comes in time.
pub(super) async fn bytes_of(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    api: &Api,
) -> Result<axum::body::Bytes, Problem> {
    let declared = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if declared.is_some_and(|length: usize| length > limit) {
        return Err(too_large(limit));
    }
    match in_time(to_bytes(body, limit), api).await? {
        Ok(bytes) => Ok(bytes),
        Err(error) if is_length_limit(&error) => Err(too_large(limit)),
        Err(_) => Err(not_received()),
    }
}

/// Whether what is posted to a path may be a credential, which no reader of the body may leave in memory.
pub(super) fn may_be_secret(path: &str) -> bool {
    path.starts_with("/api/integrations/")
}

/// The body of a request that may be a credential: of at most as many bytes as one has, wiped when dropped.
pub(super) async fn secret_bytes_of(body: Body, api: &Api) -> Result<Zeroizing<Vec<u8>>, Problem> {
    // As large as it may become: what a growing buffer leaves behind would not be wiped.
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BODY_BYTES));
    let mut chunks = body.into_data_stream();
    let reading = async {
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| not_received())?;
            if bytes.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(too_large(MAX_BODY_BYTES));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(())
    };
    in_time(reading, api).await??;
    Ok(bytes)
}

/// What reading a body gives, unless the body does not come in time.
async fn in_time<T>(reading: impl Future<Output = T>, api: &Api) -> Result<T, Problem> {
    let most = api.settings().body_time;
    timeout(most, reading).await.map_err(|_| {
        let detail = format!("a body must have come within {} s", most.as_secs());
        Problem::new(StatusCode::REQUEST_TIMEOUT, "body_too_slow", detail)
    })
}

fn not_received() -> Problem {
    Problem::invalid("body_not_received", "the body did not arrive whole")
}

fn is_length_limit(error: &axum::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if error.to_string().contains("length limit") {
            return true;
        }
        source = error.source();
    }
    false
}

fn too_large(limit: usize) -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", format!("a body has at most {limit} bytes"))
}

/// A JSON body, or an answer in JSON.
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Api> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        RawJson::from_request(request, api).await.map(|RawJson { value, .. }| Self(value))
    }
}

/// A JSON body with the bytes that it was read from.
#[derive(Debug)]
pub(crate) struct RawJson<T> {
    pub(crate) value: T,
    pub(crate) bytes: axum::body::Bytes,
}

impl<T: DeserializeOwned> FromRequest<Api> for RawJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(not_json());
        }
        let Bytes(bytes) = Bytes::from_request(request, api).await?;
        let value = parsed(&bytes)?;
        Ok(Self { value, bytes })
    }
}

fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = objects::read(&mut deserializer).map_err(|error| refuse(&error))?;
    deserializer.end().map_err(|error| malformed(&error))?;
    Ok(value)
}

/// A JSON body as it came, for whoever must not change a byte of it. Whether it is JSON is for the reader to say.
#[derive(Debug)]
pub(crate) struct JsonBytes(pub(crate) axum::body::Bytes);

impl FromRequest<Api> for JsonBytes {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(not_json());
        }
        Bytes::from_request(request, api).await.map(|Bytes(bytes)| Self(bytes))
    }
}

/// The JSON of a credential, wiped when dropped. It has no `Debug`.
pub(crate) struct SecretJson(pub(crate) Zeroizing<Vec<u8>>);

impl FromRequest<Api> for SecretJson {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(not_json());
        }
        let bytes = secret_bytes_of(request.into_body(), api).await?;
        if bytes.trim_ascii_start().first() == Some(&b'[') {
            return Err(Problem::invalid("invalid_body", "invalid type: sequence, expected an object"));
        }
        Ok(Self(bytes))
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub(crate) struct OptionalJson<T>(pub(crate) T);

impl<T: DeserializeOwned + Default> FromRequest<Api> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, api: &Api) -> Result<Self, Problem> {
        let is_json = is_json(&request);
        let Bytes(bytes) = Bytes::from_request(request, api).await?;
        match (bytes.is_empty(), is_json) {
            (true, _) => Ok(Self(T::default())),
            (false, true) => parsed(&bytes).map(Self),
            (false, false) => Err(not_json()),
        }
    }
}

/// An answer that is JSON text already: canonical documents go out as they are.
#[derive(Debug)]
pub(crate) struct JsonText(pub(crate) String);

impl axum::response::IntoResponse for JsonText {
    fn into_response(self) -> axum::response::Response {
        ([(header::CONTENT_TYPE, "application/json")], self.0).into_response()
    }
}

impl<T: serde::Serialize> axum::response::IntoResponse for Json<T> {
    fn into_response(self) -> axum::response::Response {
        axum::Json(self.0).into_response()
    }
}

fn not_json() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "json_required",
        "send the body as `Content-Type: application/json`",
    )
}

fn is_json(request: &Request) -> bool {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn refuse(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let inner = error.inner();
    if !inner.is_data() {
        return malformed(inner);
    }
    // serde's text ends with a position that means nothing to a person who sent one line.
    let text = inner.to_string();
    let message = text.split(" at line ").next().unwrap_or_default();
    let fault = Fault::new(path_of(error.path(), message), message);
    let detail =
        if fault.path.is_empty() { fault.message.clone() } else { format!("`{}`: {message}", fault.path) };
    Problem { errors: vec![fault], ..Problem::invalid("invalid_body", detail) }
}

/// Where a fault lies: names and indexes joined by dots. A field that is missing or comes twice is named in the message alone.
fn path_of(path: &Path, message: &str) -> String {
    let mut names: Vec<String> = path
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(index.to_string()),
            Segment::Map { key } => Some(key.clone()),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    let field = ["missing field `", "duplicate field `"].iter().find_map(|begin| message.strip_prefix(begin));
    let field = field.and_then(|rest| rest.split('`').next()).map(ToOwned::to_owned);
    // Where serde notices only behind the second one, it stands in the path already.
    names.extend(field.filter(|field| names.last() != Some(field)));
    names.join(".")
}

fn malformed(error: &serde_json::Error) -> Problem {
    if error.line() <= 1 && error.column() == 0 {
        return Problem::invalid("malformed_json", "the body is empty; it must be JSON, {} at least");
    }
    let detail = format!("the body is not JSON: look at line {}, column {}", error.line(), error.column());
    Problem::invalid("malformed_json", detail)
}

/// Query parameters. Names that the endpoint does not know are refused before it is asked (see [`super::check_query`]).
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Api> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Problem> {
        let query = form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes());
        let read = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(query));
        read.map(Self).map_err(|error| {
            let message = error.inner().to_string();
            let fault = Fault::new(path_of(error.path(), &message), &message);
            Problem { errors: vec![fault], ..Problem::invalid("invalid_query", error.to_string()) }
        })
    }
}

/// An id from the path; what is none names nothing.
pub(crate) fn path_id<T: std::str::FromStr>(
    text: &str,
    code: &'static str,
    what: &str,
) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::not_found(code, what))
}
