//! Nodes whose clocks differ or jump: nothing acts twice, nothing is lost, nobody is locked out.
//!
//! A process has the machine's clock, so these are nodes of the same library over the same database, each with a clock of its own.

use std::collections::BTreeMap;
use std::future::pending;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::http::Request;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use veralux_core::access::{KeyDigest, Pepper};
use veralux_core::id::{MessageId, TenantId};
use veralux_core::memory::SeededRandom;
use veralux_core::port::{Clock, Delivery, MessageProvider, OutgoingSms, ProviderResult, SentSms, Stores};
use veralux_core::routing::Ruleset;
use veralux_core::secret::Secret;
use veralux_core::service::{
    CredentialVault, FollowedClock, HeldKeys, TelephonyCleanUp, Turn, VaultLimits, WorkRunner,
};
use veralux_core::time::{DAY, HOUR, Instant, MINUTE, SECOND};
use veralux_http::{Api, Parts, Providers, Settings, router};
use veralux_postgres::{Options, PostgresStore};
use veralux_tests::server::{ADMIN_KEY, AUTH_TOKEN, BASE_URL};
use veralux_tests::twilio::inbound_sms;

use super::setup::{CUSTOMER, Installation, NUMBER, ROOT_KEY};

/// How far the second node's clock is off, in microseconds.
const SKEWS: [i64; 6] = [-DAY - HOUR, -HOUR, -10 * MINUTE, 10 * MINUTE, HOUR, DAY + HOUR];
const ROUNDS: usize = 12;

/// Sends messages that have a text, slowly, and counts them.
#[derive(Debug, Default)]
struct Carrier(Mutex<BTreeMap<MessageId, usize>>);

#[async_trait]
impl MessageProvider for Carrier {
    fn slug(&self) -> &'static str {
        "import"
    }

    async fn send(&self, _: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        *self.0.lock().unwrap().entry(sms.message.clone()).or_default() += 1;
        Ok(SentSms { id: format!("SM{}", sms.message), state: Delivery::Queued, code: None })
    }

    /// As with Twilio: by our ids it knows nothing.
    async fn find(&self, _: &TenantId, _: &OutgoingSms, _: Instant) -> ProviderResult<Option<SentSms>> {
        Ok(None)
    }
}

/// A machine's clock, so many microseconds off.
#[derive(Debug)]
struct Machine(AtomicI64);

impl Clock for Machine {
    fn now(&self) -> Instant {
        let since = UNIX_EPOCH.elapsed().unwrap().as_micros();
        Instant::from_micros(i64::try_from(since).unwrap() + self.0.load(Ordering::SeqCst))
    }

    fn steady(&self) -> i64 {
        i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_micros()).unwrap()
    }
}

struct Node {
    router: Router,
    machine: Arc<Machine>,
    clock: Arc<FollowedClock>,
    runner: WorkRunner,
    stores: Stores,
    store: Arc<PostgresStore>,
}

