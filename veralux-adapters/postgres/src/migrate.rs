//! Schema migrations: embedded in the program, reversible, guarded by checksums.
//!
//! All that one run applies or takes back is one transaction that holds an advisory lock from its beginning: of several nodes
//! that start at once one migrates, the others wait and find nothing to do. The owner of the tables runs it, never the
//! service.
//!
//! A table that somebody else is using, a backup say, it waits for only briefly, since whoever comes to the table behind it waits as
//! well: then it lets go of all that it has and begins anew.

pub(crate) mod owner;

use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio_postgres::{Client, Row, Transaction};
use veralux_core::port;
use veralux_core::time::Instant;

use crate::error::{Cause, Doing as _, Error, Result};
use crate::query::query;
use crate::reader::Reader;
use crate::settings::{Options, Settings};

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
        "find_key",
        include_str!("../migrations/0010_find_key.up.sql"),
        include_str!("../migrations/0010_find_key.down.sql"),
    ),
    (
        11,
        "conversation",
        include_str!("../migrations/0011_conversation.up.sql"),
        include_str!("../migrations/0011_conversation.down.sql"),
    ),
    (
        12,
        "line",
        include_str!("../migrations/0012_line.up.sql"),
        include_str!("../migrations/0012_line.down.sql"),
    ),
    (
        13,
        "media",
        include_str!("../migrations/0013_media.up.sql"),
        include_str!("../migrations/0013_media.down.sql"),
    ),
    (
        14,
        "execute",
        include_str!("../migrations/0014_execute.up.sql"),
        include_str!("../migrations/0014_execute.down.sql"),
    ),
    (
        15,
        "given_back",
        include_str!("../migrations/0015_given_back.up.sql"),
        include_str!("../migrations/0015_given_back.down.sql"),
    ),
    (
        16,
        "past",
        include_str!("../migrations/0016_past.up.sql"),
        include_str!("../migrations/0016_past.down.sql"),
    ),
    (
        17,
        "turns",
        include_str!("../migrations/0017_turns.up.sql"),
        include_str!("../migrations/0017_turns.down.sql"),
    ),
    (
        18,
        "provider_id",
        include_str!("../migrations/0018_provider_id.up.sql"),
        include_str!("../migrations/0018_provider_id.down.sql"),
    ),
];

/// The roles that migrations grant to, as a text that makes them; see `roles.sql`.
pub const ROLES: &str = include_str!("../roles.sql");

/// What makes `veralux_owner` the owner of the tables and functions of the database that it is run in, as a superuser.
pub const OWNERS: &str = include_str!("../owners.sql");

const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_migration (\
     version bigint NOT NULL PRIMARY KEY, name text NOT NULL, checksum bytea NOT NULL, applied_at bigint NOT NULL); \
     GRANT SELECT ON schema_migration TO veralux_service; \
     GRANT USAGE ON SCHEMA public TO veralux_service";

crate::statements::statements! {
    one {
        LOCK = "SELECT pg_advisory_xact_lock(6075931847152004917)";
        // Functions keep the path that they are made with. Left out, the schema of temporary tables would come first: the
        // service could put a table of its own in the place of one that a function of the owner writes.
        SET_PATH = "SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)";
        ROLE_EXISTS = "SELECT 1 FROM pg_roles WHERE rolname = 'veralux_service'";
        TABLE_EXISTS = "SELECT 1 WHERE to_regclass('schema_migration') IS NOT NULL";
        // The newest first: of a database that a newer program made it is what is told.
        LIST = "SELECT version, checksum, applied_at FROM schema_migration ORDER BY version DESC";
        ADD = "INSERT INTO schema_migration (version, name, checksum, applied_at) \
               VALUES ($1, $2, $3, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)";
        REMOVE = "DELETE FROM schema_migration WHERE version = $1";
    }
}

/// How long each statement waits for a table that others use: servers wait behind it, and give up after 5 seconds.
const PATIENCE: &str = "SET LOCAL lock_timeout = '2s'";
/// Between two tries. Meanwhile whoever waited behind the last one is served.
const PAUSE: Duration = Duration::from_secs(3);

const DOING: &str = "migrating the database";

/// One migration and whether it is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Its number; they are applied in this order.
    pub version: i64,
    /// What it is about.
    pub name: &'static str,
    /// When it was applied, by the server's clock; `None` while it is pending.
    pub applied_at: Option<Instant>,
}

/// Applies every pending migration of a database, all or none, and says which those were. `url` is that of the tables' owner.
/// Safe while other processes do the same. Begins anew, for as long as it takes, while others use a table that it needs for itself.
///
/// # Errors
/// `Invalid` when the role `veralux_service` does not exist. Permanent when the database was made by a newer or altered program,
/// or when its tables belong to somebody else or to a superuser. Else transient, permanent or not permitted.
pub async fn migrate_up(url: &str) -> port::Result<Vec<Status>> {
    in_transaction(url, Direction::Up).await
}

/// Takes back every migration above `target`, all or none, and says which those were. 0 removes all data.
///
/// # Errors
/// As [`migrate_up`].
pub async fn migrate_down(url: &str, target: i64) -> port::Result<Vec<Status>> {
    in_transaction(url, Direction::Down(target)).await
}

