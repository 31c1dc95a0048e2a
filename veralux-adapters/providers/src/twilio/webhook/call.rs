use std::fmt;

use veralux_core::time::Instant;

use super::{Form, FormError};

/// A call that comes in, or one whose status changed. `Debug` shows no number.
#[derive(Clone, PartialEq, Eq)]
pub struct CallEvent {
    /// Twilio's id of the call.
    pub call_sid: String,
    /// Who calls, as Twilio writes it: E.164, a SIP address, or `anonymous` and the like.
    pub from: String,
    /// Who is called, as Twilio writes it.
    pub to: String,
    /// Where it stands.
    pub status: CallStatus,
    /// Whether it comes in. Calls that we make are `outbound-api` or `outbound-dial`.
    pub inbound: bool,
    /// From where it was forwarded, where the carrier told.
    pub forwarded_from: Option<String>,
    /// How many seconds it took, once it has ended.
    pub seconds: Option<u32>,
}

/// Where a call stands (twilio.com/docs/voice/api/call-resource, "Call Status values").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallStatus {
    /// It waits to be dialled.
    Queued,
    /// It is being dialled.
    Initiated,
    /// It rings.
    Ringing,
    /// They talk.
    InProgress,
    /// It has ended as calls do.
    Completed,
    /// The line was busy.
    Busy,
    /// It could not be connected.
    Failed,
    /// Nobody answered.
    NoAnswer,
    /// It was called off before somebody answered.
    Canceled,
    /// A status that this program does not know.
    Other(String),
}

impl CallStatus {
    pub(crate) fn parse(text: &str) -> Self {
        match text {
            "queued" => Self::Queued,
            "initiated" => Self::Initiated,
            "ringing" => Self::Ringing,
            "in-progress" | "answered" => Self::InProgress,
            "completed" => Self::Completed,
            "busy" => Self::Busy,
            "failed" => Self::Failed,
            "no-answer" => Self::NoAnswer,
            "canceled" => Self::Canceled,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Whether nothing follows.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Busy | Self::Failed | Self::NoAnswer | Self::Canceled)
    }
}

/// What happened to a call's media stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamEvent {
    /// Twilio's id of the call.
    pub call_sid: String,
    /// Twilio's id of the stream.
    pub stream_sid: String,
    /// What happened.
    pub kind: StreamKind,
    /// As the stream was called in `TwiML`.
    pub name: Option<String>,
    /// What went wrong, in Twilio's words.
    pub error: Option<String>,
    /// When.
    pub at: Option<Instant>,
}

/// Of which kind it is (twilio.com/docs/voice/twiml/stream, "statusCallback").
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamKind {
    /// `stream-started`.
    Started,
    /// `stream-stopped`.
    Stopped,
    /// `stream-error`.
    Failed,
    /// One that this program does not know.
    Other(String),
}

/// How the check of a caller id ended: Twilio called the number, and the person keyed the code or did not. `Debug` shows
/// no number.
///
/// The names of its fields are those that public handlers read; Twilio's documentation tells of success and failure only.
#[derive(Clone, PartialEq, Eq)]
pub struct CallerIdValidation {
    /// The call with which it was checked, as the request for it was answered.
    pub call_sid: String,
    /// The number.
    pub number: Option<String>,
    /// Whether the number is a caller id of the account now.
    pub verified: bool,
    /// Twilio's id of the caller id.
    pub caller_id_sid: Option<String>,
}

impl Form {
    /// Reads an inbound call, or a status callback of a call.
    ///
    /// # Errors
    /// [`FormError::Missing`] without `CallSid` or `CallStatus`.
    pub fn call(&self) -> Result<CallEvent, FormError> {
        let text =
            |name, older| self.value(name).or_else(|| self.value(older)).unwrap_or_default().to_owned();
        Ok(CallEvent {
            call_sid: self.needed("CallSid")?,
            from: text("From", "Caller"),
            to: text("To", "Called"),
            status: CallStatus::parse(&self.needed("CallStatus")?),
            inbound: self.value("Direction").is_none_or(|direction| direction == "inbound"),
            forwarded_from: self.owned("ForwardedFrom"),
            seconds: self.number("CallDuration"),
        })
    }

    /// Reads a status callback of a media stream.
    ///
    /// # Errors
    /// [`FormError::Missing`] without `CallSid`, `StreamSid` or `StreamEvent`.
    pub fn stream(&self) -> Result<StreamEvent, FormError> {
        let event = self.needed("StreamEvent")?;
        Ok(StreamEvent {
            call_sid: self.needed("CallSid")?,
            stream_sid: self.needed("StreamSid")?,
            kind: match event.as_str() {
                "stream-started" => StreamKind::Started,
                "stream-stopped" => StreamKind::Stopped,
                "stream-error" => StreamKind::Failed,
                _ => StreamKind::Other(event),
            },
            name: self.owned("StreamName"),
            error: self.owned("StreamError"),
            at: self.value("Timestamp").and_then(|text| Instant::parse(text).ok()),
        })
    }

    /// Reads a status callback of a caller id's check.
    ///
    /// # Errors
    /// [`FormError::Missing`] without `CallSid` or `VerificationStatus`.
    pub fn caller_id_validation(&self) -> Result<CallerIdValidation, FormError> {
        Ok(CallerIdValidation {
            call_sid: self.needed("CallSid")?,
            number: self.owned("To").or_else(|| self.owned("Called")),
            verified: self.needed("VerificationStatus")? == "success",
            caller_id_sid: self.owned("OutgoingCallerIdSid"),
        })
    }
}

impl fmt::Debug for CallEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallEvent({}, {:?}, inbound: {})", self.call_sid, self.status, self.inbound)
    }
}

impl fmt::Debug for CallerIdValidation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallerIdValidation({}, verified: {})", self.call_sid, self.verified)
    }
}
