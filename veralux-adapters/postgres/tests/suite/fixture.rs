use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use veralux_core::port::Error;
use veralux_postgres::{Options, PostgresStore, ROLES, migrate_up};
use veralux_tests::postgres::{Database, PrivatePostgres};

/// Those two that [`furnish`] makes.
pub(crate) const TENANTS: [&str; 2] = ["oak", "elm"];

/// A migrated database of one's own.
pub(crate) async fn migrated() -> Database {
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    PrivatePostgres::shared().database(ROLES, "veralux", migrate).await
}

/// A database of one's own, with nothing in it.
pub(crate) async fn empty() -> Database {
    PrivatePostgres::shared().database(ROLES, "empty", async |_| {}).await
}

pub(crate) async fn open(url: &str) -> Result<PostgresStore, Error> {
    PostgresStore::connect(url, &Options { connections: 4, ..Options::default() }).await
}

/// A row of two tenants in every table of tenants, written as the service; all ids are the same.
pub(crate) async fn furnish(service: &Client) {
    for (index, tenant) in TENANTS.iter().enumerate() {
        let rows =
            include_str!("rows.sql").replace("{tenant}", tenant).replace("{digit}", &index.to_string());
        service
            .batch_execute(&format!("BEGIN; SET LOCAL veralux.tenant_id = '{tenant}'; {rows} COMMIT"))
            .await
            .unwrap();
    }
}

/// The tables with a column `tenant_id` that are under row level security.
pub(crate) async fn tables_of_tenants(client: &Client) -> Vec<String> {
    texts(client, "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relrowsecurity ORDER BY 1")
        .await
}

/// The columns of a table in their order.
pub(crate) async fn columns(client: &Client, table: &str) -> Vec<String> {
    let sql = "SELECT attname::text FROM pg_attribute WHERE attnum > 0 AND attrelid = $1::text::regclass ORDER BY attnum";
    client.query(sql, &[&table]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

pub(crate) async fn texts(client: &Client, sql: &str) -> Vec<String> {
    client.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

pub(crate) async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error:?}")).get(0)
}

/// That a statement is refused like this.
#[track_caller]
pub(crate) fn assert_refused<T: std::fmt::Debug>(
    result: Result<T, tokio_postgres::Error>,
    code: &SqlState,
    message: &str,
    what: &str,
) {
    let error = result.expect_err(what);
    let error = error.as_db_error().unwrap_or_else(|| panic!("{what}: {error:?}"));
    assert_eq!(error.code(), code, "{what}: {}", error.message());
    assert!(error.message().contains(message), "{what}: {}", error.message());
}
