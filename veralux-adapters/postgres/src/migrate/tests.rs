//! What a migration of a filled database keeps others from doing, and for how long.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tokio_postgres::Client;
use veralux_tests::postgres::{PostgresOptions, PrivatePostgres, connect};

use super::{MIGRATIONS, migrate_down, migrate_up};

/// Tables that were there before and that a migration locks so that others cannot write, or neither read nor write, until it
/// ends: version, table, mode. Whoever adds a migration that takes such a lock names it here and in `DEPLOYMENT.md`.
const LOCKS: &[(i64, &str, &str)] = &[
    // A column without a default: no row is touched.
    (3, "message", "AccessExclusiveLock"),
    // Copies how far messages have come, then drops the column.
    (7, "message", "AccessExclusiveLock"),
    // Adds columns with constants for what is there: nothing is written anew.
    (9, "idempotency_key", "AccessExclusiveLock"),
    // Triggers, and who has what: nothing may be added in between. Readers do not wait.
    (12, "number", "ShareRowExclusiveLock"),
    (12, "runtime_did", "ShareRowExclusiveLock"),
    // Columns without a default: no row is touched.
    (13, "message", "AccessExclusiveLock"),
    (13, "policy_violation", "AccessExclusiveLock"),
    // A column without a default, an index of the numbers that there are, and triggers.
    (15, "number", "AccessExclusiveLock"),
    (15, "number", "ShareLock"),
    (15, "number", "ShareRowExclusiveLock"),
    // An index each. Readers do not wait.
    (16, "routing_override", "ShareLock"),
    (16, "unclaimed_webhook", "ShareLock"),
    // A column with a constant, and indexes of what is to be done.
    (17, "due_work", "AccessExclusiveLock"),
    (17, "due_work", "ShareLock"),
    // A unique index in place of one that was not.
    (18, "message_delivery", "AccessExclusiveLock"),
    (18, "message_delivery", "ShareLock"),
];

/// Migrations that hold their locks for longer than the others may, and the most that they do in times that it takes to read all
/// messages. On a million of them that is under the 5 seconds after which a server gives up; `DEPLOYMENT.md` says so of each.
const LONG: &[(i64, u32)] = &[(7, 40), (18, 12)];
/// All others hold them for so many such times at most, and this, which is a tenth of a server's patience: whatever writes a table of
/// messages anew takes longer.
const PASSES: u32 = 3;
const SHORT: Duration = Duration::from_millis(250);
/// A busy machine is slow once, but not each time.
const TRIES: usize = 5;

/// When a test is given up.
const LONGEST: Duration = Duration::from_mins(1);

