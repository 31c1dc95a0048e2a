use std::collections::BTreeMap;

use veralux_core::port::{Body, Delivery};

/// Fields that a form may have; a media message with ten attachments has about 50.
pub const MAX_FORM_FIELDS: usize = 500;

/// A webhook's form, by the byte order of its names. `Debug` shows how many fields it has, not what they say.
#[derive(Clone, PartialEq, Eq)]
pub struct Form(BTreeMap<String, Vec<String>>);

/// Why a body is not a webhook that can be acted on. Holds nothing of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// More than [`MAX_FORM_FIELDS`].
    #[error("a form has at most {MAX_FORM_FIELDS} fields")]
    TooManyFields,
    /// Nothing names the message.
    #[error("`MessageSid` is missing")]
    NoMessageSid,
}

/// An inbound message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundSms {
    /// Twilio's id of the message.
    pub message_sid: String,
    /// The number dialled, as Twilio writes it: E.164, or a short code.
    pub to: String,
    /// The number it comes from, as Twilio writes it.
    pub from: String,
    /// Its text; empty when only media came.
    pub body: Body,
}

/// How far a message is that Twilio has from us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageStatus {
    /// Twilio's id of the message.
    pub message_sid: String,
    /// How far it is; `None` for a word that is not known: new ones appear without notice.
    pub state: Option<Delivery>,
    /// Why it did not arrive.
    pub code: Option<String>,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`. New fields appear without notice and are kept.
    ///
    /// # Errors
    /// [`FormError::TooManyFields`].
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        let mut fields = BTreeMap::<String, Vec<String>>::new();
        for (count, (name, value)) in form_urlencoded::parse(body).enumerate() {
            if count >= MAX_FORM_FIELDS {
                return Err(FormError::TooManyFields);
            }
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Ok(Self(fields))
    }

    /// From names and values, for tests.
    pub fn from_fields(fields: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        Self(fields.into_iter().collect())
    }

    /// No fields: what a JSON body is signed with.
    pub const fn empty() -> Self {
        Self(BTreeMap::new())
    }

    /// Names and values in the byte order of the names.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(name, values)| (name.as_str(), values.as_slice()))
    }

    /// The first value of a field that is not empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.iter().map(String::as_str).find(|value| !value.is_empty())
    }

    /// Reads a status callback.
    ///
    /// # Errors
    /// [`FormError::NoMessageSid`].
    pub fn message_status(&self) -> Result<MessageStatus, FormError> {
        let sid = ["MessageSid", "SmsSid"].into_iter().find_map(|name| self.value(name));
        let status = ["MessageStatus", "SmsStatus"].into_iter().find_map(|name| self.value(name));
        Ok(MessageStatus {
            message_sid: sid.ok_or(FormError::NoMessageSid)?.to_owned(),
            state: status.and_then(state),
            code: self.value("ErrorCode").filter(|code| *code != "0").map(ToOwned::to_owned),
        })
    }

    /// Reads an inbound message.
    ///
    /// # Errors
    /// [`FormError::NoMessageSid`].
    pub fn inbound_sms(&self) -> Result<InboundSms, FormError> {
        // The older names are sent beside the newer one, and alone by some that imitate Twilio.
        let sid = ["MessageSid", "SmsMessageSid", "SmsSid"].into_iter().find_map(|name| self.value(name));
        let text = |name| self.value(name).unwrap_or_default().to_owned();
        Ok(InboundSms {
            message_sid: sid.ok_or(FormError::NoMessageSid)?.to_owned(),
            to: text("To"),
            from: text("From"),
            body: Body::new(text("Body")),
        })
    }
}

/// Twilio's words for how far a message is.
fn state(status: &str) -> Option<Delivery> {
    match status {
        "accepted" | "scheduled" | "queued" | "sending" => Some(Delivery::Queued),
        "sent" | "partially_delivered" => Some(Delivery::Sent),
        "delivered" | "read" => Some(Delivery::Delivered),
        "undelivered" => Some(Delivery::Undelivered),
        "failed" | "canceled" => Some(Delivery::Failed),
        _ => None,
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form({} fields)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_message_is() {
        use Delivery::{Delivered, Failed, Queued, Sent, Undelivered};
        for (what, body, sid, state, code) in [
            ("as it comes", "MessageSid=SM1&MessageStatus=sent&SmsStatus=sent", "SM1", Some(Sent), None),
            ("by the older names", "SmsSid=SM1&SmsStatus=delivered", "SM1", Some(Delivered), None),
            ("not yet", "MessageSid=SM1&MessageStatus=accepted", "SM1", Some(Queued), None),
            ("on WhatsApp", "MessageSid=SM1&MessageStatus=read", "SM1", Some(Delivered), None),
            (
                "why not",
                "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003",
                "SM1",
                Some(Undelivered),
                Some("30003"),
            ),
            ("called off", "MessageSid=SM1&MessageStatus=canceled&ErrorCode=", "SM1", Some(Failed), None),
            ("no error", "MessageSid=SM1&MessageStatus=delivered&ErrorCode=0", "SM1", Some(Delivered), None),
            ("a word of tomorrow", "MessageSid=SM1&MessageStatus=pondering", "SM1", None, None),
            ("no word", "MessageSid=SM1", "SM1", None, None),
        ] {
            let status = Form::parse(body.as_bytes()).unwrap().message_status().unwrap();
            let expected =
                MessageStatus { message_sid: sid.to_owned(), state, code: code.map(ToOwned::to_owned) };
            assert_eq!(status, expected, "{what}");
        }
        let nameless = Form::parse(b"MessageStatus=sent").unwrap().message_status();
        assert_eq!(nameless, Err(FormError::NoMessageSid));
    }
}
