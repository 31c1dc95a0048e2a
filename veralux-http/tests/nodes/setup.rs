//! One installation: a database and the servers over it, none of which may log what is anybody's business.

use std::ffi::OsString;
use std::ops::{Deref, DerefMut};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime::Runtime;
use veralux_postgres::{ROLES, migrate_up};
use veralux_tests::postgres::{Database, PrivatePostgres, connect};
use veralux_tests::server::{ADMIN_KEY, Answer, Server};
use veralux_tests::twilio::{Webhook, inbound_sms, inbound_sms_signed};

pub(crate) const ROOT_KEY: &str = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
pub(crate) const NUMBER: &str = "+14155550123";
pub(crate) const CUSTOMER: &str = "+15035550126";
pub(crate) const SID: &str = "AC0123456789abcdef0123456789abcdef";
/// In every message that is sent here.
const HUSHED: &str = "hush-hush";
/// In every token that is made here.
const TOKEN: &str = "c0ffee";
/// How long anything is waited for, only so that a failure ends.
const PATIENCE: Duration = Duration::from_mins(1);

/// The server: that of this build, or the one that `VERALUX_BINARY` names, so that a release build can be measured.
pub(crate) fn binary() -> OsString {
    std::env::var_os("VERALUX_BINARY").unwrap_or_else(|| env!("CARGO_BIN_EXE_veralux").into())
}

/// A database, and what is asked of it from outside.
pub(crate) struct Installation {
    runtime: Runtime,
    pub(crate) database: Database,
}

/// A server of an installation. What it logged is read when it goes.
pub(crate) struct Node(Server);

impl Installation {
    /// A migrated database on the server that all tests share.
    pub(crate) fn new() -> Self {
        Self::on(PrivatePostgres::shared())
    }

    /// A migrated database.
    pub(crate) fn on(postgres: &PrivatePostgres) -> Self {
        let migrate = async |url: String| {
            migrate_up(&url).await.unwrap();
        };
        let runtime = Runtime::new().unwrap();
        let database = runtime.block_on(postgres.database(ROLES, "veralux", migrate));
        Self { runtime, database }
    }

    /// A database that nothing was done to.
    pub(crate) fn empty(postgres: &PrivatePostgres) -> Self {
        let runtime = Runtime::new().unwrap();
        let database = runtime.block_on(postgres.database(ROLES, "empty", async |_| {}));
        Self { runtime, database }
    }

    /// Another server over it.
    pub(crate) fn node(&self, more: &[(&str, &str)]) -> Node {
        let root_keys = format!("1:{ROOT_KEY}");
        let usual = [("DATABASE_URL", &*self.database.service_url), ("VERALUX_ROOT_KEYS", &root_keys)];
        Node(Server::start(binary(), &[&usual, more].concat()))
    }

    /// Two servers, and the tenant `oak`.
    pub(crate) fn two_nodes(&self, more: &[(&str, &str)]) -> (Node, Node) {
        let (a, b) = (self.node(more), self.node(more));
        add_oak(&a);
        (a, b)
    }

    /// What a query counts, as somebody who sees everything.
    pub(crate) fn count(&self, sql: &str) -> i64 {
        self.runtime.block_on(async {
            let client = connect(&self.database.superuser_url).await;
            client.query_one(sql, &[]).await.unwrap().get(0)
        })
    }

    /// Changes something behind everybody's back.
    pub(crate) fn execute(&self, sql: &str) {
        self.runtime.block_on(async {
            connect(&self.database.superuser_url).await.batch_execute(sql).await.unwrap();
        });
    }

    /// Does something in the middle of a transaction, as somebody whom nothing holds, and takes the transaction back.
    pub(crate) fn amid(&self, sql: &str, act: impl FnOnce()) {
        let client = self.runtime.block_on(async {
            let client = connect(&self.database.superuser_url).await;
            client.batch_execute(&format!("BEGIN; {sql}")).await.unwrap();
            client
        });
        act();
        self.runtime.block_on(client.batch_execute("ROLLBACK")).unwrap();
    }

