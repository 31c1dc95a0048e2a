//! Redis in line with the database.

use std::time::Duration;

use tokio::time::{sleep, timeout};
use veralux_core::port::{self, Conflict};
use veralux_core::service::{Error, Reconciliation, RuntimePublisher};

use super::chain;
use super::redis::FOREIGN;
use super::system::spread;

/// Between two looks whether Redis is still the same.
const LOOK: Duration = Duration::from_secs(1);
/// Longest wait between two tries to bring Redis in line after one failed.
const MAX_RETRY: Duration = Duration::from_secs(30);

/// What was said of Redis and still holds, so that it is said when it begins or becomes another, not with each try.
#[derive(Default)]
struct Told {
    /// Why the last comparison failed.
    comparison: Option<String>,
    /// Why Redis gave no answer since then.
    look: Option<String>,
}

/// Compares Redis with the ledger at start and from then on, at once when it was started anew or emptied, and repairs what differs.
pub(super) async fn keep_in_line(publisher: RuntimePublisher, every: Duration) {
    let mut retry = Duration::from_secs(1);
    let mut told = Told::default();
    loop {
        // Before they are compared, so that what is lost meanwhile is noticed.
        let incarnation = publisher.incarnation().await.ok().flatten();
        let pause = match publisher.reconcile(true).await {
            Ok(report) => {
                report.iter().for_each(tell);
                retry = Duration::from_secs(1);
                told = Told::default();
                spread(every)
            }
            Err(error) => {
                told.comparison_failed(&error);
                retry = (retry * 2).min(MAX_RETRY);
                retry.min(every)
            }
        };
        let _ = timeout(pause, until_another(&publisher, incarnation.as_deref(), &mut told)).await;
    }
}

/// Until Redis answers as another one than it was. `None`: it did not answer when it was asked, so that any answer is another.
async fn until_another(publisher: &RuntimePublisher, incarnation: Option<&str>, told: &mut Told) {
    loop {
        sleep(LOOK).await;
        match publisher.incarnation().await {
            Ok(Some(now)) if Some(now.as_str()) != incarnation => {
                tracing::info!("Redis answers again, was started anew or emptied: comparing");
                return;
            }
            Ok(_) => told.answered(),
            // While it does not answer it may still be the same.
            Err(error) => told.look_failed(&error),
        }
    }
}

impl Told {
    fn comparison_failed(&mut self, error: &Error) {
        let cause = chain(error);
        if self.comparison.as_ref() == Some(&cause) {
            return;
        }
        if matches!(error, Error::NotProjected(port::Error::Conflict(Conflict::OtherInstallation))) {
            tracing::warn!("{FOREIGN}; nothing is written or removed there");
        } else {
            tracing::warn!(error.cause = %cause, "Redis could not be brought in line; trying again");
        }
        self.comparison = Some(cause);
    }

    /// Silent behind a comparison that failed, which has said it.
    fn look_failed(&mut self, error: &Error) {
        let cause = chain(error);
        if self.comparison.is_none() && self.look.as_ref() != Some(&cause) {
            tracing::warn!(error.cause = %cause, "Redis cannot be asked; publishes wait until it can");
            self.look = Some(cause);
        }
    }

    fn answered(&mut self) {
        if self.look.take().is_some() {
            tracing::info!("Redis answers again");
        }
    }
}

fn tell(report: &Reconciliation) {
    if report.spared {
        let entries = report.differing;
        tracing::warn!(
            entries,
            "Redis holds entries but the database holds none; is it the right database? nothing was removed"
        );
    } else if report.differing > 0 {
        tracing::info!(differing = report.differing, repaired = report.repaired, "Redis was brought in line");
    }
}
