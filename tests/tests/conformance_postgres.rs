//! The PostgreSQL store against the suite that every adapter must pass: as the service's role, under row level security.
#![cfg(test)]

use std::sync::Arc;

use veralux_core::conformance::Ports;
use veralux_postgres::{Options, PostgresStore, ROLES, migrate_up};
use veralux_tests::postgres::PrivatePostgres;

/// A database of its own, which ends with the case.
async fn fresh() -> Ports {
    let migrate = async |url: String| {
        migrate_up(&url).await.unwrap();
    };
    let database = PrivatePostgres::shared().database(ROLES, "veralux", migrate).await;
    let options = Options { connections: 8, ..Options::default() };
    let store = PostgresStore::connect(&database.service_url, &options).await.unwrap();
    Ports::from_one(&Arc::new(store)).keeping(database)
}

veralux_core::store_conformance!(fresh());