    pub(crate) fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Whether the messages of `oak` are those, each with one decision and one event, and nothing is amiss in its audit chain.
    pub(crate) fn assert_taken_in_once(&self, node: &Server, messages: usize) {
        let messages = i64::try_from(messages).unwrap();
        for (what, sql) in [
            ("messages", "SELECT count(*) FROM message WHERE tenant_id = 'oak'"),
            ("different messages", "SELECT count(DISTINCT body) FROM message WHERE tenant_id = 'oak'"),
            ("decisions", "SELECT count(DISTINCT message) FROM decision WHERE tenant_id = 'oak'"),
            ("all decisions", "SELECT count(*) FROM decision WHERE tenant_id = 'oak'"),
            (
                "events",
                "SELECT count(*) FROM audit_event WHERE tenant_id = 'oak' AND draft LIKE '%message.received%'",
            ),
        ] {
            assert_eq!(self.count(sql), messages, "{what}");
        }
        assert_whole(node);
    }
}

impl Deref for Node {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.0
    }
}

impl DerefMut for Node {
    fn deref_mut(&mut self) -> &mut Server {
        &mut self.0
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        self.0.kill();
        let (log, output) = (self.0.log(), self.0.output());
        for secret in [
            NUMBER.trim_start_matches('+'),
            CUSTOMER.trim_start_matches('+'),
            HUSHED,
            TOKEN,
            ROOT_KEY,
            ADMIN_KEY,
            SID,
        ] {
            assert!(!log.contains(secret) && !output.contains(secret), "`{secret}` is in a log:\n{log}");
        }
        assert!(!log.contains("vlx_"), "an API key is in a log");
        for line in log.lines() {
            assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
        }
    }
}

pub(crate) fn add_oak(node: &Server) {
    let tenant = json!({"id": "oak", "name": "Oak", "numbers": [NUMBER]}).to_string();
    let answer = node.call("POST", "/api/admin/tenants", &tenant);
    assert_eq!(answer.status, 201, "{}", answer.body);
}

/// A thread of the customer's, so that messages have a memory that the next one looks into. Its id.
pub(crate) fn open_thread(node: &Server) -> String {
    let body = json!({"kind": "other", "customerPhone": CUSTOMER}).to_string();
    let answer = node.call("POST", "/api/threads?tenantId=oak", &body);
    assert_eq!(answer.status, 201, "{}", answer.body);
    json_of(&answer)["id"].as_str().unwrap().to_owned()
}

pub(crate) fn assert_whole(node: &Server) {
    let chain = json_of(&node.call("GET", "/api/admin/audit/verify?tenantId=oak", ""));
    assert_eq!(chain["whole"], true, "{chain}");
}

/// Whether a refusal says that the store is away, and when to come again.
pub(crate) fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert_eq!(json_of(answer)["code"], "store_unavailable");
    let head = answer.head.to_ascii_lowercase();
    assert!(head.contains("application/problem+json") && head.contains("retry-after: "), "{head}");
}

pub(crate) fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

/// Another auth token for each number.
pub(crate) fn token(number: usize) -> String {
    format!("{TOKEN}{number:026x}")
}

/// A message that only its number tells from others, signed with the operator's token.
pub(crate) fn message(number: usize) -> Webhook {
    inbound_sms(&format!("SM{number:032x}"), CUSTOMER, NUMBER, &format!("{HUSHED} {number}"))
}

/// The same, signed with a tenant's token.
pub(crate) fn message_signed(token: &str, number: usize) -> Webhook {
    inbound_sms_signed(token, &format!("SM{number:032x}"), CUSTOMER, NUMBER, &format!("{HUSHED} {number}"))
}

/// Kills the process without the owner of the server knowing.
pub(crate) fn kill(node: &Server) {
    signal(node, "KILL");
}

pub(crate) fn signal(node: &Server, name: &str) {
    let pid = node.pid().to_string();
    assert!(std::process::Command::new("kill").args(["-s", name, &pid]).status().unwrap().success());
}

/// Asks again until it is so, and says how long that took.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "not so: {what}");
        std::thread::sleep(Duration::from_micros(200));
    }
    began.elapsed()
}

/// The middle, the 99th of 100, and the longest.
pub(crate) fn tell(what: &str, mut all: Vec<Duration>) -> [Duration; 3] {
    all.sort_unstable();
    let at = |percent: usize| all[(all.len() * percent / 100).min(all.len() - 1)];
    let [middle, late, longest] = [at(50), at(99), at(100)];
    println!("{what}: {} times, p50 {middle:.1?}, p99 {late:.1?}, max {longest:.1?}", all.len());
    [middle, late, longest]
}
