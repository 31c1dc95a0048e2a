//! `veralux jobs`, and the jobs that the server does by itself.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use veralux_core::port::{Clock as _, IdempotencyStore};
use veralux_core::service::{CleanUpReport, Context, FollowedClock, Stores, TelephonyCleanUp, Turn};

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

/// Cleans up every day at 03:00 UTC, on one node of all over the same store; at once when it was missed.
pub(crate) async fn clean_up_daily(
    stores: Stores,
    claims: Arc<dyn IdempotencyStore>,
    clock: Arc<FollowedClock>,
) {
    let job = TelephonyCleanUp::new(stores);
    let (mut done, mut timeless) = (None, false);
    loop {
        // What is deleted by a wrong clock does not come back.
        if let Err(error) = clock.follow().await {
            // Told when it begins, not each time.
            if !std::mem::replace(&mut timeless, true) {
                tracing::warn!(error.cause = %chain(&error), "which clean-up is due is not known: the database does not answer");
            }
            tokio::time::sleep(RETRY).await;
            continue;
        }
        timeless = false;
        let now = clock.now();
        let due = Some(TelephonyCleanUp::day_due(now));
        if done != due {
            match job.run_once(claims.as_ref()).await {
                Ok(Turn::Done(CleanUpReport { expired, deleted, closed, forgotten })) => {
                    done = due;
                    tracing::info!(expired, deleted, closed, forgotten, "verifications were cleaned up");
                }
                Ok(Turn::DoneBefore) => done = due,
                Ok(Turn::Elsewhere) => {}
                Err(error) => {
                    tracing::warn!(error.cause = %chain(&error), "verifications were not cleaned up; trying again");
                }
            }
        }
        let left = TelephonyCleanUp::next_due(now).micros() - now.micros();
        let left = Duration::from_micros(u64::try_from(left).unwrap_or(1_000_000));
        tokio::time::sleep(left.min(NAP)).await;
    }
}
