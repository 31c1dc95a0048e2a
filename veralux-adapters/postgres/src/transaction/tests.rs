//! Commits that nobody waits for to the end.

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_postgres::{Client, SimpleQueryMessage};
use veralux_core::audit::{Actor, Draft, Entity, EventType, Label, Name, Payload};
use veralux_core::id::TenantId;
use veralux_core::party::{Direction, Role, TenantStatus};
use veralux_core::port::{
    Body, Change, Commit, DecisionRecord, Destination, Ledger as _, Message, MessageFilter,
    MessageStore as _, Page, Sender, Tenant, WebhookClaim,
};
use veralux_core::routing::Action;
use veralux_core::time::Instant;
use veralux_tests::postgres::{PrivatePostgres, connect};

use crate::{Options, PostgresStore};

const CONNECTIONS: usize = 4;
const TENANTS: [&str; 2] = ["oak", "elm"];
const ATTEMPTS: usize = 200;

/// What one webhook writes: a claim, a message, a decision and an event, all named by `n`.
pub(crate) fn webhook(tenant: &TenantId, n: usize) -> Commit {
    let at = Instant::from_micros(1);
    let message = Message {
        id: format!("msg {n}").parse().unwrap(),
        thread: None,
        number: None,
        direction: Direction::Inbound,
        sender: Sender { role: Role::Unknown, id: None, phone: None, name: None },
        body: Body::new(tenant.as_str()),
        media: Vec::new(),
        findings: Vec::new(),
        action: Action::Deliver,
        target: Some(Destination::OwnerInbox),
        decision: format!("dec {n}").parse().unwrap(),
        received_at: at,
        provider: None,
        delivery: None,
    };
    let decision = DecisionRecord {
        id: message.decision.clone(),
        thread: None,
        message: Some(message.id.clone()),
        at,
        snapshot: "{}".to_owned(),
        decision: "{}".to_owned(),
        detector_version: "1".to_owned(),
    };
    let event = Draft {
        event_type: EventType::parse("message.received").unwrap(),
        actor: Actor::SYSTEM,
        entity: Entity {
            kind: Name::parse("message").unwrap(),
            id: Label::parse(message.id.as_str()).unwrap(),
        },
        request_id: None,
        correlation_id: None,
        payload: Payload::empty(),
    };
    Commit::new(tenant.clone(), at)
        .change(Change::Claim(WebhookClaim { provider: "twilio".to_owned(), event: format!("SM {n}") }))
        .change(Change::Message(Box::new(message)))
        .change(Change::Decision(decision))
        .event(format!("evt {n}").parse().unwrap(), event)
}

/// The same in a transaction of its own: one of two events goes into no group.
fn webhook_alone(tenant: &TenantId, n: usize) -> Commit {
    let commit = webhook(tenant, n);
    let event = commit.events[0].1.clone();
    commit.event(format!("evt {n} again").parse().unwrap(), event)
}

fn tenant(n: usize) -> TenantId {
    TENANTS[n % TENANTS.len()].parse().unwrap()
}

