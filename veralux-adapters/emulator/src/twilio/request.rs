//! A request, read and authenticated, and how one is refused.

use axum::Json;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::PREFIX;
use super::state::AccountState;
use crate::Emulator;

/// Names and values in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    pub(super) fn read(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// The value of a field that is there, be it empty.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field that is there and not empty.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.given(name).filter(|value| !value.is_empty())
    }
}

/// A request by somebody who may make it.
pub(super) struct Ask<'a> {
    pub(super) emulator: &'a Emulator,
    pub(super) account: String,
    /// Without the emulator's prefix and without the query.
    pub(super) path: String,
    pub(super) query: Fields,
    pub(super) form: Fields,
}

impl<'a> Ask<'a> {
    /// The request and what its path says behind the account.
    pub(super) fn read(
        emulator: &'a Emulator,
        uri: &Uri,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(Self, Vec<String>), Refused> {
        let path = uri.path().strip_prefix("/twilio").unwrap_or_default().to_owned();
        let rest = uri.path().strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(".json"));
        let Some(rest) = rest else { return Err(Refused::missing(&path)) };
        let mut parts = rest.split('/').map(ToOwned::to_owned);
        let account = parts.next().unwrap_or_default();
        let parts: Vec<String> = parts.collect();
        let is_form = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        let ask = Self {
            emulator,
            account,
            path,
            query: Fields::read(uri.query().unwrap_or_default().as_bytes()),
            // Any other body is not looked at, and then fields are missing.
            form: if is_form { Fields::read(body) } else { Fields::default() },
        };
        ask.authenticate(headers, parts.is_empty())?;
        Ok((ask, parts))
    }

    fn authenticate(&self, headers: &HeaderMap, of_account: bool) -> Result<(), Refused> {
        let refused = Refused::new(401, 20003, "Authenticate");
        let basic = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let basic = basic.and_then(|value| value.strip_prefix("Basic "));
        let basic = basic.and_then(|text| BASE64_STANDARD.decode(text).ok());
        let basic = basic.and_then(|bytes| String::from_utf8(bytes).ok());
        let Some((user, password)) = basic.as_deref().and_then(|text| text.split_once(':')) else {
            return Err(refused);
        };
        let state = self.emulator.twilio_state();
        let Some(account) = state.accounts.get(&self.account) else { return Err(refused) };
        let is_main = (user == account.sid && password == account.auth_token)
            || (user == account.main_key.0 && password == account.main_key.1);
        let is_standard = user == account.standard_key.0 && password == account.standard_key.1;
        match (is_main, is_standard) {
            (false, false) => Err(refused),
            (false, true) if of_account => {
                Err(Refused::new(401, 20003, "Authentication Error - invalid username"))
            }
            _ if account.status != "active" && !of_account => {
                Err(Refused::new(403, 20005, "Account not active"))
            }
            _ => Ok(()),
        }
    }

    /// Looks at or changes the account.
    pub(super) fn with<T>(
        &self,
        act: impl FnOnce(&mut AccountState) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let mut state = self.emulator.twilio_state();
        let account = state.accounts.get_mut(&self.account);
        act(account.ok_or_else(|| Refused::new(401, 20003, "Authenticate"))?)
    }

    pub(super) fn not_found(&self) -> Refused {
        Refused::missing(&self.path)
    }

    /// A field that must be there.
    pub(super) fn needed(&self, name: &str, code: u32, message: &'static str) -> Result<&str, Refused> {
        self.form.value(name).ok_or_else(|| Refused::new(400, code, message))
    }

    /// A URL that Twilio can call, if there is one.
    pub(super) fn url(&self, name: &str, code: u32) -> Result<Option<String>, Refused> {
        match self.form.value(name) {
            Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
                Ok(Some(url.to_owned()))
            }
            Some(_) => Err(Refused::new(400, code, &format!("{name} is not a valid URL"))),
            None => Ok(None),
        }
    }
}

/// A refusal in Twilio's shape.
#[derive(Debug)]
pub(super) struct Refused {
    status: u16,
    body: Value,
}

impl Refused {
    pub(super) fn new(status: u16, code: u32, message: &str) -> Self {
        let more_info = format!("https://www.twilio.com/docs/errors/{code}");
        let body = json!({"code": code, "message": message, "more_info": more_info, "status": status});
        Self { status, body }
    }

    fn missing(path: &str) -> Self {
        Self::new(404, 20404, &format!("The requested resource {path} was not found"))
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        (status, Json(self.body)).into_response()
    }
}

pub(super) fn created(value: Value) -> Response {
    (StatusCode::CREATED, Json(value)).into_response()
}

pub(super) fn found(value: Value) -> Response {
    Json(value).into_response()
}

pub(super) fn gone() -> Response {
    StatusCode::NO_CONTENT.into_response()
}
