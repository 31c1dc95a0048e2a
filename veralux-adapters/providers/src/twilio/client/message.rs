use serde::Deserialize;
use serde_json::Value;
use veralux_core::phone::E164;
use veralux_core::port::{Body, Delivery, ProviderResult};
use veralux_core::time::Instant;

use super::ask::{Ask, Fields};
use super::{Client, List, instant, sid, some};
use crate::call::Repeat;
use crate::twilio::{code, delivery};

/// Messages a page, of 1,000 that Twilio allows.
const PAGE_SIZE: usize = 100;
/// A text of 1,600 characters in JSON, six bytes each where they are escaped, and what stands around it.
const MESSAGE_BYTES: usize = 12 * 1024;
/// What the text of a trial account's message begins with.
const TRIAL: &str = "Sent from your Twilio trial account - ";

/// A message to be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// Whom to.
    pub to: &'a E164,
    /// A number of the account.
    pub from: &'a E164,
    /// The text, at most 1,600 characters.
    pub body: &'a Body,
    /// Where its status is told.
    pub status_callback: Option<&'a str>,
}

/// Which messages.
#[derive(Debug, Clone, Copy, Default)]
pub struct MessageFilter<'a> {
    /// Whom they went to.
    pub to: Option<&'a E164>,
    /// Whom they came from.
    pub from: Option<&'a E164>,
    /// Sent on this day (UTC) or later. Those that wait to be sent are not among them.
    pub sent_since: Option<Instant>,
}

/// A message that Twilio has. Parties that are no E.164 numbers, such as short codes, are left out.
#[derive(Debug, Clone)]
pub struct Message {
    /// Its id: `SM…`, or `MM…` with media.
    pub sid: String,
    /// As Twilio writes it: `undelivered`.
    pub status: String,
    /// What that is to us; `None` for inbound messages and for a status that this program does not know.
    pub delivery: Option<Delivery>,
    /// Why it was not delivered.
    pub error_code: Option<String>,
    /// Who sent it.
    pub from: Option<E164>,
    /// Whom to.
    pub to: Option<E164>,
    /// The text, as it was sent.
    pub body: Body,
    /// It came in.
    pub inbound: bool,
    /// When Twilio took it, to the second.
    pub created_at: Option<Instant>,
    /// When it was sent, to the second; `None` while it waits.
    pub sent_at: Option<Instant>,
}

impl Message {
    /// Whether its text is this one, or this one as a trial account sends it.
    pub fn has_text(&self, body: &Body) -> bool {
        let own = self.body.as_str();
        own == body.as_str() || own.strip_prefix(TRIAL) == Some(body.as_str())
    }
}

impl Client {
    /// Sends a message. Not repeated when it may have been sent.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn send(&self, message: &NewMessage<'_>) -> ProviderResult<Message> {
        let form = Fields::default()
            .with("To", message.to.as_str())
            .with("From", message.from.as_str())
            .with("Body", message.body.as_str())
            .maybe("StatusCallback", message.status_callback);
        let ask = Ask::post("/Messages.json", form);
        Ok(self.read::<Answer>(Repeat::IfRefused, &ask).await?.into())
    }

    /// A message.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn message(&self, message: &str) -> ProviderResult<Option<Message>> {
        let found: Option<Answer> = self.lookup(&Ask::get(path(message)?)).await?;
        Ok(found.map(Into::into))
    }

    /// Removes the text of a message at Twilio; `None` when there is no such message.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn redact(&self, message: &str) -> ProviderResult<Option<Message>> {
        let ask = Ask::post(path(message)?, Fields::default().with("Body", ""));
        let found: Option<Answer> = self.lookup(&ask).await?;
        Ok(found.map(Into::into))
    }

    /// Calls off a message that is scheduled.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Rejected` when it is too late.
    pub async fn cancel(&self, message: &str) -> ProviderResult<Message> {
        let ask = Ask::post(path(message)?, Fields::default().with("Status", "canceled"));
        Ok(self.read::<Answer>(Repeat::IfRefused, &ask).await?.into())
    }

    /// Removes a message at Twilio; `false` when there is none.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn delete_message(&self, message: &str) -> ProviderResult<bool> {
        self.remove(&Ask::delete(path(message)?)).await
    }

    /// Shows messages page by page, those sent last first: all of them, or until `see` wants no more. None of them is kept.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Permanent` when there are more than 5,000.
    pub async fn messages(
        &self,
        filter: &MessageFilter<'_>,
        see: impl FnMut(Vec<Message>) -> bool + Send,
    ) -> ProviderResult<()> {
        let day = filter.sent_since.map(|at| at.stamp().as_str().chars().take(10).collect::<String>());
        let query = Fields::default()
            .maybe("To", filter.to.map(E164::as_str))
            .maybe("From", filter.from.map(E164::as_str))
            // With its `=` the sign reads "at or after".
            .maybe("DateSent>", day)
            .with("PageSize", PAGE_SIZE.to_string());
        let ask = Ask::get("/Messages.json").query(query).answered_by(Some(PAGE_SIZE * MESSAGE_BYTES));
        self.each_page::<Page>(&ask, see).await
    }
}

fn path(message: &str) -> ProviderResult<String> {
    Ok(format!("/Messages/{}.json", sid(message, &["SM", "MM"])?))
}

#[derive(Deserialize)]
struct Answer {
    sid: String,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    error_code: Value,
    #[serde(default)]
    from: Option<String>,
    #[serde(default)]
    to: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    direction: Option<String>,
    #[serde(default)]
    date_created: Option<String>,
    #[serde(default)]
    date_sent: Option<String>,
}

impl From<Answer> for Message {
    fn from(answer: Answer) -> Self {
        let number = |text: Option<String>| text.and_then(|text| E164::normalise(&text).ok());
        let status = some(answer.status).unwrap_or_default();
        Self {
            sid: answer.sid,
            delivery: delivery(&status),
            status,
            error_code: code::text(&answer.error_code),
            from: number(answer.from),
            to: number(answer.to),
            body: Body::new(answer.body.unwrap_or_default()),
            inbound: answer.direction.as_deref() == Some("inbound"),
            created_at: instant(answer.date_created.as_deref()),
            sent_at: instant(answer.date_sent.as_deref()),
        }
    }
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Answer>,
    #[serde(default)]
    next_page_uri: Option<String>,
}

impl List for Page {
    type Item = Message;

    fn next(&self) -> Option<&str> {
        self.next_page_uri.as_deref()
    }

    fn items(self) -> Vec<Message> {
        self.messages.into_iter().map(Into::into).collect()
    }
}
