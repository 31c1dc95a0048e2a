//! Every SQL text is known to SQLite, and none walks through a table that grows.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};
use veralux_tests::sql::{modules_of, modules_with_statements};

/// Small tables, read as a whole.
const SMALL: &[&str] = &[
    "assistants::LIST_TOOLS",
    "assistants::ADD_TOOL",
    "migrate::LIST",
    "migrate::TABLE_EXISTS",
    "directory::PING",
    // The first entry of an index.
    "work::NEXT_DUE",
    // What waits, by an index that holds nothing else.
    "outbox::COUNT",
    "root_keys::LIST",
    "root_key::AT_MOST_ONE_PRIMARY",
];
/// Few rows, in an order that no index has.
const SORTED: &[&str] = &[
    "numbers::LIST_FREE_POOL",
    "ledger::dialect::FIND_FOREIGN_DID",
    "ledger::work::WAKE",
    "root_keys::CENSUS",
];
/// Rows of which a tenant has a handful, or at most as many as a constant says.
const BOUNDED: &[&str] = &[
    "credentials::LIST",
    "credentials::LIST_SECRETS",
    "credentials::NEWEST_KEY",
    "ledger::credential::ADD_SECRET",
    "outbox::FORGET_DIDS",
    "ledger::credential::DESTROY_KEYS",
    "ledger::credential::REMOVE_KEY",
];
/// Their plans hold look-ups of children that SQLite skips unless a violated reference is outstanding.
const CHILDREN: &[&str] = &["ledger::thread::ADD"];

fn all() -> Vec<(&'static str, &'static str)> {
    let ledger = [veralux_sql::ledger::STATEMENTS, crate::ledger::STATEMENTS].concat();
    let mut all: Vec<_> = ledger.into_iter().flatten().copied().collect();
    for module in [
        crate::assistants::STATEMENTS,
        crate::audit::STATEMENTS,
        crate::backup::STATEMENTS,
        crate::calls::STATEMENTS,
        crate::checkpoint::STATEMENTS,
        crate::conversations::STATEMENTS,
        crate::credentials::STATEMENTS,
        crate::decisions::STATEMENTS,
        crate::directory::STATEMENTS,
        crate::idempotency::STATEMENTS,
        crate::keys::STATEMENTS,
        crate::messages::STATEMENTS,
        crate::migrate::STATEMENTS,
        crate::numbers::STATEMENTS,
        crate::operations::STATEMENTS,
        crate::outbox::STATEMENTS,
        crate::policy::STATEMENTS,
        crate::probe::STATEMENTS,
        crate::root_keys::STATEMENTS,
        crate::runtime::STATEMENTS,
        crate::schedule::STATEMENTS,
        crate::settings::STATEMENTS,
        crate::telephony::STATEMENTS,
        crate::threads::STATEMENTS,
        crate::transaction::STATEMENTS,
        crate::unclaimed::STATEMENTS,
        crate::work::STATEMENTS,
        crate::writer::STATEMENTS,
    ] {
        all.extend(module);
    }
    all
}

/// How migrations begin, and the table before them all.
const UNPLANNED: &[&str] = &["BEGIN IMMEDIATE", "CREATE TABLE IF NOT EXISTS schema_migration ("];

#[test]
fn every_statement_is_registered() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = modules_with_statements("veralux_sqlite", &sources, UNPLANNED);
    found.extend(modules_with_statements("veralux_sql", &sources.join("../../sql/src"), &[]));
    assert_eq!(modules_of(all().into_iter().map(|(name, _)| name)), found);
}

async fn migrated(directory: &tempfile::TempDir) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(directory.path().join("v.db")).create_if_missing(true);
    crate::migrate::up(&options).await.unwrap();
    options.connect().await.unwrap()
}

#[tokio::test]
async fn sqlite_knows_every_statement() {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = migrated(&directory).await;
    let statements = all();
    assert!(statements.len() > 80, "only {} statements are registered", statements.len());
    for (name, sql) in statements {
        let explained = sqlx::query(AssertSqlSafe(format!("EXPLAIN {sql}"))).fetch_all(&mut connection).await;
        assert!(explained.is_ok(), "{name}: {:?}\n{sql}", explained.err());
    }
}

/// Whether a step of a query plan looks at rows that another tenant, or all of a tenant's past, has made.
fn walks(step: &str) -> bool {
    let Some(table) = step.strip_prefix("SCAN ") else {
        // The tenant alone is a key only where a tenant has one row, or a handful.
        let few = [
            "t",
            "r",
            "a",
            "d",
            "o",
            "policy_allow_list",
            "tenant",
            "tenant_key_version",
            "audit_head",
            "runtime_did",
            "runtime_head",
            "runtime_outbox",
        ];
        let table = step.strip_prefix("SEARCH ").and_then(|rest| rest.split(' ').next());
        return step.contains("(tenant_id=?)") && !table.is_some_and(|table| few.contains(&table));
    };
    // Parameters that are JSON arrays, rows of constants, and what a query in the query has found, whose steps are looked at.
    !(table.contains("VIRTUAL TABLE")
        || table == "CONSTANT ROW"
        || matches!(table, "i" | "turn")
        || table.starts_with("(subquery-"))
}

/// Whether a step sorts what it found instead of reading it in order.
fn sorts(step: &str) -> bool {
    step.contains("TEMP B-TREE")
}

#[tokio::test]
async fn no_statement_walks_through_a_table_that_grows() {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = migrated(&directory).await;
    for (name, sql) in all() {
        let is = |list: &[&str]| list.iter().any(|exempt| name.ends_with(exempt));
        let explained = format!("EXPLAIN QUERY PLAN {sql}");
        for row in sqlx::query(AssertSqlSafe(explained)).fetch_all(&mut connection).await.unwrap() {
            let step: String = row.get("detail");
            assert!(
                is(SMALL)
                    || is(BOUNDED) && step.contains("(tenant_id=?)")
                    || is(CHILDREN) && step.contains(" USING PRIMARY KEY")
                    || !walks(&step),
                "{name}: {step}\n{sql}"
            );
            assert!(is(SORTED) || !sorts(&step), "{name}: {step}\n{sql}");
        }
    }
}

/// A thread keeps all windows and overrides that it ever had, and each of its messages asks for those that have not ended.
#[tokio::test]
async fn what_has_ended_is_not_looked_at_for_a_message() {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = migrated(&directory).await;
    for (name, sql) in crate::conversations::STATEMENTS {
        let explained = format!("EXPLAIN QUERY PLAN {sql}");
        let rows = sqlx::query(AssertSqlSafe(explained)).fetch_all(&mut connection).await.unwrap();
        let steps: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        for end in [
            "SEARCH w USING INDEX assignment_window_by_end (tenant_id=? AND thread=? AND ends_at>?)",
            "SEARCH o USING INDEX routing_override_by_end (tenant_id=? AND thread=? AND <expr>>?)",
        ] {
            assert!(steps.iter().any(|step| step == end), "{name}: {end}: {steps:?}");
        }
    }
}