/// Polls a commit so many times and drops it then. Whether it was done before.
async fn cut(store: &PostgresStore, commit: Commit, polls: usize) -> bool {
    let mut left = polls;
    let mut commit = pin!(store.commit(commit));
    poll_fn(|context| {
        left -= 1;
        match commit.as_mut().poll(context) {
            Poll::Ready(done) => {
                done.unwrap();
                Poll::Ready(true)
            }
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// That a connection of the pool belongs to nobody.
async fn assert_clean(store: &PostgresStore) {
    let client = store.connections().pool().get().await.unwrap();
    let sql = "SELECT coalesce(current_setting('veralux.tenant_id', true), ''), (SELECT count(*) FROM message), \
               (SELECT count(*) FROM tenant), pg_current_xact_id_if_assigned()::text";
    let row = client.query_one(sql, &[]).await.unwrap();
    let found: (&str, i64, i64, Option<&str>) = (row.get(0), row.get(1), row.get(2), row.get(3));
    assert_eq!(found, ("", 0, 0, None), "a connection that somebody has left");
    // `now` is the begin of the transaction, of which another statement would be a part.
    let begun = client.simple_query("SELECT now() = statement_timestamp()").await.unwrap();
    let begun = begun.iter().find_map(|answer| match answer {
        SimpleQueryMessage::Row(row) => row.get(0),
        _ => None,
    });
    assert_eq!(begun, Some("t"), "no transaction is open");
}

/// Reads both tenants until all is written, and what it reads is theirs.
async fn look(store: PostgresStore, ended: Arc<AtomicBool>) {
    while !ended.load(Ordering::Relaxed) {
        for n in 0..TENANTS.len() {
            let tenant = tenant(n);
            let page = Page::newest(200);
            let listed = store.list(&tenant, &MessageFilter::OwnerInbox, &page).await.unwrap().items;
            assert!(
                listed.iter().all(|message| message.body.as_str() == tenant.as_str()),
                "another's message"
            );
        }
        assert_clean(&store).await;
    }
}

async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.unwrap().get(0)
}

/// What was cut is over once the server has noticed.
async fn wait_for_silence(superuser: &Client) {
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
                AND usename = 'veralux_service' AND state <> 'idle'";
    for _ in 0..1000 {
        if count(superuser, open).await == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a transaction that was cut stays open");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_commit_that_is_cut_is_whole_or_not_there() {
    let migrate = async |url: String| {
        crate::migrate_up(&url).await.unwrap();
    };
    let database = PrivatePostgres::shared().database(crate::ROLES, "veralux", migrate).await;
    let options = Options { connections: CONNECTIONS, ..Options::default() };
    let store = PostgresStore::connect(&database.service_url, &options).await.unwrap();
    for (n, name) in TENANTS.iter().enumerate() {
        let at = Instant::from_micros(1);
        let (id, name, status) = (tenant(n), (*name).to_owned(), TenantStatus::Active);
        let after =
            Tenant { id, name, status, business_number: None, created_at: at, updated_at: at, revision: 1 };
        store
            .commit(Commit::new(tenant(n), at).change(Change::Tenant { after, before: None }))
            .await
            .unwrap();
    }

    let ended = Arc::new(AtomicBool::new(false));
    let mut readers = JoinSet::new();
    (0..2).for_each(|_| drop(readers.spawn(look(store.clone(), ended.clone()))));
    let mut writers = JoinSet::new();
    for writer in 0..CONNECTIONS {
        let store = store.clone();
        writers.spawn(async move {
            let mut done = Vec::new();
            for n in (writer..ATTEMPTS).step_by(CONNECTIONS) {
                // From before it has a connection until behind its end, in no order.
                if cut(&store, webhook_alone(&tenant(n), n), 1 + n * 7919 % 29).await {
                    done.push(n);
                }
            }
            done
        });
    }
    let done: Vec<usize> = writers.join_all().await.concat();
    ended.store(true, Ordering::Relaxed);
    readers.join_all().await;
    assert!((20..ATTEMPTS - 20).contains(&done.len()), "{} of {ATTEMPTS} were not cut", done.len());

    let superuser = connect(&database.superuser_url).await;
    wait_for_silence(&superuser).await;
    let parts = "SELECT (SELECT count(*) FROM message WHERE id = 'msg ' || $1::text AND convert_from(body, 'UTF8') = tenant_id), \
                 (SELECT count(*) FROM decision WHERE id = 'dec ' || $1), \
                 (SELECT count(*) FROM webhook_claim WHERE event = 'SM ' || $1), \
                 (SELECT count(*) FROM audit_event WHERE id = 'evt ' || $1)";
    for n in 0..ATTEMPTS {
        let row = superuser.query_one(parts, &[&n.to_string()]).await.unwrap();
        let found: [i64; 4] = std::array::from_fn(|part| row.get(part));
        let whole = found == [1; 4];
        assert!(whole || found == [0; 4], "attempt {n} is there in part: {found:?}");
        assert!(whole || !done.contains(&n), "attempt {n} was done, and is not there");
    }
    let chains = "SELECT count(*) FROM audit_head h WHERE h.sequence <> \
                  (SELECT count(*) FROM audit_event e WHERE e.tenant_id = h.tenant_id)";
    assert_eq!(count(&superuser, chains).await, 0, "a chain without gaps");
    // All connections at once: each of them is looked at.
    let mut all = JoinSet::new();
    (0..CONNECTIONS * 4).for_each(|_| {
        let store = store.clone();
        drop(all.spawn(async move { assert_clean(&store).await }));
    });
    all.join_all().await;
}

#[tokio::test]
async fn the_level_of_isolation_is_ours_whatever_the_database_would_have() {
    let migrate = async |url: String| {
        crate::migrate_up(&url).await.unwrap();
    };
    let database = PrivatePostgres::shared().database(crate::ROLES, "veralux", migrate).await;
    let superuser = connect(&database.superuser_url).await;
    let set = format!("ALTER DATABASE {} SET default_transaction_isolation = 'serializable'", database.name);
    superuser.batch_execute(&set).await.unwrap();
    let store = PostgresStore::connect(&database.service_url, &Options::default()).await.unwrap();
    let client = store.connections().pool().get().await.unwrap();
    let level: String = client.query_one("SHOW transaction_isolation", &[]).await.unwrap().get(0);
    assert_eq!(level, "read committed");
}