impl Node {
    async fn start(url: &str, skew: i64, seed: u64, carrier: &Arc<Carrier>) -> Self {
        let store = Arc::new(PostgresStore::connect(url, &Options::default()).await.unwrap());
        let machine = Arc::new(Machine(AtomicI64::new(skew)));
        let clock = Arc::new(FollowedClock::new(machine.clone(), store.clone()));
        let stores = Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(seed)));
        let held = HeldKeys::start(&stores, Secret::new(format!("1:{ROOT_KEY}"))).await.unwrap();
        let pepper = Pepper::new([7; 32]);
        let parts = Parts {
            vault: Arc::new(CredentialVault::new(stores.clone(), Arc::new(held), VaultLimits::default())),
            stores: stores.clone(),
            idempotency: store.clone(),
            projection: None,
            rate: None,
            detector: Arc::default(),
            ruleset: Arc::new(Ruleset::standard()),
            pepper: pepper.clone(),
            providers: Providers { messages: vec![carrier.clone()], ..Providers::default() },
        };
        let settings = Settings {
            bootstrap_key: Some(KeyDigest::of(&pepper, ADMIN_KEY)),
            public_base_url: Some(BASE_URL.to_owned()),
            twilio_auth_token: Some(Secret::new(AUTH_TOKEN)),
            admin_rate_max: 1_000,
            ..Settings::default()
        };
        let api = Api::new(parts, settings);
        Self { router: router(api.clone()), machine, clock, runner: api.work_runner(), stores, store }
    }

    /// Does what is due, as a server does every second.
    async fn work(&self) {
        self.clock.follow().await.unwrap();
        let run = self.runner.run_due(100).await.unwrap();
        assert!(run.errors.is_empty(), "{run:?}");
    }

    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: String) -> (u16, Value) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response =
            self.router.clone().oneshot(request.body(HttpBody::from(body)).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn post(&self, path: &str, key: &str, body: &Value) -> (u16, Value) {
        let headers =
            [("x-admin-key", ADMIN_KEY), ("content-type", "application/json"), ("idempotency-key", key)];
        self.send("POST", path, &headers, body.to_string()).await
    }

    async fn read(&self, path: &str) -> Value {
        let (status, value) = self.send("GET", path, &[("x-admin-key", ADMIN_KEY)], String::new()).await;
        assert_eq!(status, 200, "{path}: {value}");
        value
    }

    /// Takes a message in, as Twilio tells of it.
    async fn webhook(&self, sid: &str) -> u16 {
        let webhook = inbound_sms(sid, CUSTOMER, NUMBER, "hush-hush hello");
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-twilio-signature", &*webhook.signature),
        ];
        self.send("POST", webhook.target, &headers, webhook.body).await.0
    }

    /// Tenant `oak` with a thread; the thread's id.
    async fn furnish(&self) -> String {
        let tenant = json!({"id": "oak", "name": "Oak", "numbers": [NUMBER]});
        assert_eq!(self.post("/api/admin/tenants", "tenant", &tenant).await.0, 201);
        let thread = json!({"kind": "other", "customerPhone": CUSTOMER});
        let (status, thread) = self.post("/api/threads?tenantId=oak", "thread", &thread).await;
        assert_eq!(status, 201, "{thread}");
        thread["id"].as_str().unwrap().to_owned()
    }

    async fn assert_whole(&self) {
        let chain = self.read("/api/admin/audit/verify?tenantId=oak").await;
        assert_eq!(chain["whole"], true, "{chain}");
    }
}

fn count(installation: &Installation, of: &str) -> usize {
    installation.count(&format!("SELECT count(*) FROM {of}")).try_into().unwrap()
}

#[test]
fn of_two_nodes_with_different_clocks_one_acts() {
    for skew in SKEWS {
        let installation = Installation::new();
        let url = installation.database.service_url.clone();
        let carrier = Arc::new(Carrier::default());
        installation.block_on(async {
            let a = Node::start(&url, 0, 1, &carrier).await;
            let b = Node::start(&url, skew, 2, &carrier).await;
            let thread = a.furnish().await;
            let behind = b.clock.follow().await.unwrap();
            assert!((behind + skew).abs() < SECOND, "skew {skew}: {behind}");
            for round in 0..ROUNDS {
                let sid = format!("SM{round:032x}");
                let both = tokio::join!(a.webhook(&sid), b.webhook(&sid));
                assert_eq!(both, (200, 200), "skew {skew}, webhook {round}");

                let body =
                    json!({"threadId": thread, "sender": {"role": "owner"}, "body": format!("{round}")});
                let key = format!("key-{round}");
                let path = "/api/messages?tenantId=oak";
                let (one, other) = tokio::join!(a.post(path, &key, &body), b.post(path, &key, &body));
                // Who thinks that the other has died may be told that the answer is lost, or take the key over; never both act.
                for (status, answer) in [&one, &other] {
                    let told = matches!(
                        answer["code"].as_str(),
                        Some("idempotency_key_in_use" | "answer_lost" | "request_overtaken")
                    );
                    assert!(*status == 201 || *status == 409 && told, "skew {skew}: {status} {answer}");
                }
                assert!(one.0 == 201 || other.0 == 201, "skew {skew}: {one:?} {other:?}");
                tokio::join!(a.work(), b.work());
            }
            a.assert_whole().await;
            b.assert_whole().await;
        });
        assert_eq!(count(&installation, "message WHERE direction = 'inbound'"), ROUNDS, "skew {skew}");
        assert_eq!(count(&installation, "message WHERE direction = 'outbound'"), ROUNDS, "skew {skew}");
        assert_eq!(count(&installation, "decision WHERE message IS NOT NULL"), 2 * ROUNDS, "skew {skew}");
        let sent = carrier.0.lock().unwrap();
        assert_eq!((sent.len(), sent.values().max()), (ROUNDS, Some(&1)), "skew {skew}: {sent:?}");
    }
}

