//! The store: one file, one writer, several readers.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::ConnectOptions as _;
use sqlx::SqlitePool;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use tokio::sync::Mutex;
use veralux_core::port::{self, Listed, Page};
use veralux_sql::Record;

use crate::backup;
use crate::error::{Cause, Doing as _, Result};
use crate::migrate::{self, Status};
use crate::paging::Query;
use crate::probe::{FRESH, Probe};
use crate::row;
use crate::writer::Writer;

const OPENING: &str = "opening the database";
const NO_FILE: &str = "there is no such database file";

/// How a store is opened. All have defaults that suit a small server.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many connections read at once.
    pub readers: u32,
    /// How long a write waits while another process writes, and a read for a free connection.
    pub patience: Duration,
    /// Memory for pages, in KiB and connection; the writer has four times as much.
    pub cache_kib: u32,
    /// Whether pending migrations are applied. If not, a store with pending migrations is not opened.
    pub migrate: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, patience: Duration::from_secs(5), cache_kib: 8 * 1024, migrate: true }
    }
}

/// Every port of the core over one SQLite file. Cheap to clone; clones share writer and readers.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    writer: Writer,
    readers: SqlitePool,
    /// When a write was last tried, and whether it was taken.
    tried: Mutex<Option<(Instant, bool)>>,
}

impl SqliteStore {
    /// Opens a database file. Where migrations are applied it is made when there is none, readable by its owner only.
    ///
    /// Must be called within a tokio runtime.
    ///
    /// # Errors
    /// `Invalid` when migrations are pending, or when there is no file and none is to be made. Permanent when the schema is of a
    /// newer or altered program. Else transient, permanent or not permitted.
    pub async fn open(path: impl AsRef<Path>, options: &Options) -> port::Result<Self> {
        let path = path.as_ref();
        if options.migrate {
            make_private(path)?;
        } else if !path.exists() {
            return Err(port::Error::Invalid(NO_FILE));
        }
        let writing = writing_options(path, options).create_if_missing(options.migrate);
        switch_to_wal(&writing).await?;
        if options.migrate {
            migrate::up(&writing).await?;
        } else if migrate::status(&writing).await?.iter().any(|status| status.applied_at.is_none()) {
            return Err(port::Error::Invalid("the database has pending migrations"));
        }
        let writer = Writer::start(writing).await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(options.readers.max(1))
            .min_connections(1)
            // A connection to a file does not go stale.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(options.patience)
            .connect_with(reading_options(path, options))
            .await
            .doing(OPENING)?;
        Ok(Self { shared: Arc::new(Shared { writer, readers, tried: Mutex::default() }) })
    }

    /// Opens the database that a URL names: `sqlite:relative/path`, `sqlite://relative/path` or `sqlite:///absolute/path`.
    ///
    /// # Errors
    /// `Invalid` when the URL names no file. Else as [`Self::open`].
    pub async fn connect(url: &str, options: &Options) -> port::Result<Self> {
        Self::open(path_of(url)?, options).await
    }

    /// Waits until everything that was sent is written, then closes. Later calls fail with a transient error.
    pub async fn close(&self) {
        // Readers first: an open one would keep the log from being written back.
        self.shared.readers.close().await;
        self.shared.writer.close().await;
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.shared.writer
    }

    /// Whether a write is taken now. Whoever asks at the same time, or soon after, shares the answer.
    pub(crate) async fn try_write(&self) -> bool {
        let mut tried = self.shared.tried.lock().await;
        if let Some((at, taken)) = *tried
            && at.elapsed() < FRESH
        {
            return taken;
        }
        let taken = self.writer().submit("trying to write", Probe).await.is_ok();
        *tried = Some((Instant::now(), taken));
        taken
    }

    pub(crate) async fn fetch_row(&self, doing: &'static str, query: Query<'_>) -> Result<Option<SqliteRow>> {
        query.fetch_optional(&self.shared.readers).await.doing(doing)
    }

    /// The record that a query finds.
    pub(crate) async fn fetch<T: Record>(
        &self,
        doing: &'static str,
        query: Query<'_>,
    ) -> port::Result<Option<T>> {
        let row = self.fetch_row(doing, query).await?;
        Ok(row.as_ref().map(row::read).transpose().doing(doing)?)
    }

