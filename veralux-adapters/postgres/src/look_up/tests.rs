use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::process::Command;
use std::task::Poll;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_postgres::Client;
use veralux_core::id::TenantId;
use veralux_core::number::Number;
use veralux_core::party::{NumberClass, NumberStatus, TenantStatus};
use veralux_core::phone::E164;
use veralux_core::port::{
    Change, Commit, ConversationStore as _, Directory as _, Error, Ledger as _, Tenant,
};
use veralux_core::time::Instant;
use veralux_tests::postgres::{Database, PrivatePostgres, connect};

use super::MOST;
use crate::{Options, PostgresStore};

const TENANTS: usize = 3;

fn tenant(n: usize) -> TenantId {
    format!("t{n}").parse().unwrap()
}

fn number(n: usize) -> E164 {
    format!("+1415555000{n}").parse().unwrap()
}

async fn open(options: &Options) -> (Database, PostgresStore, Client) {
    let migrate = async |url: String| {
        crate::migrate_up(&url).await.unwrap();
    };
    let database = PrivatePostgres::shared().database(crate::ROLES, "veralux", migrate).await;
    let store = PostgresStore::connect(&database.service_url, options).await.unwrap();
    for n in 0..TENANTS {
        let at = Instant::from_micros(1);
        let status = TenantStatus::Active;
        let after = Tenant {
            id: tenant(n),
            name: format!("Tenant {n}"),
            status,
            business_number: None,
            created_at: at,
            updated_at: at,
            revision: 1,
        };
        let pool = Number {
            id: format!("num_{n}").parse().unwrap(),
            e164: number(n),
            class: NumberClass::Pool,
            status: NumberStatus::Active,
            staff: None,
            quarantine: None,
            provider: "twilio".to_owned(),
            last_used_at: None,
            given_back_at: None,
            created_at: at,
            revision: 1,
        };
        let commit = Commit::new(tenant(n), at)
            .change(Change::Tenant { after, before: None })
            .change(Change::Number { after: pool, before: None });
        store.commit(commit).await.unwrap();
    }
    let superuser = connect(&database.superuser_url).await;
    (database, store, superuser)
}

/// The backend that answers look-ups.
async fn backend(store: &PostgresStore) -> i32 {
    let client = store.look_ups().connection().await.unwrap();
    client.query_one("SELECT pg_backend_pid()", &[]).await.unwrap().get(0)
}

/// Whose number it is, by the look-up that enters the tenant as well.
async fn holder(store: &PostgresStore, n: usize) -> Result<TenantId, Error> {
    let found = store.find_called(&number(n), None, Instant::from_micros(5)).await?;
    Ok(found.unwrap().tenant.id)
}

fn signal(name: &str, backend: i32) {
    assert!(Command::new("kill").args([name, &backend.to_string()]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn everybody_has_their_own_answer_over_one_connection() {
    let (_database, store, _superuser) = open(&Options { connections: 4, ..Options::default() }).await;
    let one = backend(&store).await;
    let mut all = JoinSet::new();
    for n in 0..300 {
        let store = store.clone();
        all.spawn(async move {
            let mut asked = pin!(holder(&store, n % TENANTS));
            let mut polls = 0;
            // Every third goes away before it is answered.
            let answer = poll_fn(|context| {
                polls += 1;
                match asked.as_mut().poll(context) {
                    Poll::Pending if n % 3 == 0 && polls > n % 5 => Poll::Ready(None),
                    other => other.map(Some),
                }
            });
            if let Some(found) = answer.await {
                assert_eq!(found.unwrap(), tenant(n % TENANTS));
            }
        });
    }
    all.join_all().await;
    assert_eq!(backend(&store).await, one, "still the same");
    let client = store.look_ups().connection().await.unwrap();
    let sql =
        "SELECT coalesce(current_setting('veralux.tenant_id', true), ''), (SELECT count(*) FROM number)";
    let row = client.query_one(sql, &[]).await.unwrap();
    assert_eq!((row.get(0), row.get(1)), ("", 0_i64), "it is nobody's in between");
}

#[tokio::test]
async fn a_pool_that_is_exhausted_keeps_no_look_up_waiting() {
    let (_database, store, _superuser) = open(&Options { connections: 2, ..Options::default() }).await;
    assert_eq!(holder(&store, 0).await.unwrap(), tenant(0));
    let _held = (store.connections().take().await.unwrap(), store.connections().take().await.unwrap());
    assert_eq!(holder(&store, 1).await.unwrap(), tenant(1));
    assert_eq!(store.find_tenant_by_number(&number(2)).await.unwrap(), Some(tenant(2)));
}

#[tokio::test]
async fn a_connection_that_the_server_ends_is_opened_anew() {
    let (_database, store, superuser) = open(&Options::default()).await;
    let first = backend(&store).await;
    superuser.execute("SELECT pg_terminate_backend($1)", &[&first]).await.unwrap();
    assert_eq!(holder(&store, 0).await.unwrap(), tenant(0));
    assert_ne!(backend(&store).await, first);
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_left() {
    let short = Duration::from_millis(300);
    let options = Options { connections: 2, patience: short, statement_timeout: short };
    let (_database, store, _superuser) = open(&options).await;
    let first = backend(&store).await;
    signal("-STOP", first);
    // More than may wait for an answer.
    let asked = (0..2 * MOST).map(|n| holder(&store, n % TENANTS));
    for answer in futures_util::future::join_all(asked).await {
        assert!(matches!(answer.unwrap_err(), Error::Transient { .. }));
    }
    assert_eq!(holder(&store, 2).await.unwrap(), tenant(2), "over another one");
    signal("-CONT", first);
    assert_ne!(backend(&store).await, first);
}

#[tokio::test]
async fn a_store_that_is_closed_answers_nothing() {
    let (_database, store, superuser) = open(&Options::default()).await;
    let first = backend(&store).await;
    store.close();
    assert!(matches!(holder(&store, 0).await.unwrap_err(), Error::Transient { .. }));
    let ended = "SELECT count(*) FROM pg_stat_activity WHERE pid = $1";
    while superuser.query_one(ended, &[&first]).await.unwrap().get::<_, i64>(0) > 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