/// Every migration that this program knows, applied or not. Changes nothing. Any role may ask.
///
/// # Errors
/// As [`migrate_up`].
pub async fn migrate_status(url: &str) -> port::Result<Vec<Status>> {
    let client = connect(url).await?;
    let rows = if client.query_opt(TABLE_EXISTS, &[]).await.doing(DOING)?.is_none() {
        Vec::new()
    } else {
        match client.query(LIST, &[]).await {
            Ok(rows) => rows,
            Err(error) => Err(owner::unreadable(&client, error).await).doing(DOING)?,
        }
    };
    Ok(compare(&rows)?)
}

/// The same over the connections of a store.
pub(crate) async fn status_of(installation: Reader<'_>) -> port::Result<Vec<Status>> {
    if installation.fetch_row(DOING, query(TABLE_EXISTS)).await?.is_none() {
        return Ok(compare(&[])?);
    }
    Ok(compare(&installation.rows(DOING, query(LIST)).await?)?)
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    Down(i64),
}

async fn connect(url: &str) -> port::Result<Client> {
    // A migration takes as long as it takes.
    let options = Options { statement_timeout: Duration::ZERO, ..Options::default() };
    let settings = Settings::parse(url, &options)?;
    let (client, connection) = settings.config.connect(settings.tls).await.doing(DOING)?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(
                error = &error as &(dyn std::error::Error + 'static),
                "postgres.connection_ended"
            );
        }
    });
    settings.session.begin(&client).await.doing(DOING)?;
    Ok(client)
}

async fn in_transaction(url: &str, direction: Direction) -> port::Result<Vec<Status>> {
    let mut client = connect(url).await?;
    loop {
        match attempt(&mut client, direction).await {
            // A deadlock is found before the patience ends: messages lock tables in another order than migrations do.
            Err(Error { cause, .. }) if cause.is_lock_timeout() || cause.is_repeatable() => {
                tracing::warn!(
                    "a table is in use by a backup, a long query or others' writes: the migration begins anew behind them"
                );
                tokio::time::sleep(PAUSE).await;
            }
            outcome => return Ok(outcome?),
        }
    }
}

async fn attempt(client: &mut Client, direction: Direction) -> Result<Vec<Status>> {
    let transaction = client.transaction().await.doing(DOING)?;
    transaction.batch_execute("SET LOCAL lock_timeout = 0").await.doing(DOING)?;
    transaction.query(SET_PATH, &[]).await.doing(DOING)?;
    transaction.query(LOCK, &[]).await.doing(DOING)?;
    transaction.batch_execute(PATIENCE).await.doing(DOING)?;
    if transaction.query_opt(ROLE_EXISTS, &[]).await.doing(DOING)?.is_none() {
        return Err(Cause::Invalid("there is no role `veralux_service`: run roles.sql first")).doing(DOING);
    }
    owner::become_owner(&transaction).await.doing(DOING)?;
    transaction.batch_execute(CREATE_TABLE).await.map_err(owner::refused).doing(DOING)?;
    let known = read_status(&transaction).await?;
    let changed = match direction {
        Direction::Up => apply(&transaction, known).await?,
        Direction::Down(target) => revert(&transaction, known, target).await?,
    };
    transaction.commit().await.doing(DOING)?;
    Ok(changed)
}

async fn apply(transaction: &Transaction<'_>, known: Vec<Status>) -> Result<Vec<Status>> {
    let mut changed = Vec::new();
    for (status, &(_, _, up, _)) in known.into_iter().zip(MIGRATIONS) {
        if status.applied_at.is_some() {
            continue;
        }
        transaction.batch_execute(up).await.doing(DOING)?;
        transaction.execute(ADD, &[&status.version, &status.name, &checksum(up)]).await.doing(DOING)?;
        changed.push(status.version);
    }
    let now = read_status(transaction).await?;
    Ok(now.into_iter().filter(|status| changed.contains(&status.version)).collect())
}

async fn revert(transaction: &Transaction<'_>, known: Vec<Status>, target: i64) -> Result<Vec<Status>> {
    let mut changed = Vec::new();
    for (status, &(_, _, _, down)) in known.into_iter().zip(MIGRATIONS).rev() {
        if status.applied_at.is_none() || status.version <= target {
            continue;
        }
        transaction.batch_execute(down).await.doing(DOING)?;
        transaction.execute(REMOVE, &[&status.version]).await.doing(DOING)?;
        changed.push(Status { applied_at: None, ..status });
    }
    Ok(changed)
}

async fn read_status(transaction: &Transaction<'_>) -> Result<Vec<Status>> {
    compare(&transaction.query(LIST, &[]).await.doing(DOING)?)
}

/// What is applied beside what this program holds.
fn compare(applied: &[Row]) -> Result<Vec<Status>> {
    let mut known: Vec<Status> =
        MIGRATIONS.iter().map(|&(version, name, _, _)| Status { version, name, applied_at: None }).collect();
    for row in applied {
        let version: i64 = row.try_get(0).doing(DOING)?;
        let found: &[u8] = row.try_get(1).doing(DOING)?;
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
    Sha256::digest(sql).to_vec()
}

#[cfg(test)]
mod tests;