    /// All records that a query finds.
    pub(crate) async fn fetch_all<T: Record>(
        &self,
        doing: &'static str,
        query: Query<'_>,
    ) -> port::Result<Vec<T>> {
        let rows = query.fetch_all(&self.shared.readers).await.doing(doing)?;
        Ok(rows.iter().map(row::read).collect::<std::result::Result<_, _>>().doing(doing)?)
    }

    /// A page of records; the query asks for one more than it holds.
    pub(crate) async fn fetch_page<T: Record>(
        &self,
        doing: &'static str,
        query: Query<'_>,
        page: &Page,
        key: impl Fn(&T) -> String,
    ) -> port::Result<Listed<T>> {
        Ok(Listed::from_excess(self.fetch_all(doing, query).await?, page, key))
    }
}

/// Applies every pending migration of a database file, all or none, and says which those were. Makes the file when
/// there is none. Safe while other processes do the same.
///
/// # Errors
/// Permanent when the database was made by a newer or altered program. Else transient, permanent or not permitted.
pub async fn migrate_up(path: impl AsRef<Path>) -> port::Result<Vec<Status>> {
    make_private(path.as_ref())?;
    let options = writing_options(path.as_ref(), &Options::default());
    switch_to_wal(&options).await?;
    migrate::up(&options).await
}

/// Takes back every migration above `target`, all or none, and says which those were. 0 removes all data.
///
/// # Errors
/// As [`migrate_up`].
pub async fn migrate_down(path: impl AsRef<Path>, target: i64) -> port::Result<Vec<Status>> {
    migrate::down(&writing_options(path.as_ref(), &Options::default()).create_if_missing(false), target).await
}

/// Every migration that this program knows, applied or not. Changes nothing.
///
/// # Errors
/// As [`migrate_up`].
pub async fn migrate_status(path: impl AsRef<Path>) -> port::Result<Vec<Status>> {
    migrate::status(&reading_options(path.as_ref(), &Options::default())).await
}

/// Copies a database file into a new one, as it is at this moment, and says how many bytes that has. Others may go on writing
/// meanwhile. The copy is readable by its owner only, needs no other file, and has its name only when it is whole.
///
/// # Errors
/// `Invalid` when there is no database file, or when the file to copy into is there already. Else transient, permanent or not
/// permitted.
pub async fn back_up(path: impl AsRef<Path>, to: impl AsRef<Path>) -> port::Result<u64> {
    let path = path.as_ref();
    if !path.exists() {
        return Err(port::Error::Invalid(NO_FILE));
    }
    backup::copy(&reading_options(path, &Options::default()), to.as_ref()).await
}

/// The file that a `sqlite:` URL names.
///
/// # Errors
/// `Invalid` when it names none.
pub fn path_of(url: &str) -> port::Result<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"));
    match path {
        Some(path) if !path.is_empty() && !path.starts_with(':') && !path.contains('?') => Ok(path.into()),
        _ => Err(port::Error::Invalid("a database URL is `sqlite:` and the path of a file")),
    }
}

fn writing_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    common_options(path, options)
        .create_if_missing(true)
        .foreign_keys(true)
        // Durable means: also when the power fails.
        .synchronous(SqliteSynchronous::Full)
        // A tenant's key that was destroyed is not to be found in the file, once the log is carried back.
        .pragma("secure_delete", "ON")
        // The last resort at 128 MiB; long before, `checkpoint` carries the log back beside the writer.
        .pragma("wal_autocheckpoint", "32768")
        .pragma("journal_size_limit", "67108864")
        .pragma("cache_size", format!("-{}", options.cache_kib.saturating_mul(4)))
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(256)
}

fn reading_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    common_options(path, options).read_only(true).pragma("cache_size", format!("-{}", options.cache_kib))
}

fn common_options(path: &Path, options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(options.patience).disable_statement_logging()
}

/// The mode is kept in the file. Of several processes that switch at once SQLite refuses some without waiting.
async fn switch_to_wal(options: &SqliteConnectOptions) -> Result<()> {
    let switching = options.clone().journal_mode(SqliteJournalMode::Wal);
    let mut attempts = 0;
    loop {
        match switching.connect().await {
            Ok(connection) => return sqlx::Connection::close(connection).await.doing(OPENING),
            Err(sqlx::Error::Database(_)) if attempts < 50 => {
                attempts += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            Err(error) => return Err(error).doing(OPENING),
        }
    }
}

/// Makes the file before SQLite does: it holds secrets, and SQLite's log files take its permissions over.
fn make_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(Cause::Database(sqlx::Error::Io(error))).doing(OPENING),
    }
}
