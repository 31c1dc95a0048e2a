//! What each session begins with, and whether it is one's own.
//!
//! Its settings are a statement and not startup parameters: those a pooler in between refuses or keeps to itself.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::{Client, Error, SimpleQueryMessage};
use veralux_core::port;

use crate::connections::{Connections, OPENING};
use crate::error::Doing as _;

/// How often two sessions are asked who serves them: a pooler may happen to answer as if each had its own.
const TURNS: usize = 4;

const SHARED: &str = "a pooler in front of the database gives each transaction any session, where prepared statements, settings \
                      and notices need one's own: let it pool sessions (`pool_mode = session`)";

/// What our sessions begin with.
#[derive(Debug, Clone)]
pub(crate) struct Session(Arc<str>);

impl Session {
    /// `statement` is how long a statement may take, 0 for ever; `patience` how long somebody else's lock is waited for.
    pub(crate) fn new(statement: Duration, patience: Duration) -> Self {
        let [statement, lock] = [statement, patience].map(|limit| limit.as_millis());
        // A node that stops in the middle of a commit holds its tenant's lock. Those of other nodes who wait for it shall get it.
        let idle = lock / 2;
        // The plans that run are those that are checked: made once for all values. Just-in-time compilation would cost a statement
        // that finds a row more than the row.
        // Commits wait for their tenant's lock, then read what the one before has written; under a stricter level, which a role or
        // a database may have for its default, they would read what was there before they waited.
        // What the `options` of the URL give stays as it is.
        let sql = format!(
            "SELECT count(set_config(s.name, ours.value, false)) FROM (VALUES \
             ('plan_cache_mode', 'force_generic_plan'), ('jit', 'off'), \
             ('default_transaction_isolation', 'read committed'), \
             ('statement_timeout', '{statement}'), ('lock_timeout', '{lock}'), \
             ('idle_in_transaction_session_timeout', '{idle}'), ('client_min_messages', 'warning') \
             ) AS ours (name, value) JOIN pg_settings s ON s.name = ours.name WHERE s.source <> 'client'"
        );
        Self(sql.into())
    }

    pub(crate) async fn begin(&self, client: &Client) -> Result<(), Error> {
        client.batch_execute(&self.0).await
    }
}

/// Refuses a pooler that gives transactions of one connection to several sessions.
pub(crate) async fn check(connections: &Connections) -> port::Result<()> {
    // The pool may have room for one only.
    let first = connections.take_for_good().await.doing(OPENING)?;
    let second = connections.take_for_good().await.doing(OPENING)?;
    let mut serving = None;
    for _ in 0..TURNS {
        let both = (server_of(&first).await.doing(OPENING)?, server_of(&second).await.doing(OPENING)?);
        if both.0 == both.1 || serving.is_some_and(|serving| serving != both) {
            return Err(port::Error::Invalid(SHARED));
        }
        serving = Some(both);
    }
    Ok(())
}

/// The process that serves a connection now.
async fn server_of(client: &Client) -> Result<Option<u32>, Error> {
    let answers = client.simple_query("SELECT pg_backend_pid()").await?;
    Ok(answers.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0)?.parse().ok(),
        _ => None,
    }))
}

#[cfg(test)]
mod tests;
