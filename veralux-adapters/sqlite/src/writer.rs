//! The one writer: group commit over one connection.
//!
//! Whoever writes sends a job. The writer takes all jobs that wait, runs each in a savepoint of one transaction,
//! commits once and only then answers: nothing is acknowledged before it is on disk, and the cost of reaching the disk
//! is shared. A job that is refused takes nothing but its savepoint back.
//!
//! Another process may write as well (a migration, a second server by mistake): every transaction begins with
//! `BEGIN IMMEDIATE` and reads the heads of the audit chains that it will continue, so nothing is remembered that could
//! be out of date.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use sqlx::ConnectOptions as _;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use veralux_core::id::TenantId;

use crate::checkpoint::{self, Backlog};
use crate::error::{Cause, Doing as _, Error, Result};
use crate::order::{Job, Order};
use crate::script::Script;
use crate::transaction::Transaction;

/// Most jobs in one transaction.
const MAX_GROUP: usize = 256;
/// Most jobs that wait; whoever comes then waits for a place.
const MAX_QUEUE: usize = 4096;

crate::statements::statements! {
    one {
        CHECKPOINT = "PRAGMA wal_checkpoint(TRUNCATE)";
    }
}

/// Something to be written.
#[async_trait]
pub(crate) trait Write: Send + 'static {
    /// What the caller gets.
    type Output: Send;

    /// The tenant whose audit chain will be continued.
    fn chain(&self) -> Option<&TenantId> {
        None
    }

    /// Writes. On an error the writer takes back what has been written.
    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<Self::Output>;
}

/// Sends jobs to the writer. Clones send to the same one; it ends when the last is gone.
#[derive(Clone)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Order>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// Starts a writer on a thread of its own, so that it does not wait for its turn behind the tasks of a server.
    ///
    /// # Errors
    /// When the database cannot be opened or the thread cannot be started.
    pub(crate) async fn start(options: SqliteConnectOptions) -> Result<Self> {
        const DOING: &str = "starting the writer";
        let connection = options.connect().await.doing(DOING)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(sqlx::Error::Io)
            .doing(DOING)?;
        let (queue, orders) = mpsc::channel(MAX_QUEUE);
        let backlog = Backlog::default();
        let (stop, stopped) = oneshot::channel();
        let keeping = checkpoint::keep_short(options.clone(), backlog.clone(), queue.downgrade(), stopped);
        let keeper = Keeper { stop, task: tokio::spawn(keeping) };
        let desk = Desk { options, connection: Some(connection), backlog, keeper };
        std::thread::Builder::new()
            .name("veralux-sqlite".to_owned())
            .spawn(move || runtime.block_on(desk.serve(orders)))
            .map_err(sqlx::Error::Io)
            .doing(DOING)?;
        Ok(Self { queue })
    }

    /// Writes and waits until it is durable.
    pub(crate) async fn submit<W: Write>(&self, doing: &'static str, write: W) -> Result<W::Output> {
        let (answer, receiver) = oneshot::channel();
        let job = Pending { doing, write, answer, result: None };
        self.queue.send(Order::Write(Box::new(job))).await.map_err(|_| Cause::Closed).doing(doing)?;
        receiver.await.map_err(|_| Cause::Closed).doing(doing)?
    }

    /// Writes what waits, then ends. Later jobs are refused.
    pub(crate) async fn close(&self) {
        let (done, receiver) = oneshot::channel();
        if self.queue.send(Order::Close(done)).await.is_ok() {
            // An error means that the writer has ended, which is what was asked for.
            let _ = receiver.await;
        }
    }
}

struct Pending<W: Write> {
    doing: &'static str,
    write: W,
    answer: oneshot::Sender<Result<W::Output>>,
    result: Option<Result<W::Output>>,
}

#[async_trait]
impl<W: Write> Job for Pending<W> {
    fn chain(&self) -> Option<&TenantId> {
        self.write.chain()
    }

