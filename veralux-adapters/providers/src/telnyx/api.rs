use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use veralux_core::credential::TelnyxBody;
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult};
use veralux_core::secret::Secret;
use zeroize::Zeroizing;

use super::refusal::Contract as Refusals;
use crate::call::{Contract as _, Repeat, json};
use crate::{Authorization, Body, Method, Outside, Request};

/// Where Telnyx answers.
pub const ORIGIN: &str = "https://api.telnyx.com";

/// Records a page. Telnyx gives up to 250; more than this may be longer than an answer may be.
const PAGE_SIZE: usize = 25;
/// Pages that are read of one list.
const MAX_PAGES: usize = 100;
/// Longest part of a path that comes from outside, in bytes.
const MAX_SEGMENT: usize = 128;

/// The operations of Telnyx's API for one account.
#[derive(Clone)]
pub struct Api {
    outside: Outside,
    base: String,
    key: Secret,
}

#[derive(Deserialize)]
struct Enveloped<T> {
    data: T,
}

#[derive(Deserialize)]
struct Page<T> {
    #[serde(default = "Vec::new")]
    data: Vec<T>,
    meta: Option<Meta>,
}

#[derive(Deserialize)]
struct Meta {
    total_pages: Option<usize>,
}

impl Api {
    /// Telnyx itself.
    pub fn new(body: &TelnyxBody, outside: Outside) -> Self {
        Self::at(ORIGIN, body, outside)
    }

    /// Something that behaves like it at `/v2` of an origin. For the emulator and for tests.
    pub fn at(origin: &str, body: &TelnyxBody, outside: Outside) -> Self {
        Self { outside, base: format!("{origin}/v2"), key: body.api_key.clone() }
    }

    pub(super) fn outside(&self) -> &Outside {
        &self.outside
    }

    /// A request without a body. `path` begins with `/`.
    pub(super) fn plain(&self, method: Method, path: &str) -> Request {
        Request::new(method, format!("{}{path}", self.base)).by(Authorization::Bearer(self.key.clone()))
    }

    /// A request with a body that is written.
    pub(super) fn written(&self, written: &Written) -> Request {
        let (method, path) = &written.request;
        let body = Body { content_type: "application/json", bytes: written.bytes.clone() };
        self.plain(*method, path).body(body)
    }

    /// Asks and reads what stands in `data`.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        repeat: Repeat,
        request: impl Fn() -> Request + Send + Sync,
    ) -> ProviderResult<T> {
        let response = self.outside.ask::<Refusals>(repeat, request).await?;
        json::<Refusals, Enveloped<T>>(repeat, &response).map(|enveloped| enveloped.data)
    }

    /// Reads one thing.
    pub(super) async fn read<T: DeserializeOwned>(&self, path: &str) -> ProviderResult<T> {
        self.ask(Repeat::Always, || self.plain(Method::Get, path)).await
    }

    /// Sends a body, and reads what stands in `data`.
    pub(super) async fn write<B: Serialize + Sync, T: DeserializeOwned>(
        &self,
        repeat: Repeat,
        method: Method,
        path: &str,
        body: &B,
    ) -> ProviderResult<T> {
        let written = Written::new(method, path, body)?;
        self.ask(repeat, || self.written(&written)).await
    }

    /// Reads a list from its first to its last page.
    pub(super) async fn list<T: DeserializeOwned>(
        &self,
        path: &str,
        filters: &[(&str, &str)],
    ) -> ProviderResult<Vec<T>> {
        let mut found = Vec::new();
        for number in 1..=MAX_PAGES {
            let (number_text, size) = (number.to_string(), PAGE_SIZE.to_string());
            let pages = [("page[number]", number_text.as_str()), ("page[size]", size.as_str())];
            let target = format!("{path}?{}", query(filters.iter().chain(&pages)));
            let response =
                self.outside.ask::<Refusals>(Repeat::Always, || self.plain(Method::Get, &target)).await?;
            let page: Page<T> = json::<Refusals, _>(Repeat::Always, &response)?;
            let given = page.data.len();
            found.extend(page.data);
            let is_last = match page.meta.and_then(|meta| meta.total_pages) {
                Some(total) => number >= total || given == 0,
                None => given < PAGE_SIZE,
            };
            if is_last {
                return Ok(found);
            }
        }
        let sentence = "Telnyx lists more than can be read. Remove what is no longer used in its portal.";
        Err(ProviderError::new(Refusals::SLUG, ProviderFault::Permanent, sentence))
    }
}

/// `Debug` shows no key.
impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Api({})", self.base)
    }
}

/// A request's method, path and body: the same bytes however often it is made.
pub(super) struct Written {
    request: (Method, String),
    bytes: Zeroizing<Vec<u8>>,
}

impl Written {
    /// `path` begins with `/`.
    pub(super) fn new<B: Serialize>(method: Method, path: &str, body: &B) -> ProviderResult<Self> {
        let sentence = "What is to be sent cannot be written as JSON. Ask the operator to look.";
        let bytes = serde_json::to_vec(body).map_err(|_| refused_here(sentence))?;
        Ok(Self { request: (method, path.to_owned()), bytes: Zeroizing::new(bytes) })
    }
}

/// A query of names and values.
pub(super) fn query<'a>(pairs: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    query.finish()
}

/// An id as a part of a path.
pub(super) fn segment(id: &str) -> ProviderResult<&str> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if (1..=MAX_SEGMENT).contains(&id.len()) && id.bytes().all(fits) {
        return Ok(id);
    }
    Err(refused_here("This is no id of Telnyx. Look the number up again."))
}

/// A refusal of our own, before anything is asked.
pub(super) fn refused_here(sentence: &'static str) -> ProviderError {
    ProviderError::new(Refusals::SLUG, ProviderFault::Rejected, sentence)
}
