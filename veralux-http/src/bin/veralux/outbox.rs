//! Publishes that wait: written into Redis as soon as it takes them.

use std::time::Duration;

use veralux_core::port::Random;
use veralux_core::service::RuntimePublisher;

use super::chain;
use super::system::SystemRandom;

/// Between two looks at the outbox, in milliseconds; each takes up to a quarter more or less, so that nodes spread out.
const EVERY: u64 = 1_000;

/// Drains the outbox at once and from then on, on every node: to write the same twice changes nothing.
pub(crate) async fn keep_draining(publisher: RuntimePublisher) {
    let mut failing = false;
    loop {
        match publisher.drain().await {
            Ok(written) => {
                if written > 0 || failing {
                    tracing::info!(written, "what waited is in Redis");
                }
                failing = false;
            }
            // Told when it begins, not every second.
            Err(_) if failing => {}
            Err(error) => {
                failing = true;
                let waiting = publisher.waiting().await.unwrap_or_default();
                tracing::warn!(waiting, error.cause = %chain(&error), "publishes wait for Redis");
            }
        }
        tokio::time::sleep(pause()).await;
    }
}

fn pause() -> Duration {
    let [byte]: [u8; 1] = (&SystemRandom as &dyn Random).bytes();
    Duration::from_millis(EVERY * 3 / 4 + EVERY * u64::from(byte) / 510)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_are_spread_around_a_second() {
        let pauses: Vec<_> = (0..200).map(|_| pause()).collect();
        let bounds = Duration::from_millis(750)..=Duration::from_millis(1_250);
        assert!(pauses.iter().all(|pause| bounds.contains(pause)), "{pauses:?}");
        assert!(pauses.iter().any(|pause| *pause != pauses[0]));
    }
}
