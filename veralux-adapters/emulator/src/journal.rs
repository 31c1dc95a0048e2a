use std::sync::{Mutex, MutexGuard, PoisonError};

/// Requests that are kept; the oldest go first.
const MAX_SEEN: usize = 10_000;

/// A request that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// `POST`.
    pub method: String,
    /// With the provider's prefix and the query: `/twilio/2010-04-01/Accounts.json?Page=1`.
    pub target: String,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// Headers that are text, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    pub body: Vec<u8>,
    /// What was answered; `None` when the connection was cut before.
    pub status: Option<u16>,
}

impl Seen {
    /// The first header of this name, which is in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What came, and what in it was not as the providers' descriptions say.
#[derive(Debug, Default)]
pub struct Journal {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    seen: Vec<Seen>,
    violations: Vec<String>,
}

impl Journal {
    /// All requests, in the order in which they were answered.
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// Requests whose method and target begin like this.
    pub fn of(&self, method: &str, prefix: &str) -> Vec<Seen> {
        let kept = self.lock();
        let own = |seen: &&Seen| seen.method == method && seen.target.starts_with(prefix);
        kept.seen.iter().filter(own).cloned().collect()
    }

    /// What was not as the descriptions say, a line each.
    pub fn violations(&self) -> Vec<String> {
        self.lock().violations.clone()
    }

    pub(crate) fn add(&self, seen: Seen) {
        let mut kept = self.lock();
        if kept.seen.len() >= MAX_SEEN {
            kept.seen.remove(0);
        }
        kept.seen.push(seen);
    }

    #[cfg(feature = "specs")]
    pub(crate) fn add_violations(&self, what: &str, violations: Vec<String>) {
        let lines = violations.into_iter().map(|violation| format!("{what}: {violation}"));
        self.lock().violations.extend(lines);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
