use serde::Deserialize;
use veralux_core::phone::E164;
use veralux_core::port::ProviderResult;

use super::ask::{Ask, Fields};
use super::{Client, sid};
use crate::call::Repeat;
use crate::twilio::twiml::Twiml;
use crate::twilio::webhook::CallStatus;

/// A call to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewCall<'a> {
    /// Whom to.
    pub to: &'a E164,
    /// A number of the account, or a caller id of it.
    pub from: &'a E164,
    /// What happens when somebody answers, at most 4,000 characters.
    pub twiml: &'a Twiml,
    /// Where its end is told.
    pub status_callback: Option<&'a str>,
}

/// A call that Twilio has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedCall {
    /// Its id: `CA…`.
    pub sid: String,
    /// Where it stands.
    pub status: CallStatus,
}

impl Client {
    /// Makes a call. Not repeated when it may have been made.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn call(&self, call: &NewCall<'_>) -> ProviderResult<PlacedCall> {
        let form = Fields::default()
            .with("To", call.to.as_str())
            .with("From", call.from.as_str())
            .with("Twiml", call.twiml.finish())
            .maybe("StatusCallback", call.status_callback);
        Ok(self.read::<Answer>(Repeat::IfRefused, &Ask::post("/Calls.json", form)).await?.into())
    }

    /// A call.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn placed_call(&self, call: &str) -> ProviderResult<Option<PlacedCall>> {
        let ask = Ask::get(format!("/Calls/{}.json", sid(call, &["CA"])?));
        Ok(self.lookup::<Answer>(&ask).await?.map(Into::into))
    }
}

#[derive(Deserialize)]
struct Answer {
    sid: String,
    #[serde(default)]
    status: Option<String>,
}

impl From<Answer> for PlacedCall {
    fn from(answer: Answer) -> Self {
        Self { sid: answer.sid, status: CallStatus::parse(answer.status.as_deref().unwrap_or_default()) }
    }
}
