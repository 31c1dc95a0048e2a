//! What is asked, before it is known of whom.

use std::borrow::Cow;

use zeroize::Zeroizing;

use crate::{Body, Method, Request};

/// The API's version, which is a part of each path.
pub(super) const VERSION: &str = "/2010-04-01";

/// A request without origin and account.
#[derive(Clone)]
pub(super) struct Ask<'a> {
    method: Method,
    /// Behind the account: `/Messages.json`. Ids in it are checked.
    path: Cow<'a, str>,
    /// The path is whole, with its query, as Twilio gave it.
    whole: bool,
    query: Fields<'a>,
    form: Option<Fields<'a>>,
    /// How long the answer may be, where it may be longer than usual.
    answer_bytes: Option<usize>,
}

/// Names and values; those that are not set are left out.
#[derive(Clone, Default)]
pub(super) struct Fields<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.0.push((name, value.into()));
        self
    }

    pub(super) fn maybe(self, name: &'static str, value: Option<impl Into<Cow<'a, str>>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn encoded(&self) -> Zeroizing<String> {
        // Room for the longest encoding, so that nothing is left behind where a buffer grew.
        let room = self.0.iter().map(|(name, value)| name.len() + 3 * value.len() + 2).sum();
        let mut out = form_urlencoded::Serializer::new(String::with_capacity(room));
        out.extend_pairs(&self.0);
        Zeroizing::new(out.finish())
    }
}

impl<'a> Ask<'a> {
    fn new(method: Method, path: impl Into<Cow<'a, str>>) -> Self {
        Self {
            method,
            path: path.into(),
            whole: false,
            query: Fields::default(),
            form: None,
            answer_bytes: None,
        }
    }

    pub(super) fn get(path: impl Into<Cow<'a, str>>) -> Self {
        Self::new(Method::Get, path)
    }

    pub(super) fn delete(path: impl Into<Cow<'a, str>>) -> Self {
        Self::new(Method::Delete, path)
    }

    pub(super) fn post(path: impl Into<Cow<'a, str>>, form: Fields<'a>) -> Self {
        Self { form: Some(form), ..Self::new(Method::Post, path) }
    }

    /// The same list further on.
    pub(super) fn next_page<'b>(&self, uri: &'b str) -> Ask<'b> {
        Ask { whole: true, ..Ask::new(Method::Get, uri) }.answered_by(self.answer_bytes)
    }

    pub(super) fn query(self, query: Fields<'a>) -> Self {
        Self { query, ..self }
    }

    pub(super) fn answered_by(self, answer_bytes: Option<usize>) -> Self {
        Self { answer_bytes, ..self }
    }

    pub(super) fn request(&self, origin: &str, account: &str) -> Request {
        let mut url = if self.whole {
            format!("{origin}{}", self.path)
        } else {
            format!("{origin}{VERSION}/Accounts/{account}{}", self.path)
        };
        if !self.query.0.is_empty() {
            url.push('?');
            url.push_str(&self.query.encoded());
        }
        let request = Request::new(self.method, url).answered_by(self.answer_bytes);
        match &self.form {
            Some(form) => {
                let bytes = Zeroizing::new(form.encoded().as_bytes().to_vec());
                request.body(Body { content_type: "application/x-www-form-urlencoded", bytes })
            }
            None => request,
        }
    }
}
