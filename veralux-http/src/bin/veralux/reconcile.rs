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

/// Compares Redis with the ledger at start and from then on, at once when it was started anew or emptied, and repairs what differs.
pub(super) async fn keep_in_line(publisher: RuntimePublisher, every: Duration) {
    let mut retry = Duration::from_secs(1);
    let mut told = String::new();
    loop {
        // Before they are compared, so that what is lost meanwhile is noticed.
        let incarnation = publisher.incarnation().await.ok().flatten();
        let pause = match publisher.reconcile(true).await {
            Ok(report) => {
                report.iter().for_each(tell);
                retry = Duration::from_secs(1);
                told.clear();
                spread(every)
            }
            Err(error) => {
                tell_failure(&error, &mut told);
                retry = (retry * 2).min(MAX_RETRY);
                retry.min(every)
            }
        };
        let _ = timeout(pause, until_another(&publisher, incarnation.as_deref())).await;
    }
}

/// Until Redis answers as another one than it was. `None`: it did not answer when it was asked, so that any answer is another.
async fn until_another(publisher: &RuntimePublisher, incarnation: Option<&str>) {
    loop {
        sleep(LOOK).await;
        // While it does not answer it may still be the same.
        if let Ok(Some(now)) = publisher.incarnation().await
            && Some(now.as_str()) != incarnation
        {
            tracing::info!("Redis answers again, was started anew or emptied: comparing");
            return;
        }
    }
}

/// Told when it begins or becomes another, not with each try.
fn tell_failure(error: &Error, told: &mut String) {
    let cause = chain(error);
    if cause == *told {
        return;
    }
    if matches!(error, Error::NotProjected(port::Error::Conflict(Conflict::OtherInstallation))) {
        tracing::warn!("{FOREIGN}; nothing is written or removed there");
    } else {
        tracing::warn!(error.cause = %cause, "Redis could not be brought in line; trying again");
    }
    *told = cause;
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