/// Tables of ours, by their names.
async fn tables(client: &Client) -> BTreeSet<String> {
    let sql = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// What this session holds that readers or writers of a table wait for.
async fn held(client: &Client) -> BTreeSet<(String, String)> {
    let sql = "SELECT c.relname::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation \
               WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace \
               AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')";
    client.query(sql, &[]).await.unwrap().iter().map(|row| (row.get(0), row.get(1))).collect()
}

/// Applies a migration and takes it back: how long it took, how long it may with so many readings of all messages, which locks it held.
async fn apply(
    owner: &Client,
    sql: &str,
    passes: u32,
    superuser: &Client,
) -> (Duration, Duration, BTreeSet<(String, String)>) {
    let alone = "BEGIN; SET LOCAL max_parallel_workers_per_gather = 0";
    let began = Instant::now();
    superuser.batch_execute(&format!("{alone}; SELECT count(body) FROM message; ROLLBACK")).await.unwrap();
    let most = began.elapsed() * passes + SHORT;
    owner.batch_execute("BEGIN").await.unwrap();
    let began = Instant::now();
    owner.batch_execute(sql).await.unwrap();
    let took = began.elapsed();
    let held = held(owner).await;
    owner.batch_execute("ROLLBACK").await.unwrap();
    (took, most, held)
}

/// Somebody reads a table for as long as a backup takes. The migration waits, those who come to the table behind it do not.
#[tokio::test]
async fn a_migration_holds_nobody_up_while_it_waits_for_a_table() {
    let server = PrivatePostgres::start(PostgresOptions::default());
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    let database = server.database(crate::ROLES, "veralux", migrate).await;
    migrate_down(&database.owner_url, 12).await.unwrap();
    let backup = connect(&database.superuser_url).await;
    backup.batch_execute("BEGIN; LOCK TABLE message IN ACCESS SHARE MODE").await.unwrap();
    let url = database.owner_url.clone();
    let migration = tokio::spawn(async move { migrate_up(&url).await });
    let reader = connect(&database.superuser_url).await;
    reader.batch_execute("SET lock_timeout = '5s'").await.unwrap();
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(7) {
        reader.batch_execute("SELECT count(*) FROM message").await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(!migration.is_finished(), "the backup goes on");
    backup.batch_execute("COMMIT").await.unwrap();
    let applied = tokio::time::timeout(LONGEST, migration).await.unwrap().unwrap().unwrap();
    assert!(applied.iter().any(|status| status.version == 13), "{applied:?}");
}

/// Somebody holds a table that the migration locks later, and then wants the one that it holds.
#[tokio::test]
async fn a_migration_that_is_the_victim_of_a_deadlock_begins_anew() {
    let server = PrivatePostgres::start(PostgresOptions::default());
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    let database = server.database(crate::ROLES, "veralux", migrate).await;
    migrate_down(&database.owner_url, 12).await.unwrap();
    let writer = connect(&database.superuser_url).await;
    // It waits for the deadlock to be found longer than the migration does.
    writer.batch_execute("SET deadlock_timeout = '1min'").await.unwrap();
    writer.batch_execute("BEGIN; LOCK TABLE policy_violation IN ROW EXCLUSIVE MODE").await.unwrap();
    let url = database.owner_url.clone();
    let migration = tokio::spawn(async move { migrate_up(&url).await });
    let watcher = connect(&database.superuser_url).await;
    let waits = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'policy_violation'::regclass";
    while watcher.query_opt(waits, &[]).await.unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    writer.batch_execute("LOCK TABLE message IN ROW EXCLUSIVE MODE; COMMIT").await.unwrap();
    let applied = tokio::time::timeout(LONGEST, migration).await.unwrap().unwrap().unwrap();
    assert!(applied.iter().any(|status| status.version == 13), "{applied:?}");
    let deadlocks = "SELECT 1 FROM pg_stat_database WHERE datname = current_database() AND deadlocks > 0";
    while watcher.query_opt(deadlocks, &[]).await.unwrap().is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn the_locks_of_each_migration_of_a_filled_database_are_named() {
    let server = PrivatePostgres::start(PostgresOptions::default());
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    let database = server.database(crate::ROLES, "veralux", migrate).await;
    let mut superuser = connect(&database.superuser_url).await;
    let filling = superuser.transaction().await.unwrap();
    filling.batch_execute(include_str!("../statements/fill.sql")).await.unwrap();
    filling.commit().await.unwrap();

    let owner = connect(&database.owner_url).await;
    // The first makes the tables that the others find filled.
    for &(version, name, up, _) in MIGRATIONS.iter().rev().take(MIGRATIONS.len() - 1) {
        let before = MIGRATIONS.iter().map(|&(known, ..)| known).filter(|known| *known < version).max();
        migrate_down(&database.owner_url, before.unwrap()).await.unwrap();
        let there = tables(&owner).await;
        let passes = LONG.iter().find(|(long, _)| *long == version).map_or(PASSES, |(_, passes)| *passes);
        let mut tries = Vec::new();
        let mut found = loop {
            let (took, most, found) = apply(&owner, up, passes, &superuser).await;
            tries.push((took, most));
            if took < most {
                break found;
            }
            assert!(tries.len() < TRIES, "{version} ({name}) took, and may take: {tries:?}");
        };
        found.retain(|(table, _)| there.contains(table));
        println!("{version} {name}: {tries:?}, locks {found:?}");
        let named = LOCKS.iter().filter(|(of, ..)| *of == version);
        let named: BTreeSet<_> =
            named.map(|(_, table, mode)| ((*table).to_owned(), (*mode).to_owned())).collect();
        assert_eq!(found, named, "migration {version} ({name})");
    }
    let anew = "ALTER TABLE message ALTER COLUMN received_at TYPE numeric";
    let (took, most, _) = apply(&owner, anew, PASSES, &superuser).await;
    println!("messages written anew: {:?}", (took, most));
    assert!(took > most, "a table that is written anew is found: {took:?}, {most:?}");
    let left: i64 = superuser.query_one("SELECT count(*) FROM message", &[]).await.unwrap().get(0);
    assert!(left >= 1_000_000, "the database was filled: {left}");
}
