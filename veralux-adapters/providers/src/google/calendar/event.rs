use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest as _, Sha256};
use veralux_core::time::Instant;

/// What is taken in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Busy {
    /// These times; all others are free.
    Known(Vec<Slot>),
    /// Google could not look into it, for these reasons (`notFound`, ...): nothing is known to be free.
    Unknown(Vec<String>),
}

impl Busy {
    /// Whether nothing is taken from one instant until another; not so when that is not known.
    pub fn is_free(&self, from: Instant, until: Instant) -> bool {
        match self {
            Self::Known(slots) => !slots.iter().any(|slot| slot.start < until && from < slot.end),
            Self::Unknown(_) => false,
        }
    }
}

/// A time that is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Its first instant.
    pub start: Instant,
    /// The first instant behind it.
    pub end: Instant,
}

/// Names an event: our id, and the one at Google that is derived from it (`[a-v0-9]{5,1024}`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventKey {
    own: String,
    id: String,
}

impl EventKey {
    /// From an id of ours, which no other event may have.
    ///
    /// ```
    /// use veralux_providers::google::calendar::EventKey;
    /// let key = EventKey::of("bkg_01");
    /// assert!(key.as_str().starts_with("vl") && key.as_str().len() == 66);
    /// assert_ne!(key, EventKey::of("bkg_02"));
    /// ```
    pub fn of(own: &str) -> Self {
        let digits =
            |byte: u8| [byte >> 4, byte & 15].map(|four| char::from_digit(four.into(), 16).unwrap_or('0'));
        let id = "vl".chars().chain(Sha256::digest(own).into_iter().flat_map(digits)).collect();
        Self { own: own.to_owned(), id }
    }

    /// The id at Google.
    pub fn as_str(&self) -> &str {
        &self.id
    }

    /// Our id.
    pub fn own(&self) -> &str {
        &self.own
    }
}

/// When something begins or ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// At an instant; with the IANA zone in which people see it, where it matters.
    At {
        /// The instant.
        instant: Instant,
        /// `Europe/Berlin`.
        zone: Option<String>,
    },
    /// With a day: `2026-03-04`. The end is the first day behind.
    Day(String),
}

/// Who gets an e-mail from Google about a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Notify {
    /// All guests.
    All,
    /// Guests who have no Google Calendar.
    ExternalOnly,
    /// Nobody.
    #[default]
    Nobody,
}

impl Notify {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::ExternalOnly => "externalOnly",
            Self::Nobody => "none",
        }
    }
}

/// An event to be created. `Debug` shows its key.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Names it.
    pub key: EventKey,
    /// Its title.
    pub summary: String,
    /// What it is about.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// When it begins.
    pub start: When,
    /// When it ends.
    pub end: When,
    /// E-mail addresses of guests.
    pub attendees: Vec<String>,
    /// Our own notes on it, which other apps and guests do not see. `veraluxId` is set to our id.
    pub private: BTreeMap<String, String>,
    /// Who hears of it.
    pub notify: Notify,
}

impl fmt::Debug for NewEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewEvent({})", self.key.id)
    }
}

/// What changes of an event; what is absent stays. `Debug` shows nothing of it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EventChange {
    /// Its title.
    pub summary: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// When it begins.
    pub start: Option<When>,
    /// When it ends.
    pub end: Option<When>,
    /// E-mail addresses of guests: all of them.
    pub attendees: Option<Vec<String>>,
    /// Our own notes on it; those that are not named stay.
    pub private: BTreeMap<String, String>,
    /// Who hears of it.
    pub notify: Notify,
}

impl fmt::Debug for EventChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventChange")
    }
}

/// An event as it stands. `Debug` shows its id.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// Google's id of it: that of its key, where it is ours.
    pub id: String,
    /// Changes with it.
    pub etag: Option<String>,
    /// `confirmed` or `tentative`.
    pub status: String,
    /// Its title.
    pub summary: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Where.
    pub location: Option<String>,
    /// When it begins; `None` where Google does not tell.
    pub start: Option<When>,
    /// When it ends.
    pub end: Option<When>,
    /// Our own notes on it.
    pub private: BTreeMap<String, String>,
    /// Where people see it.
    pub link: Option<String>,
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Event({}, {})", self.id, self.status)
    }
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It was made.
    Done(T),
    /// Nothing was done: somebody else changed the event. Read it again.
    Stale,
    /// Nothing was done: the event is not there, or not any more.
    Gone,
}
