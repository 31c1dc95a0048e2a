//! The SQLite store against the suite that every adapter must pass.
#![cfg(test)]

use std::sync::Arc;

use veralux_core::conformance::Ports;
use veralux_sqlite::{Options, SqliteStore};

/// A database of its own, which ends with the case.
async fn fresh() -> Ports {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(directory.path().join("veralux.db"), &Options::default()).await.unwrap();
    Ports::from_one(&Arc::new(store)).keeping(directory)
}

veralux_core::store_conformance!(fresh());
