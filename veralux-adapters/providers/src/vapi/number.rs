//! Phone numbers: a tenant's Twilio number, made known to Vapi so that an assistant answers its calls.

use serde::Serialize;
use veralux_core::credential::TwilioBody;
use veralux_core::phone::E164;
use veralux_core::port::ProviderResult;

use super::record::{Record, object, own, text};
use super::{Api, Server, Vapi, named, path, refused};
use crate::Method;
use crate::call::{Repeat, not_understood};

/// A number as Vapi has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneNumber {
    /// Vapi's id of it, a UUID; calls name the number by it.
    pub id: String,
    /// `twilio`, `vapi`, ...
    pub provider: String,
    /// The number; a SIP address has none.
    pub number: Option<E164>,
    /// The assistant that answers.
    pub assistant_id: Option<String>,
    /// Where server messages go when the assistant says nothing else.
    pub server_url: Option<String>,
    /// Whether Vapi takes its text messages, where it tells.
    pub sms: Option<bool>,
}

impl PhoneNumber {
    fn read(record: &Record) -> Option<Self> {
        Some(Self {
            id: own(record, "id")?,
            provider: own(record, "provider").unwrap_or_default(),
            number: text(record, "number").and_then(|number| E164::normalise(number).ok()),
            assistant_id: own(record, "assistantId"),
            server_url: object(record, "server").and_then(|server| own(server, "url")),
            sms: record.get("smsEnabled").and_then(serde_json::Value::as_bool),
        })
    }
}

/// A Twilio number to be made known to Vapi.
#[derive(Debug, Clone, Copy)]
pub struct TwilioImport<'a> {
    /// The number.
    pub number: &'a E164,
    /// Whose it is. Its API key goes to Vapi where it has one, which can be revoked alone; else its auth token.
    pub account: &'a TwilioBody,
    /// 1 to 40 characters.
    pub name: Option<&'a str>,
    /// Who answers.
    pub assistant_id: Option<&'a str>,
    /// Where server messages go when the assistant says nothing else.
    pub server: Option<&'a Server>,
}

/// What of a number changes; what is `None` stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct NumberChange<'a> {
    /// 1 to 40 characters.
    pub name: Option<&'a str>,
    /// Who answers.
    pub assistant_id: Option<&'a str>,
    /// Where server messages go.
    pub server: Option<&'a Server>,
}

/// What goes out. Vapi tells kinds of numbers apart by `provider`, in changes as well.
///
/// `smsEnabled` is never left out: it is on unless it is off, and then Vapi overwrites the number's messaging URL at Twilio,
/// which is ours.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TwilioNumberBody<'a> {
    provider: &'static str,
    sms_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    twilio_account_sid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    twilio_auth_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    twilio_api_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    twilio_api_secret: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assistant_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a Server>,
}

impl<'a> TwilioNumberBody<'a> {
    fn change(change: &NumberChange<'a>) -> ProviderResult<Self> {
        Ok(Self {
            provider: "twilio",
            sms_enabled: false,
            number: None,
            twilio_account_sid: None,
            twilio_auth_token: None,
            twilio_api_key: None,
            twilio_api_secret: None,
            name: change.name.map(named).transpose()?,
            assistant_id: change.assistant_id,
            server: change.server,
        })
    }

    fn import(import: &TwilioImport<'a>) -> ProviderResult<Self> {
        let TwilioImport { number, account, name, assistant_id, server } = *import;
        let mut body = Self::change(&NumberChange { name, assistant_id, server })?;
        body.number = Some(number.as_str());
        body.twilio_account_sid = Some(&account.account_sid);
        match (&account.api_key_sid, &account.api_key_secret, &account.auth_token) {
            (Some(key), Some(secret), _) => {
                body.twilio_api_key = Some(key);
                body.twilio_api_secret = Some(secret.expose());
            }
            (_, _, Some(token)) => body.twilio_auth_token = Some(token.expose()),
            _ => {
                return Err(refused(
                    "The Twilio account has neither API key nor auth token. Connect it again.",
                ));
            }
        }
        Ok(body)
    }
}

impl Vapi {
    /// A Twilio number at Vapi: the one that is there, unchanged, or a new one. Vapi then sets the number's voice URL at
    /// Twilio and leaves its messaging URL alone.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); after `Unsettled`, ask again.
    pub async fn import_twilio_number(&self, import: &TwilioImport<'_>) -> ProviderResult<PhoneNumber> {
        let body = TwilioNumberBody::import(import)?;
        if let Some(found) = self.find_number(import.number).await? {
            return Ok(found);
        }
        let (record, response) = self.write(Method::Post, "/phone-number", &body).await?;
        PhoneNumber::read(&record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }

    /// The number, if Vapi has it.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn find_number(&self, number: &E164) -> ProviderResult<Option<PhoneNumber>> {
        Ok(self.numbers().await?.into_iter().find(|own| own.number.as_ref() == Some(number)))
    }

    /// All numbers of the organisation.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn numbers(&self) -> ProviderResult<Vec<PhoneNumber>> {
        Ok(self.list("phone-number", &[]).await?.iter().filter_map(PhoneNumber::read).collect())
    }

    /// One number by Vapi's id; `None` when it is not there.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn number(&self, id: &str) -> ProviderResult<Option<PhoneNumber>> {
        let Some((record, response)) = self.one(&path("phone-number", id)?).await? else { return Ok(None) };
        PhoneNumber::read(&record).map(Some).ok_or_else(|| not_understood::<Api>(Repeat::Always, &response))
    }

    /// Changes a Twilio number.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Rejected` when it is not there. May be made again.
    pub async fn patch_number(&self, id: &str, change: &NumberChange<'_>) -> ProviderResult<PhoneNumber> {
        let body = TwilioNumberBody::change(change)?;
        let (record, response) = self.write(Method::Patch, &path("phone-number", id)?, &body).await?;
        PhoneNumber::read(&record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }

    /// Makes Vapi forget a number. One that is gone already is no error.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn delete_number(&self, id: &str) -> ProviderResult<()> {
        self.remove(&path("phone-number", id)?).await
    }
}
