//! Schema migrations: embedded in the program, reversible, guarded by checksums.
//!
//! sqlx's own runner takes no lock on SQLite, so that two processes that start at once would both apply the first
//! migration. Here everything, the table of applied migrations included, is one transaction that begins with
//! `BEGIN IMMEDIATE`: the second process waits, then finds nothing to do.

use sqlx::migrate::{Migration, MigrationType};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqlSafeStr as _};
use veralux_core::port;
use veralux_core::time::Instant;

use crate::error::{Cause, Doing as _, Result};

/// Version, name, up, down.
const MIGRATIONS: &[(i64, &str, &str, &str)] = &[
    (
        1,
        "ledger",
        include_str!("../migrations/0001_ledger.up.sql"),
        include_str!("../migrations/0001_ledger.down.sql"),
    ),
    (
        2,
        "installation",
        include_str!("../migrations/0002_installation.up.sql"),
        include_str!("../migrations/0002_installation.down.sql"),
    ),
    (
        3,
        "policy",
        include_str!("../migrations/0003_policy.up.sql"),
        include_str!("../migrations/0003_policy.down.sql"),
    ),
    (
        4,
        "telephony",
        include_str!("../migrations/0004_telephony.up.sql"),
        include_str!("../migrations/0004_telephony.down.sql"),
    ),
    (
        5,
        "credentials",
        include_str!("../migrations/0005_credentials.up.sql"),
        include_str!("../migrations/0005_credentials.down.sql"),
    ),
    (
        6,
        "outbox",
        include_str!("../migrations/0006_outbox.up.sql"),
        include_str!("../migrations/0006_outbox.down.sql"),
    ),
    (
        7,
        "delivery",
        include_str!("../migrations/0007_delivery.up.sql"),
        include_str!("../migrations/0007_delivery.down.sql"),
    ),
    (
        8,
        "providers",
        include_str!("../migrations/0008_providers.up.sql"),
        include_str!("../migrations/0008_providers.down.sql"),
    ),
    (
        9,
        "attempts",
        include_str!("../migrations/0009_attempts.up.sql"),
        include_str!("../migrations/0009_attempts.down.sql"),
    ),
    (
        10,
        "tenant_id",
        include_str!("../migrations/0010_tenant_id.up.sql"),
        include_str!("../migrations/0010_tenant_id.down.sql"),
    ),
    (
        11,
        "media",
        include_str!("../migrations/0011_media.up.sql"),
        include_str!("../migrations/0011_media.down.sql"),
    ),
    (
        12,
        "given_back",
        include_str!("../migrations/0012_given_back.up.sql"),
        include_str!("../migrations/0012_given_back.down.sql"),
    ),
    (
        13,
        "past",
        include_str!("../migrations/0013_past.up.sql"),
        include_str!("../migrations/0013_past.down.sql"),
    ),
    (
        14,
        "turns",
        include_str!("../migrations/0014_turns.up.sql"),
        include_str!("../migrations/0014_turns.down.sql"),
    ),
    (
        15,
        "provider_id",
        include_str!("../migrations/0015_provider_id.up.sql"),
        include_str!("../migrations/0015_provider_id.down.sql"),
    ),
];

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (\
     version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum BLOB NOT NULL, \
     applied_at INTEGER NOT NULL) STRICT";

crate::statements::statements! {
    one {
        TABLE_EXISTS = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'";
        // The newest first: of a database that a newer program made it is what is told.
        LIST = "SELECT version, checksum, applied_at FROM schema_migration ORDER BY version DESC";
        ADD = "INSERT INTO schema_migration (version, name, checksum, applied_at) \
               VALUES (?, ?, ?, CAST(unixepoch('subsec') * 1000000 AS INTEGER))";
        REMOVE = "DELETE FROM schema_migration WHERE version = ?";
    }
}

const DOING: &str = "migrating the database";

/// One migration and whether it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its number; they are applied in this order.
    pub version: i64,
    /// What it is about.
    pub name: &'static str,
    /// When it was applied, by the machine's clock; `None` while it is pending.
    pub applied_at: Option<Instant>,
}

/// Applies every pending migration, all or none, and says which those were.
///
/// # Errors
/// Permanent when the database was made by a newer or altered program. Else transient, permanent or not permitted.
pub(crate) async fn up(options: &SqliteConnectOptions) -> port::Result<Vec<Status>> {
    let mut connection = options.connect().await.doing(DOING)?;
    let result = in_transaction(&mut connection, Direction::Up).await;
    close(connection).await;
    Ok(result?)
}

