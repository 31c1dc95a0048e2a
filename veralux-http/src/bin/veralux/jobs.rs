//! `veralux jobs`, and the jobs that the server does by itself.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use serde_json::json;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use veralux_core::port::{Clock as _, IdempotencyStore};
use veralux_core::service::{CleanUpReport, Context, Error, FollowedClock, Stores, TelephonyCleanUp, Turn};

use super::chain;
use super::command::{DatabaseArguments, Job};
use super::database::{Database, Pending};
use super::fail;
use super::settings::{DEFAULT_CONNECTIONS, Environment, database_url};

/// Longest sleep at once: the clock may be set meanwhile.
const NAP: Duration = Duration::from_mins(10);
/// Between two questions for the database's clock while it does not answer.
const RETRY: Duration = Duration::from_secs(10);

pub(crate) fn run(job: Job, arguments: &DatabaseArguments) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&[error.to_string()]),
    };
    let done = match job {
        Job::TelephonyCleanup => runtime.block_on(clean_up(arguments)),
    };
    let printed = done.and_then(|report| {
        let CleanUpReport { expired, deleted, closed, forgotten } = report;
        let line = json!({
            "job": "telephony-cleanup", "expired": expired, "deleted": deleted, "closed": closed,
            "forgotten": forgotten,
        });
        writeln!(std::io::stdout().lock(), "{line}").map_err(|error| error.to_string())
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(&[fault]),
    }
}

async fn clean_up(arguments: &DatabaseArguments) -> Result<CleanUpReport, String> {
    let url = database_url(arguments, &Environment::of_process())?;
    let database = Database::open(&url, DEFAULT_CONNECTIONS, Pending::Refuse).await?;
    let job = TelephonyCleanUp::new(database.stores().await?);
    let done = job.run(&Context::SYSTEM).await.map_err(|error| chain(&error));
    database.close().await;
    done
}

/// The daily clean-up. Dropped, it ends where it is.
pub(crate) struct Cleaning {
    task: JoinHandle<()>,
    stop: Option<oneshot::Sender<()>>,
}

impl Drop for Cleaning {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Cleaning {
    /// Cleans up every day at 03:00 UTC, on one node of all over the same store; at once when it was missed.
    pub(crate) fn start(
        stores: Stores,
        claims: Arc<dyn IdempotencyStore>,
        clock: Arc<FollowedClock>,
    ) -> Self {
        let (stop, stopped) = oneshot::channel();
        let job = TelephonyCleanUp::new(stores);
        let task = tokio::spawn(clean_up_daily(job, claims, clock, stopped.map(drop).shared()));
        Self { task, stop: Some(stop) }
    }

    /// Leaves what is under way to another node.
    pub(crate) async fn finish(mut self) {
        // A task that is over has nothing to leave.
        self.stop.take().map(|stop| stop.send(()));
        if let Err(error) = (&mut self.task).await {
            tracing::error!(%error, "the daily clean-up has ended by itself");
        }
    }
}

async fn clean_up_daily(
    job: TelephonyCleanUp,
    claims: Arc<dyn IdempotencyStore>,
    clock: Arc<FollowedClock>,
    stopped: impl Future<Output = ()> + Clone + Send,
) {
    let (mut done, mut timeless) = (None, false);
    loop {
        let followed = tokio::select! {
            followed = clock.follow() => followed,
            () = stopped.clone() => return,
        };
        // What is deleted by a wrong clock does not come back.
        let nap = if let Err(error) = followed {
            // Told when it begins, not each time.
            if !std::mem::replace(&mut timeless, true) {
                tracing::warn!(error.cause = %chain(&error), "which clean-up is due is not known: the database does not answer");
            }
            RETRY
        } else {
            timeless = false;
            let now = clock.now();
            let due = Some(TelephonyCleanUp::day_due(now));
            if done != due && is_done(job.run_once(claims.as_ref(), stopped.clone()).await) {
                done = due;
            }
            let left = TelephonyCleanUp::next_due(now).micros() - now.micros();
            Duration::from_micros(u64::try_from(left).unwrap_or(1_000_000)).min(NAP)
        };
        tokio::select! {
            () = tokio::time::sleep(nap) => {}
            () = stopped.clone() => return,
        }
    }
}

/// Whether nobody need look at that day any more. Says what was done.
fn is_done(turn: Result<Turn, Error>) -> bool {
    match turn {
        Ok(Turn::Done(CleanUpReport { expired, deleted, closed, forgotten })) => {
            tracing::info!(expired, deleted, closed, forgotten, "verifications were cleaned up");
            true
        }
        Ok(Turn::DoneBefore) => true,
        Ok(Turn::Elsewhere | Turn::Stopped) => false,
        Err(error) => {
            tracing::warn!(error.cause = %chain(&error), "verifications were not cleaned up; trying again");
            false
        }
    }
}