#[test]
fn a_days_clean_up_runs_once_however_clocks_differ() {
    for skew in SKEWS {
        let installation = Installation::new();
        let url = installation.database.service_url.clone();
        let carrier = Arc::new(Carrier::default());
        let turns = installation.block_on(async {
            let mut jobs = Vec::new();
            for seed in 1..=4 {
                let node = Node::start(&url, if seed % 2 == 0 { skew } else { 0 }, seed, &carrier).await;
                node.clock.follow().await.unwrap();
                jobs.push((TelephonyCleanUp::new(node.stores.clone()), node));
            }
            let at_once = jobs.iter().map(|(job, node)| job.run_once(&*node.store, pending()));
            let turns = join_all(at_once).await;
            turns.into_iter().map(Result::unwrap).collect::<Vec<_>>()
        });
        let ran = turns.iter().filter(|turn| matches!(turn, Turn::Done(_))).count();
        assert_eq!(ran, 1, "skew {skew}: {turns:?}");
    }
}

#[test]
fn a_clean_up_under_way_is_not_taken_over_by_a_clock_ahead() {
    let installation = Installation::new();
    let url = installation.database.service_url.clone();
    let carrier = Arc::new(Carrier::default());
    let turns = installation.block_on(async {
        let mut jobs = Vec::new();
        // More than a run may take, and the same day's all the same. Nobody has noticed yet.
        let now = Machine(AtomicI64::new(0)).now();
        let ahead = now.plus(2 * HOUR);
        let is_same_day = TelephonyCleanUp::day_due(ahead) == TelephonyCleanUp::day_due(now);
        let skew = if is_same_day { 2 * HOUR } else { -2 * HOUR };
        for (seed, skew) in [(1, 0), (2, 0), (3, skew), (4, skew)] {
            let node = Node::start(&url, skew, seed, &carrier).await;
            jobs.push((TelephonyCleanUp::new(node.stores.clone()), node));
        }
        let at_once = jobs.iter().map(|(job, node)| job.run_once(&*node.store, pending()));
        let turns = join_all(at_once).await;
        turns.into_iter().map(Result::unwrap).collect::<Vec<_>>()
    });
    let ran = turns.iter().filter(|turn| matches!(turn, Turn::Done(_))).count();
    assert_eq!(ran, 1, "{turns:?}");
}

#[test]
fn a_clock_that_jumps_locks_nobody_out_and_loses_nothing() {
    let installation = Installation::new();
    let url = installation.database.service_url.clone();
    let carrier = Arc::new(Carrier::default());
    installation.block_on(async {
        let node = Node::start(&url, 0, 1, &carrier).await;
        let thread = node.furnish().await;
        for (round, jump) in [0, HOUR, -2 * HOUR, 400 * DAY, -399 * DAY, -2 * DAY].into_iter().enumerate() {
            node.machine.0.fetch_add(jump, Ordering::SeqCst);
            // Nothing is compared in between: what is acknowledged is done now, not when the machine's time comes.
            assert_eq!(node.webhook(&format!("SM{round:032x}")).await, 200, "jump {jump}");
            let body = json!({"threadId": thread, "sender": {"role": "owner"}, "body": format!("{round}")});
            let (status, answer) =
                node.post("/api/messages?tenantId=oak", &format!("key-{round}"), &body).await;
            assert_eq!(status, 201, "jump {jump}: {answer}");
            node.work().await;
            node.assert_whole().await;
        }
    });
    assert_eq!(count(&installation, "message"), 12);
    assert_eq!(count(&installation, "decision WHERE message IS NOT NULL"), 12);
    let sent = carrier.0.lock().unwrap();
    assert_eq!((sent.len(), sent.values().max()), (6, Some(&1)), "{sent:?}");
}

#[test]
fn a_key_is_answered_again_by_a_clock_that_is_wrong() {
    let installation = Installation::new();
    let url = installation.database.service_url.clone();
    let carrier = Arc::new(Carrier::default());
    let skews = [DAY + HOUR, -2 * DAY, 400 * DAY, -400 * DAY];
    installation.block_on(async {
        let node = Node::start(&url, 0, 1, &carrier).await;
        let thread = node.furnish().await;
        for (round, skew) in (0..).zip(skews) {
            let body = json!({"threadId": thread, "sender": {"role": "owner"}, "body": format!("{round}")});
            let (path, key) = ("/api/messages?tenantId=oak", format!("key-{round}"));
            let first = node.post(path, &key, &body).await;
            assert_eq!(first.0, 201, "skew {skew}: {}", first.1);
            // Nothing is compared with the database's yet.
            let wrong = Node::start(&url, skew, 2 + round, &carrier).await;
            assert_eq!(wrong.post(path, &key, &body).await, first, "skew {skew}");
            wrong.clock.follow().await.unwrap();
            assert_eq!(wrong.post(path, &key, &body).await, first, "skew {skew}");
        }
        node.assert_whole().await;
    });
    assert_eq!(count(&installation, "message WHERE direction = 'outbound'"), skews.len());
}
