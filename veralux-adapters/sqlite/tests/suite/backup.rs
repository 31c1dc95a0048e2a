//! Copies of a file that is written into.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use veralux_core::id::TenantId;
use veralux_core::port::{Error, Ledger as _};
use veralux_sqlite::{Options, SqliteStore, back_up};

use crate::fixture::{Place, id, settle, verified_length, webhook};

async fn integrity(path: &Path) -> String {
    let mut connection = SqliteConnectOptions::new().filename(path).read_only(true).connect().await.unwrap();
    sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_under_writes_is_whole_and_has_all_that_was_acknowledged_before() {
    let place = Place::new();
    let store = place.open().await;
    let tenant: TenantId = id("oak");
    settle(&store, &tenant).await;
    let (stop, kept) = (AtomicBool::new(false), AtomicUsize::new(0));
    let write = async {
        for number in 0.. {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            store.commit(webhook(&tenant, &format!("SM{number}"))).await.unwrap();
            kept.fetch_add(1, Ordering::Relaxed);
        }
    };
    let copy = async {
        let mut copies = Vec::new();
        for number in 0..5 {
            while kept.load(Ordering::Relaxed) < 20 * (number + 1) {
                tokio::task::yield_now().await;
            }
            let before = kept.load(Ordering::Relaxed);
            let to = place.path().with_file_name(format!("copy{number}.db"));
            let bytes = back_up(place.path(), &to).await.unwrap();
            assert_eq!(bytes, to.metadata().unwrap().len());
            copies.push((to, before));
        }
        stop.store(true, Ordering::Relaxed);
        copies
    };
    let ((), copies) = tokio::join!(write, copy);
    for (path, before) in copies {
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!path.with_extension("db.partial").exists());
        assert_eq!(integrity(&path).await, "ok");
        let copy = SqliteStore::open(&path, &Options { migrate: false, ..Options::default() }).await.unwrap();
        assert!(verified_length(&copy, &tenant).await >= u64::try_from(before).unwrap());
        copy.close().await;
    }
}

#[tokio::test]
async fn no_file_is_overwritten_and_none_is_made_of_nothing() {
    let place = Place::new();
    let to = place.path().with_file_name("copy.db");
    let refused = back_up(place.path(), &to).await;
    assert!(matches!(refused, Err(Error::Invalid("there is no such database file"))), "{refused:?}");
    place.open().await.close().await;
    std::fs::write(&to, "mine").unwrap();
    for to in [to.clone(), place.path()] {
        let refused = back_up(place.path(), &to).await;
        assert!(
            matches!(refused, Err(Error::Invalid(why)) if why.contains("not overwritten")),
            "{refused:?}"
        );
    }
    assert_eq!(std::fs::read(&to).unwrap(), b"mine");
    std::fs::remove_file(&to).unwrap();
    std::fs::write(to.with_extension("db.partial"), "another's").unwrap();
    let refused = back_up(place.path(), &to).await;
    assert!(matches!(refused, Err(Error::Invalid(why)) if why.contains(".partial")), "{refused:?}");
    assert_eq!(std::fs::read(to.with_extension("db.partial")).unwrap(), b"another's");
    let nowhere = back_up(place.path(), place.path().with_file_name("none").join("copy.db")).await;
    assert!(matches!(nowhere, Err(Error::Permanent { .. })), "{nowhere:?}");
    assert_eq!(integrity(&place.path()).await, "ok");
}
