use std::fmt;

use serde::Deserialize;
use veralux_core::phone::E164;
use veralux_core::port::ProviderResult;
use veralux_core::secret::Secret;

use super::ask::{Ask, Fields};
use super::{Client, List, sid, some};
use crate::call::Repeat;

/// Caller ids a page.
const PAGE_SIZE: &str = "50";
/// Longest name in characters.
const MAX_NAME_CHARS: usize = 64;

/// The check of a caller id, under way: Twilio calls the number and asks for the code.
#[derive(Debug, Clone)]
pub struct CallerIdCheck {
    /// The call.
    pub call_sid: String,
    /// Six digits, to be shown to the person who will be called.
    pub code: Secret,
}

/// A number from which the account may call although it is not Twilio's. `Debug` leaves its name out, which is the number
/// where nobody gave one.
#[derive(Clone)]
pub struct CallerIdEntry {
    /// Its id: `PN…`.
    pub sid: String,
    /// The number.
    pub number: Option<E164>,
    /// What people call it.
    pub name: Option<String>,
}

impl fmt::Debug for CallerIdEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallerIdEntry({}, {:?})", self.sid, self.number)
    }
}

impl Client {
    /// Starts the check of a caller id. Not repeated when Twilio may be calling.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn check_caller_id(
        &self,
        number: &E164,
        name: Option<&str>,
        status_callback: Option<&str>,
    ) -> ProviderResult<CallerIdCheck> {
        let form = Fields::default()
            .with("PhoneNumber", number.as_str())
            .maybe("FriendlyName", name.map(|name| name.chars().take(MAX_NAME_CHARS).collect::<String>()))
            .maybe("StatusCallback", status_callback)
            .maybe("StatusCallbackMethod", status_callback.map(|_| "POST"));
        let answer: CheckAnswer =
            self.read(Repeat::IfRefused, &Ask::post("/OutgoingCallerIds.json", form)).await?;
        Ok(CallerIdCheck { call_sid: answer.call_sid.unwrap_or_default(), code: answer.validation_code })
    }

    /// A caller id of the account.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn caller_id(&self, caller_id: &str) -> ProviderResult<Option<CallerIdEntry>> {
        Ok(self.lookup::<Answer>(&Ask::get(path(caller_id)?)).await?.map(Into::into))
    }

    /// Caller ids of the account, the one with this number or all: whether a check succeeded, where nobody was told.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn caller_ids(&self, number: Option<&E164>) -> ProviderResult<Vec<CallerIdEntry>> {
        let query =
            Fields::default().maybe("PhoneNumber", number.map(E164::as_str)).with("PageSize", PAGE_SIZE);
        let found = self.list::<Page>(&Ask::get("/OutgoingCallerIds.json").query(query)).await?;
        Ok(found.into_iter().filter(|found| number.is_none() || found.number.as_ref() == number).collect())
    }

    /// Removes a caller id; `false` when there is none.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn remove_caller_id(&self, caller_id: &str) -> ProviderResult<bool> {
        self.remove(&Ask::delete(path(caller_id)?)).await
    }
}

fn path(caller_id: &str) -> ProviderResult<String> {
    Ok(format!("/OutgoingCallerIds/{}.json", sid(caller_id, &["PN"])?))
}

#[derive(Deserialize)]
struct CheckAnswer {
    #[serde(default)]
    call_sid: Option<String>,
    validation_code: Secret,
}

#[derive(Deserialize)]
struct Answer {
    sid: String,
    #[serde(default)]
    phone_number: Option<String>,
    #[serde(default)]
    friendly_name: Option<String>,
}

impl From<Answer> for CallerIdEntry {
    fn from(answer: Answer) -> Self {
        Self {
            sid: answer.sid,
            number: answer.phone_number.and_then(|text| E164::normalise(&text).ok()),
            name: some(answer.friendly_name),
        }
    }
}

#[derive(Deserialize)]
struct Page {
    outgoing_caller_ids: Vec<Answer>,
    #[serde(default)]
    next_page_uri: Option<String>,
}

impl List for Page {
    type Item = CallerIdEntry;

    fn next(&self) -> Option<&str> {
        self.next_page_uri.as_deref()
    }

    fn items(self) -> Vec<CallerIdEntry> {
        self.outgoing_caller_ids.into_iter().map(Into::into).collect()
    }
}
