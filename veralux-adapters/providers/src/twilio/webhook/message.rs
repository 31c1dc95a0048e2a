use std::fmt;

use veralux_core::port::{Body, Delivery, MAX_MEDIA, Media};

use super::{Form, FormError};
use crate::twilio::delivery;

/// An inbound message. `Debug` shows whose and how long it is.
#[derive(Clone, PartialEq, Eq)]
pub struct InboundSms {
    /// Twilio's id of the message.
    pub message_sid: String,
    /// The number dialled, as Twilio writes it: E.164, or a short code.
    pub to: String,
    /// The number it comes from, as Twilio writes it.
    pub from: String,
    /// Its text; empty when only media came.
    pub body: Body,
    /// What is attached.
    pub media: Vec<Media>,
}

/// How far a message that we sent has come. `Debug` shows no number.
///
/// The same status may be told twice, and an older one after a newer: a state never steps back.
#[derive(Clone, PartialEq, Eq)]
pub struct MessageStatus {
    /// Twilio's id of the message.
    pub message_sid: String,
    /// As Twilio writes it: `undelivered`.
    pub status: String,
    /// What that is to us; `None` for a status that this program does not know.
    pub delivery: Option<Delivery>,
    /// Why it was not delivered; [`explain`](crate::twilio::explain) has a sentence for most.
    pub error_code: Option<String>,
    /// Whom it was for, where Twilio tells.
    pub to: Option<String>,
    /// Our number, where Twilio tells.
    pub from: Option<String>,
}

impl Form {
    /// Reads an inbound message. What Twilio counts (`NumMedia`) has come, even where no more is said of it.
    ///
    /// # Errors
    /// [`FormError::NoMessageSid`].
    pub fn inbound_sms(&self) -> Result<InboundSms, FormError> {
        let text = |name| self.owned(name).unwrap_or_default();
        let counted = self.number("NumMedia").unwrap_or(0);
        let media = (0..MAX_MEDIA).filter_map(|index| {
            let url = self.value(&format!("MediaUrl{index}"));
            let content_type = self.value(&format!("MediaContentType{index}"));
            (index < counted || url.is_some()).then(|| Media::told(url, content_type))
        });
        Ok(InboundSms {
            message_sid: self.message_sid()?,
            to: text("To"),
            from: text("From"),
            body: Body::new(text("Body")),
            media: media.collect(),
        })
    }

    /// Reads a status callback of a message.
    ///
    /// # Errors
    /// [`FormError::NoMessageSid`], [`FormError::Missing`] without a status.
    pub fn message_status(&self) -> Result<MessageStatus, FormError> {
        let status = self.owned("MessageStatus").or_else(|| self.owned("SmsStatus"));
        let status = status.ok_or(FormError::Missing("MessageStatus"))?;
        Ok(MessageStatus {
            message_sid: self.message_sid()?,
            delivery: delivery(&status),
            status,
            error_code: self.owned("ErrorCode").filter(|code| code != "0"),
            to: self.owned("To"),
            from: self.owned("From"),
        })
    }

    /// The older names are sent beside the newer one, and alone by some that imitate Twilio.
    fn message_sid(&self) -> Result<String, FormError> {
        let sid = ["MessageSid", "SmsMessageSid", "SmsSid"].into_iter().find_map(|name| self.owned(name));
        sid.ok_or(FormError::NoMessageSid)
    }
}

impl fmt::Debug for InboundSms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InboundSms({}, {:?}, {} media)", self.message_sid, self.body, self.media.len())
    }
}

impl fmt::Debug for MessageStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageStatus({}, {}, {:?})", self.message_sid, self.status, self.error_code)
    }
}
