//! Whether a session is one's own, or a pooler's in between.

use tokio_postgres::{Client, Error, SimpleQueryMessage};
use veralux_core::port;

use crate::connections::{Connections, OPENING};
use crate::error::Doing as _;

/// How often two sessions are asked who serves them: a pooler may happen to answer as if each had its own.
const TURNS: usize = 4;

const SHARED: &str = "a pooler in front of the database gives each transaction any session, where prepared statements, settings \
                      and notices need one's own: let it pool sessions (`pool_mode = session`)";

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
