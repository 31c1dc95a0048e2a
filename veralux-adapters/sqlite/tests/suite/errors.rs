use std::error::Error as _;

use sqlx::Executor as _;
use veralux_core::port::{Directory as _, Error, Ledger as _, MessageStore, NumberStore, Page};
use veralux_sqlite::{Options, SqliteStore, path_of};

use crate::fixture::{Place, id, settle, webhook};

/// The messages of an error and all its sources.
fn chain(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

#[tokio::test]
async fn what_cannot_be_read_is_permanent_and_not_told() {
    let place = Place::new();
    let store = place.open().await;
    let tenant = id("oak");
    settle(&store, &tenant).await;
    store.commit(webhook(&tenant, "1")).await.unwrap();
    let mut connection = place.connect().await;
    connection
        .execute(
            "UPDATE number SET e164 = 'private-value'; UPDATE message SET findings = '[\"private-value\"]'",
        )
        .await
        .unwrap();
    for (error, column) in [
        (NumberStore::lookup(&store, &tenant, &id("num_1")).await.unwrap_err(), "e164"),
        (MessageStore::lookup(&store, &tenant, &id("msg_1")).await.unwrap_err(), "findings"),
    ] {
        assert!(matches!(error, Error::Permanent { .. }), "{error:?}");
        let told = format!("{} {error:?}", chain(&error));
        assert!(told.contains(column) && !told.contains("private-value"), "{told}");
    }
}

#[tokio::test]
async fn a_busy_database_is_transient() {
    let place = Place::new();
    let store = place.open().await;
    settle(&store, &id("oak")).await;
    store.close().await;
    let options = Options { patience: std::time::Duration::from_millis(50), ..Options::default() };
    let store = SqliteStore::open(place.path(), &options).await.unwrap();
    let mut other = place.connect().await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let refused = store.commit(webhook(&id("oak"), "1")).await.unwrap_err();
    assert!(matches!(refused, Error::Transient { .. }), "{refused:?}");
    assert!(store.list_tenants(&Page::first(1)).await.is_ok(), "readers do not wait");
    other.execute("ROLLBACK").await.unwrap();
    store.commit(webhook(&id("oak"), "1")).await.unwrap();
}

#[tokio::test]
async fn a_closed_store_is_transient() {
    let store = Place::new().open().await;
    store.close().await;
    store.close().await;
    assert!(matches!(store.ping().await, Err(Error::Transient { .. })));
    assert!(matches!(store.commit(webhook(&id("oak"), "1")).await, Err(Error::Transient { .. })));
}

#[tokio::test]
async fn places_where_no_database_can_be() {
    let place = Place::new();
    let missing = SqliteStore::open(place.path().join("no/such/folder.db"), &Options::default()).await;
    assert!(matches!(missing, Err(Error::Transient { .. })), "{missing:?}");
    std::fs::write(place.path(), "this is a text of some length and not a database at all").unwrap();
    let text = SqliteStore::open(place.path(), &Options::default()).await;
    assert!(matches!(text, Err(Error::Permanent { .. })), "{text:?}");
}

#[test]
fn urls() {
    for (url, path) in [
        ("sqlite:veralux.db", Some("veralux.db")),
        ("sqlite://data/veralux.db", Some("data/veralux.db")),
        ("sqlite:///var/lib/veralux.db", Some("/var/lib/veralux.db")),
        ("sqlite::memory:", None),
        ("sqlite://", None),
        ("sqlite:a.db?mode=ro", None),
        ("postgres://localhost/veralux", None),
        ("veralux.db", None),
    ] {
        assert_eq!(path_of(url).ok(), path.map(Into::into), "{url}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let store = place.open().await;
    settle(&store, &id("oak")).await;
    for extension in ["db", "db-wal", "db-shm"] {
        let mode = std::fs::metadata(place.path().with_extension(extension)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{extension}");
    }
}
