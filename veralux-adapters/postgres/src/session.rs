//! What each session begins with: statements, and no startup parameters, which a pooler in between refuses or keeps to itself.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::{Client, Error};

/// What our sessions begin with.
#[derive(Debug, Clone)]
pub(crate) struct Session(Arc<str>);

impl Session {
    /// `statement` is how long a statement may take, 0 for ever; `patience` how long somebody else's lock is waited for. What the
    /// `options` of the URL give stays as it is.
    pub(crate) fn new(options: Option<&str>, statement: Duration, patience: Duration) -> Self {
        let milliseconds = |duration: Duration| duration.as_millis().to_string();
        let settings = [
            // The plans that run are those that are checked: made once for all values. Just-in-time compilation would cost a
            // statement that finds a row more than the row.
            ("plan_cache_mode", "force_generic_plan".to_owned()),
            ("jit", "off".to_owned()),
            // Commits wait for their tenant's lock, then read what the one before has written; under a stricter level, which a
            // role or a database may have for its default, they would read what was there before they waited.
            ("default_transaction_isolation", "'read committed'".to_owned()),
            ("statement_timeout", milliseconds(statement)),
            ("lock_timeout", milliseconds(patience)),
            // A node that stops in the middle of a commit holds its tenant's lock. Those of other nodes who wait for it shall
            // get it.
            ("idle_in_transaction_session_timeout", milliseconds(patience / 2)),
            ("client_min_messages", "warning".to_owned()),
        ];
        let given = options.unwrap_or_default();
        let ours = settings.into_iter().filter(|(name, _)| !gives(given, name));
        Self(ours.map(|(name, value)| format!("SET {name} = {value};")).collect::<Vec<_>>().concat().into())
    }

    pub(crate) async fn begin(&self, client: &Client) -> Result<(), Error> {
        client.batch_execute(&self.0).await
    }
}

/// Whether a server's options, "-c name=value --other-name=value", give a setting.
fn gives(options: &str, name: &str) -> bool {
    let words = options.split(|ch: char| !(ch.is_ascii_alphanumeric() || matches!(ch, '_' | '-')));
    // "-cname=value" is one as well.
    words.into_iter().any(|word| {
        let word = word.strip_prefix("-c").or_else(|| word.strip_prefix("--")).unwrap_or(word);
        word.replace('-', "_") == name
    })
}

#[cfg(test)]
mod tests;