/// Takes back every migration above `target`, all or none, and says which those were. 0 empties the database.
///
/// # Errors
/// As [`up`].
pub(crate) async fn down(options: &SqliteConnectOptions, target: i64) -> port::Result<Vec<Status>> {
    let mut connection = options.connect().await.doing(DOING)?;
    let result = in_transaction(&mut connection, Direction::Down(target)).await;
    close(connection).await;
    Ok(result?)
}

/// Every migration, applied or not. Changes nothing.
///
/// # Errors
/// As [`up`].
pub(crate) async fn status(options: &SqliteConnectOptions) -> port::Result<Vec<Status>> {
    let mut connection = options.connect().await.doing(DOING)?;
    let result = read_status(&mut connection).await;
    close(connection).await;
    Ok(result?)
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down(i64),
}

async fn close(connection: SqliteConnection) {
    if let Err(error) = connection.close().await {
        tracing::debug!(error = &error as &(dyn std::error::Error + 'static), "sqlite.close_failed");
    }
}

async fn in_transaction(connection: &mut SqliteConnection, direction: Direction) -> Result<Vec<Status>> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.doing(DOING)?;
    sqlx::raw_sql(CREATE_TABLE).execute(&mut *transaction).await.doing(DOING)?;
    let known = read_status(&mut transaction).await?;
    let changed = match direction {
        Direction::Up => apply(&mut transaction, known).await?,
        Direction::Down(target) => revert(&mut transaction, known, target).await?,
    };
    transaction.commit().await.doing(DOING)?;
    Ok(changed)
}

async fn apply(connection: &mut SqliteConnection, known: Vec<Status>) -> Result<Vec<Status>> {
    let mut changed = Vec::new();
    for (status, &(_, _, up, _)) in known.into_iter().zip(MIGRATIONS) {
        if status.applied_at.is_some() {
            continue;
        }
        sqlx::raw_sql(up).execute(&mut *connection).await.doing(DOING)?;
        sqlx::query(ADD)
            .bind(status.version)
            .bind(status.name)
            .bind(checksum(up))
            .execute(&mut *connection)
            .await
            .doing(DOING)?;
        changed.push(status.version);
    }
    let now = read_status(connection).await?;
    Ok(now.into_iter().filter(|status| changed.contains(&status.version)).collect())
}

async fn revert(connection: &mut SqliteConnection, known: Vec<Status>, target: i64) -> Result<Vec<Status>> {
    let mut changed = Vec::new();
    for (status, &(_, _, _, down)) in known.into_iter().zip(MIGRATIONS).rev() {
        if status.applied_at.is_none() || status.version <= target {
            continue;
        }
        sqlx::raw_sql(down).execute(&mut *connection).await.doing(DOING)?;
        sqlx::query(REMOVE).bind(status.version).execute(&mut *connection).await.doing(DOING)?;
        changed.push(Status { applied_at: None, ..status });
    }
    Ok(changed)
}

/// Reads what is applied and compares it with what this program holds.
async fn read_status(connection: &mut SqliteConnection) -> Result<Vec<Status>> {
    let mut known: Vec<Status> =
        MIGRATIONS.iter().map(|&(version, name, _, _)| Status { version, name, applied_at: None }).collect();
    if sqlx::query(TABLE_EXISTS).fetch_optional(&mut *connection).await.doing(DOING)?.is_none() {
        return Ok(known);
    }
    for row in sqlx::query(LIST).fetch_all(&mut *connection).await.doing(DOING)? {
        let version: i64 = row.try_get(0).doing(DOING)?;
        let found: Vec<u8> = row.try_get(1).doing(DOING)?;
        let applied_at: i64 = row.try_get(2).doing(DOING)?;
        let Some((status, &(_, _, up, _))) =
            known.iter_mut().zip(MIGRATIONS).find(|(status, _)| status.version == version)
        else {
            let known = MIGRATIONS.len();
            let fault = format!(
                "the database is of version {version}, made by a newer version of this program, which knows {known}"
            );
            return Err(Cause::Schema(fault)).doing(DOING);
        };
        if found != checksum(up) {
            let name = status.name;
            let fault =
                format!("migration {version} ({name}) was applied to the database in another wording");
            return Err(Cause::Schema(fault)).doing(DOING);
        }
        status.applied_at = Some(Instant::from_micros(applied_at));
    }
    Ok(known)
}

fn checksum(sql: &'static str) -> Vec<u8> {
    let migration = Migration::new(0, "".into(), MigrationType::ReversibleUp, sql.into_sql_str(), false);
    migration.checksum.into_owned()
}
