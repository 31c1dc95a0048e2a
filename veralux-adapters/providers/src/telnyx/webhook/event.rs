use std::fmt;

use veralux_core::phone::{E164, SenderName};
use veralux_core::port::{Body, Delivery, Media};
use veralux_core::time::Instant;

/// Most numbers of a message that are looked at: a group at Telnyx has eight. Each is looked up before anybody knows who
/// signed.
pub const MAX_PARTIES: usize = 10;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The same for each delivery of the same event: what it is claimed by.
    pub id: String,
    /// When it happened, where that can be read: what events of one message or call are ordered by.
    pub occurred_at: Option<Instant>,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// `message.received`: a message came in.
    MessageReceived(InboundMessage),
    /// `message.sent`, `message.finalized`: one of ours has come further.
    MessageState(MessageState),
    /// `call.initiated`: a call rings here, or was begun.
    CallInitiated(CallEvent),
    /// `call.answered`.
    CallAnswered(CallEvent),
    /// `call.hangup`: a call is over.
    CallHangup(CallEvent),
    /// Another event; its name.
    Other(String),
}

/// A message that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboundMessage {
    /// Telnyx's id of it.
    pub id: String,
    /// Who sent it; `None` for what is no number in E.164 form.
    pub from: Option<E164>,
    /// Who that is where it is no such number: a short code, a name in letters.
    pub from_name: Option<SenderName>,
    /// Whom to: ours, and in a group others; at most [`MAX_PARTIES`].
    pub to: Vec<E164>,
    /// The text; empty where there is only media.
    pub text: Body,
    /// What hangs on it.
    pub media: Vec<Media>,
    /// The profile that it came by.
    pub messaging_profile_id: Option<String>,
}

/// How far a message of ours is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageState {
    /// Telnyx's id of it.
    pub id: String,
    /// Our number.
    pub from: Option<E164>,
    /// How far it is; `None` for a word that is not known.
    pub state: Option<Delivery>,
    /// Telnyx's code of why it was not delivered.
    pub code: Option<String>,
}

/// Where a call comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From outside to a number of ours.
    Incoming,
    /// From us.
    Outgoing,
}

/// A call at some moment.
#[derive(Clone, PartialEq, Eq)]
pub struct CallEvent {
    /// What the leg is commanded by. Whoever knows it and a key may command it.
    pub call_control_id: String,
    /// The same for all legs of a call.
    pub call_session_id: Option<String>,
    /// The leg.
    pub call_leg_id: Option<String>,
    /// The call control application.
    pub connection_id: Option<String>,
    /// Who calls; `None` for what is no number in E.164 form, such as a hidden one.
    pub from: Option<E164>,
    /// Who is called.
    pub to: Option<E164>,
    /// Told when it begins.
    pub direction: Option<Direction>,
    /// `parked`, `bridging`, `answered`, `hangup`, ...
    pub state: Option<String>,
    /// What a command of ours has left with it.
    pub client_state: Option<Vec<u8>>,
    /// Why it is over: `normal_clearing`, `call_rejected`, ...
    pub hangup_cause: Option<String>,
}

/// Without ids that command and without what we left with it.
impl fmt::Debug for CallEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallEvent")
            .field("from", &self.from)
            .field("to", &self.to)
            .field("direction", &self.direction)
            .field("state", &self.state)
            .field("hangup_cause", &self.hangup_cause)
            .finish_non_exhaustive()
    }
}
