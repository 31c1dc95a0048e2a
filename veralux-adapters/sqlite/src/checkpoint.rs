//! Carries the log back into the database file beside the writer, not in its way.
//!
//! SQLite by itself does that inside the commit that fills the log: some thousand pages and two syncs, 30 to 60 ms in
//! which nobody's write is acknowledged. Here a connection of its own carries the log over while the writer goes on. Only
//! when the log has become long does the writer carry over the short rest, which is what lets the log begin anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::error::{Doing as _, Result};
use crate::order::Order;

/// Jobs after which the log is carried back: at a few KiB each, some 2 MiB. Small bites stall nobody for long.
const JOBS: u64 = 250;
/// How often it is looked.
const PAUSE: Duration = Duration::from_millis(20);
/// Pages (4 KiB) from which on a log is made to begin anew: 1 MiB. A log that stays short is overwritten, which reaches
/// the disk sooner than one that grows.
const LONG: i64 = 256;

crate::statements::statements! {
    one {
        CARRY_BACK = "PRAGMA wal_checkpoint(PASSIVE)";
    }
}

/// How many jobs are durable that may not be in the database file yet.
#[derive(Debug, Clone, Default)]
pub(crate) struct Backlog(Arc<AtomicU64>);

impl Backlog {
    pub(crate) fn add(&self, jobs: usize) {
        self.0.fetch_add(jobs as u64, Ordering::Relaxed);
    }

    fn take(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn is_due(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= JOBS
    }
}

/// Looks after the log until it is told to stop; its connection is closed then.
pub(crate) async fn keep_short(
    options: SqliteConnectOptions,
    backlog: Backlog,
    writer: mpsc::WeakSender<Order>,
    mut stop: oneshot::Receiver<()>,
) {
    let mut connection = None;
    while timeout(PAUSE, &mut stop).await.is_err() {
        // A weak end: looking after the log keeps no writer alive.
        let Some(writer) = writer.upgrade().filter(|_| backlog.is_due()) else { continue };
        backlog.take();
        if let Err(error) = shorten(&options, &mut connection, &writer).await {
            connection = None;
            // The log stays long until the next time; SQLite's own limit is the last resort.
            tracing::warn!(error = &error as &(dyn std::error::Error + 'static), "sqlite.checkpoint_failed");
        }
    }
    if let Some(connection) = connection {
        // The file is closed either way.
        let _ = connection.close().await;
    }
}

async fn shorten(
    options: &SqliteConnectOptions,
    connection: &mut Option<SqliteConnection>,
    writer: &mpsc::Sender<Order>,
) -> Result<()> {
    let connection = match connection {
        Some(connection) => connection,
        none => none.insert(options.connect().await.doing("opening the database to shorten its log")?),
    };
    if carry_back(connection).await? < LONG {
        return Ok(());
    }
    let (done, finished) = oneshot::channel();
    if writer.send(Order::CarryBack(done)).await.is_ok() {
        // An error means that the writer has ended, and has done it then.
        let _ = finished.await;
    }
    Ok(())
}

/// Carries back what no reader is in the way of, and says how many pages the log has.
pub(crate) async fn carry_back(connection: &mut SqliteConnection) -> Result<i64> {
    const DOING: &str = "shortening the log";
    let row = sqlx::query(CARRY_BACK).fetch_one(connection).await.doing(DOING)?;
    row.try_get(1).doing(DOING)
}
