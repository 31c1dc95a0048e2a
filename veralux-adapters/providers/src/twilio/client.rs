//! Every operation that is used here, with one account.

mod ask;
mod call;
mod caller_id;
mod message;
mod number;

use std::fmt;

pub use call::{NewCall, PlacedCall};
pub use caller_id::{CallerIdCheck, CallerIdEntry};
pub use message::{Message, MessageFilter, NewMessage};
pub use number::{Available, IncomingNumber, NumberUrls};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use veralux_core::credential::TwilioBody;
use veralux_core::port::{ProviderError, ProviderFault, ProviderResult};
use veralux_core::secret::Secret;
use veralux_core::time::Instant;

use self::ask::Ask;
use super::ORIGIN;
use super::code::Wire;
use crate::call::{Repeat, json, not_understood, sentence_of, unless_status};
use crate::{Authorization, Outside, Request, Response};

/// Pages of a list that are read; more than this and the list is not what it should be.
const MAX_PAGES: usize = 50;

/// Twilio with one account. `Debug` shows the account only.
#[derive(Clone)]
pub struct Client {
    outside: Outside,
    origin: String,
    account: String,
    user: String,
    password: Secret,
}

impl Client {
    /// With an account's API key, else with its auth token.
    ///
    /// # Errors
    /// `NotConnected` when the credential has neither, `Rejected` when the account's id is none.
    pub fn new(outside: Outside, credential: &TwilioBody) -> ProviderResult<Self> {
        Self::at(ORIGIN, outside, credential)
    }

    /// As [`new`](Self::new) at another origin, for the emulator and for tests.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn at(origin: &str, outside: Outside, credential: &TwilioBody) -> ProviderResult<Self> {
        let Some((user, password)) = credential.basic_auth() else {
            return Err(failed(ProviderFault::NotConnected));
        };
        Self::with(origin, outside, &credential.account_sid, user, password)
    }

    pub(super) fn with(
        origin: &str,
        outside: Outside,
        account: &str,
        user: &str,
        password: &Secret,
    ) -> ProviderResult<Self> {
        sid(account, &["AC"])?;
        Ok(Self {
            outside,
            origin: origin.to_owned(),
            account: account.to_owned(),
            user: user.to_owned(),
            password: password.clone(),
        })
    }

    fn request(&self, ask: &Ask<'_>) -> Request {
        let own = Authorization::Basic(self.user.clone(), self.password.clone());
        ask.request(&self.origin, &self.account).by(own)
    }

    async fn ask(&self, repeat: Repeat, ask: &Ask<'_>) -> ProviderResult<Response> {
        self.outside.ask::<Wire>(repeat, || self.request(ask)).await
    }

    async fn read<T: DeserializeOwned>(&self, repeat: Repeat, ask: &Ask<'_>) -> ProviderResult<T> {
        json::<Wire, T>(repeat, &self.ask(repeat, ask).await?)
    }

    /// A record; `None` when there is none with this id.
    async fn lookup<T: DeserializeOwned>(&self, ask: &Ask<'_>) -> ProviderResult<Option<T>> {
        unless_status(404, self.read(Repeat::Always, ask).await)
    }

    /// Removes a record; `false` when there was none with this id.
    async fn remove(&self, ask: &Ask<'_>) -> ProviderResult<bool> {
        Ok(unless_status(404, self.ask(Repeat::Always, ask).await)?.is_some())
    }

    /// A list to its end.
    async fn list<P: List>(&self, ask: &Ask<'_>) -> ProviderResult<Vec<P::Item>> {
        let mut items = Vec::new();
        self.each_page::<P>(ask, |page| {
            items.extend(page);
            true
        })
        .await?;
        Ok(items)
    }

    /// A list page by page, to its end or as long as `see` wants more.
    async fn each_page<P: List>(
        &self,
        ask: &Ask<'_>,
        mut see: impl FnMut(Vec<P::Item>) -> bool + Send,
    ) -> ProviderResult<()> {
        let mut next: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let response = match &next {
                None => self.ask(Repeat::Always, ask).await?,
                Some(uri) => self.ask(Repeat::Always, &ask.next_page(uri)).await?,
            };
            let page: P = json::<Wire, P>(Repeat::Always, &response)?;
            let uri = page.next().filter(|uri| !uri.is_empty()).map(ToOwned::to_owned);
            let is_more_wanted = see(page.items());
            match uri {
                None => return Ok(()),
                Some(_) if !is_more_wanted => return Ok(()),
                // Never followed elsewhere: the credential goes with it.
                Some(uri) if self.is_own(&uri) => next = Some(uri),
                Some(_) => return Err(not_understood::<Wire>(Repeat::Always, &response)),
            }
        }
        Err(ProviderError::new(
            "twilio",
            ProviderFault::Permanent,
            "Twilio's list does not end. Ask the operator to look.",
        ))
    }

    fn is_own(&self, uri: &str) -> bool {
        let rest = uri.strip_prefix(ask::VERSION).and_then(|rest| rest.strip_prefix("/Accounts/"));
        rest.and_then(|rest| rest.strip_prefix(self.account.as_str()))
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// The account's status: `active`, `suspended` or `closed`.
    ///
    /// # Errors
    /// [`ProviderError`]. A standard or restricted API key may not ask: it gets the same refusal as a wrong one.
    pub async fn account_status(&self) -> ProviderResult<String> {
        let answer: AccountAnswer = self.read(Repeat::Always, &Ask::get(".json")).await?;
        Ok(answer.status)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("account", &self.account).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct AccountAnswer {
    status: String,
}

/// A page of a list.
trait List: DeserializeOwned + Send {
    type Item: Send + Sync;

    /// Where the next one is, relative to the origin.
    fn next(&self) -> Option<&str>;
    fn items(self) -> Vec<Self::Item>;
}

fn failed(fault: ProviderFault) -> ProviderError {
    ProviderError::new("twilio", fault, sentence_of::<Wire>(fault))
}

/// An id of Twilio's with one of these beginnings: nothing else gets into a path.
fn sid<'a>(text: &'a str, kinds: &[&str]) -> ProviderResult<&'a str> {
    let hex = kinds.iter().find_map(|kind| text.strip_prefix(kind));
    let is_sid = hex.is_some_and(|hex| hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if is_sid {
        Ok(text)
    } else {
        Err(ProviderError::new(
            "twilio",
            ProviderFault::Rejected,
            "This is no id of Twilio's. Check what was entered.",
        ))
    }
}

/// A text, where it is there and not empty: unset ids come back as `""`.
fn some(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// A moment as Twilio writes it (RFC 2822): `Fri, 24 May 2019 17:44:46 +0000`.
fn instant(text: Option<&str>) -> Option<Instant> {
    let text = format!("{} GMT", text?.strip_suffix(" +0000")?);
    let at = httpdate::parse_http_date(&text).ok()?;
    let micros = at.duration_since(std::time::UNIX_EPOCH).ok()?.as_micros();
    Some(Instant::from_micros(i64::try_from(micros).ok()?))
}

#[cfg(test)]
mod tests;
