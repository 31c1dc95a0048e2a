use std::collections::BTreeMap;

use veralux_core::port::Body;

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

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Form({} fields)", self.0.len())
    }
}
