//! Publishes that wait: written into Redis as soon as it takes them.

use std::time::Duration;

use veralux_core::service::RuntimePublisher;

use super::chain;
use super::system::spread;

/// Between two looks at the outbox, about.
const EVERY: Duration = Duration::from_secs(1);

/// How the outbox was, when it was last told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outbox {
    /// Nothing that can be written waits.
    Empty,
    /// Redis does not take what waits.
    Waiting,
    /// The database does not say what waits.
    Unknown,
}

impl Outbox {
    /// After a drain that failed, by how many wait. With nobody waiting Redis was not even asked.
    fn of_failure(waiting: Option<u64>) -> Self {
        match waiting {
            Some(1..) => Self::Waiting,
            Some(0) | None => Self::Unknown,
        }
    }
}

/// Drains the outbox at once and from then on, on every node: to write the same twice changes nothing.
pub(crate) async fn keep_draining(publisher: RuntimePublisher) {
    let mut told = Outbox::Empty;
    loop {
        let now = match publisher.drain().await {
            Ok(written) => {
                if written > 0 {
                    tracing::info!(written, "what waited is in Redis");
                } else if told == Outbox::Waiting {
                    tracing::info!("nothing waits for Redis any more");
                } else if told == Outbox::Unknown {
                    tracing::info!("publishes are looked after again; none waits for Redis");
                }
                Outbox::Empty
            }
            Err(error) => {
                let waiting = publisher.waiting().await.ok();
                let now = Outbox::of_failure(waiting);
                // Told when it begins, not every second.
                if now != told {
                    tell(now, waiting.unwrap_or_default(), &chain(&error));
                }
                now
            }
        };
        told = now;
        tokio::time::sleep(spread(EVERY)).await;
    }
}

fn tell(outbox: Outbox, waiting: u64, cause: &str) {
    if outbox == Outbox::Waiting {
        tracing::warn!(waiting, error.cause = %cause, "publishes wait for Redis");
    } else {
        tracing::warn!(error.cause = %cause, "publishes that may wait for Redis could not be looked after; trying again");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_waits_is_said_to_wait_for_redis() {
        let table = [(Some(3), Outbox::Waiting), (Some(0), Outbox::Unknown), (None, Outbox::Unknown)];
        for (waiting, expected) in table {
            assert_eq!(Outbox::of_failure(waiting), expected, "{waiting:?}");
        }
    }
}
