//! Every SQL text is known to SQLite, and none walks through a table that grows.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Row as _};

/// Lists that are asked for the whole installation: they walk along a key from where the page begins.
const OVER_ALL_TENANTS: &[&str] = &["directory::LIST_TENANTS", "directory::LIST_HEADS", "unclaimed::LIST"];
/// Small tables, read as a whole.
const SMALL: &[&str] = &["migrate::LIST", "migrate::TABLE_EXISTS", "directory::PING"];

fn all() -> Vec<(&'static str, &'static str)> {
    let mut all: Vec<_> = crate::ledger::STATEMENTS.iter().copied().flatten().copied().collect();
    for module in [
        crate::audit::STATEMENTS,
        crate::conversations::STATEMENTS,
        crate::decisions::STATEMENTS,
        crate::directory::STATEMENTS,
        crate::idempotency::STATEMENTS,
        crate::keys::STATEMENTS,
        crate::messages::STATEMENTS,
        crate::migrate::STATEMENTS,
        crate::numbers::STATEMENTS,
        crate::runtime::STATEMENTS,
        crate::schedule::STATEMENTS,
        crate::settings::STATEMENTS,
        crate::threads::STATEMENTS,
        crate::transaction::STATEMENTS,
        crate::unclaimed::STATEMENTS,
        crate::writer::STATEMENTS,
    ] {
        all.extend(module);
    }
    all
}

async fn migrated(directory: &tempfile::TempDir) -> SqliteConnection {
    let options =
        SqliteConnectOptions::new().filename(directory.path().join("v.db")).create_if_missing(true);
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

#[tokio::test]
async fn no_statement_walks_through_a_table_that_grows() {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = migrated(&directory).await;
    for (name, sql) in all() {
        let exempt = |list: &[&str]| list.iter().any(|prefix| name.contains(prefix));
        if exempt(SMALL) {
            continue;
        }
        let explained = format!("EXPLAIN QUERY PLAN {sql}");
        for row in sqlx::query(AssertSqlSafe(explained)).fetch_all(&mut connection).await.unwrap() {
            let step: String = row.get("detail");
            let sorts = step.contains("TEMP B-TREE") && !name.contains("LIST_FREE_POOL");
            let walks = step.starts_with("SCAN")
                // A JSON parameter, a constant row and the like are no tables.
                && !["json_each", "j ", "CONSTANT ROW", "i", "VIRTUAL TABLE"].iter().any(|small| step.contains(small));
            if exempt(OVER_ALL_TENANTS) {
                assert!(!step.contains("TEMP B-TREE FOR ORDER BY"), "{name}: {step}\n{sql}");
            } else {
                assert!(!walks && !sorts, "{name}: {step}\n{sql}");
                assert!(
                    !step.starts_with("SEARCH n ") || step.contains('('),
                    "{name}: {step}\n{sql}"
                );
            }
        }
    }
}