    async fn run(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        transaction.start_job();
        let result = self.write.write(transaction).await;
        let refused = result.is_err();
        self.result = Some(result);
        if refused { transaction.undo_job().await } else { Ok(()) }
    }

    fn answer(self: Box<Self>, committed: std::result::Result<(), Arc<Error>>) {
        let result = match (self.result, committed) {
            // A refusal stands, whatever became of the others.
            (Some(Err(error)), _) => Err(error),
            (Some(Ok(output)), Ok(())) => Ok(output),
            (_, Err(shared)) => Err(Error { doing: self.doing, cause: Cause::Shared(shared) }),
            (None, Ok(())) => Err(Error { doing: self.doing, cause: Cause::Closed }),
        };
        // The caller may have gone; what was written stays written.
        let _ = self.answer.send(result);
    }
}

/// The writer's side of the queue.
struct Desk {
    options: SqliteConnectOptions,
    // `None` after a transaction that could not be brought to an end.
    connection: Option<SqliteConnection>,
    backlog: Backlog,
    keeper: Keeper,
}

/// Whoever carries the log back, and how to stop them.
struct Keeper {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Desk {
    async fn serve(mut self, mut orders: mpsc::Receiver<Order>) {
        let (mut closing, mut carrying) = (Vec::new(), Vec::new());
        let mut group: Vec<Box<dyn Job>> = Vec::new();
        while let Some(order) = orders.recv().await {
            let mut next = Some(order);
            while let Some(order) = next.take() {
                match order {
                    Order::Write(job) => group.push(job),
                    Order::CarryBack(done) => carrying.push(done),
                    Order::Close(done) => {
                        orders.close();
                        closing.push(done);
                    }
                }
                if group.len() < MAX_GROUP {
                    next = orders.try_recv().ok();
                }
            }
            self.write(&mut group).await;
            for done in carrying.drain(..) {
                self.carry_back().await;
                let _: std::result::Result<(), ()> = done.send(());
            }
        }
        self.end().await;
        for done in closing {
            let _: std::result::Result<(), ()> = done.send(());
        }
    }

    async fn write(&mut self, group: &mut Vec<Box<dyn Job>>) {
        if group.is_empty() {
            return;
        }
        let committed = self.try_write(group).await.map_err(Arc::new);
        if committed.is_err() {
            // Whatever state the connection is in, the next transaction gets a new one.
            self.connection = None;
        }
        self.backlog.add(group.len());
        for job in group.drain(..) {
            job.answer(committed.clone());
        }
    }

    async fn try_write(&mut self, group: &mut [Box<dyn Job>]) -> Result<()> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.options.connect().await.doing("opening the database again")?),
        };
        let chains = group.iter().filter_map(|job| job.chain());
        let mut transaction = Transaction::begin(connection, chains).await?;
        for job in group {
            job.run(&mut transaction).await?;
        }
        transaction.commit().await
    }

    async fn carry_back(&mut self) {
        let Some(connection) = &mut self.connection else { return };
        if let Err(error) = checkpoint::carry_back(connection).await {
            tracing::warn!(error = &error as &(dyn std::error::Error + 'static), "sqlite.checkpoint_failed");
        }
    }

    async fn end(self) {
        // First, so that this connection is the last and takes the log with it. It may have ended by itself.
        let _: std::result::Result<(), ()> = self.keeper.stop.send(());
        let _ = self.keeper.task.await;
        let Some(mut connection) = self.connection else { return };
        let mut script = Script::new();
        script.statement(CHECKPOINT);
        // Readers may be in the way; then the next start does it.
        if let Some(error) = script.run(&mut connection).await.error {
            tracing::debug!(
                error = &error as &(dyn std::error::Error + 'static),
                "sqlite.checkpoint_skipped"
            );
        }
        if let Err(error) = connection.close().await {
            tracing::warn!(error = &error as &(dyn std::error::Error + 'static), "sqlite.close_failed");
        }
    }
}
