//! Signed webhook to stored decision, over HTTP, with the real server in a process of its own: on SQLite, on PostgreSQL, and two
//! servers on one PostgreSQL.
//!
//! `cargo bench -p veralux-benches --bench webhook [sqlite] [postgres1] [postgres2]`, after `cargo build --release`. Prints requests a second, the
//! percentiles of one request, the server's resident memory and its start; the baseline of the same run is `GET /health`
//! over as many connections, which is all of HTTP and none of the work. Each is sent once at a given rate and once all
//! out; the load generator shares the machine with the server. Processor time a request says more than the clock where others
//! use the machine as well.
//!
//! `VERALUX_BINARY` names another server to measure, `REQUESTS` how many requests each figure is of, `TENANTS` how many tenants
//! share them.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "a bench that cannot be set up must stop, and its figures are printed"
)]

mod client;
mod cpu;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use client::Request;
use cpu::Cpu;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use veralux_postgres::{ROLES, migrate_up};
use veralux_tests::postgres::{Database, PostgresOptions, PrivatePostgres, connect};
use veralux_tests::server::Server;

const CONNECTIONS: usize = 64;
/// Of 16 MB each; the measured webhooks write fewer.
const WAL_FILES: usize = 60;
/// Of no use but here.
const ROOT_KEY: &str = "1:ed0df72aaa2c307b5689a1a6f054d486a0d3980475395f99c97c63770a3ad134";
/// Before anything is measured: connections are opened and plans are made.
const WARM_UP: usize = 4_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let wanted: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    for place in [Place::Sqlite, Place::Postgres { nodes: 1 }, Place::Postgres { nodes: 2 }] {
        if wanted.is_empty() || wanted.contains(&place.name()) {
            println!("\n{}", place.name());
            runtime.block_on(measure(place));
        }
    }
}

/// What the servers keep their data in.
#[derive(Clone, Copy)]
enum Place {
    Sqlite,
    Postgres { nodes: usize },
}

impl Place {
    /// What the servers are to stand, in requests a second.
    fn rate(self) -> f64 {
        match self {
            Self::Sqlite => 2_000.0,
            Self::Postgres { .. } => 3_000.0,
        }
    }

    fn name(self) -> String {
        match self {
            Self::Sqlite => "sqlite".to_owned(),
            Self::Postgres { nodes } => format!("postgres{nodes}"),
        }
    }
}

/// The servers, with the database that they share if it is none of their own.
struct Nodes {
    servers: Vec<Server>,
    database: Option<(PrivatePostgres, Database)>,
}

impl Nodes {
    async fn start(place: Place) -> Self {
        let built = || std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("veralux");
        let binary = std::env::var_os("VERALUX_BINARY").map_or_else(built, PathBuf::from);
        assert!(
            binary.exists(),
            "build the server first: cargo build --release (there is no {})",
            binary.display()
        );
        let Place::Postgres { nodes } = place else {
            return Self { servers: vec![Server::start(binary, &[("LOG", "warn")])], database: None };
        };
        let settings = vec![("min_wal_size".to_owned(), "1GB".to_owned())];
        let postgres = PrivatePostgres::start(PostgresOptions { durable: true, tcp: false, settings });
        let database = postgres
            .database(ROLES, "veralux", async |url: String| {
                migrate_up(&url).await.unwrap();
            })
            .await;
        age(&database.superuser_url).await;
        let variables = [
            ("LOG", "warn"),
            ("DATABASE_URL", database.service_url.as_str()),
            ("VERALUX_ROOT_KEYS", ROOT_KEY),
            ("DATABASE_CONNECTIONS", &std::env::var("DATABASE_CONNECTIONS").unwrap_or_default()),
        ];
        let servers = (0..nodes).map(|_| Server::start(&binary, &variables)).collect();
        Self { servers, database: Some((postgres, database)) }
    }

    fn ports(&self) -> Vec<u16> {
        self.servers.iter().map(|server| server.port).collect()
    }

    fn memory(&self, of: impl Fn(&Server) -> f64) -> f64 {
        self.servers.iter().map(of).fold(0.0, f64::max)
    }

    /// Counted in the database itself, not asked of the servers.
    async fn stored_decisions(&self) -> i64 {
        const COUNT: &str = "SELECT count(*) FROM decision";
        if let Some((_, database)) = &self.database {
            return connect(&database.superuser_url).await.query_one(COUNT, &[]).await.unwrap().get(0);
        }
        let file = self.servers[0].directory().join("veralux.db");
        let mut connection =
            SqliteConnectOptions::new().filename(file).read_only(true).connect().await.unwrap();
        sqlx::query_scalar(COUNT).fetch_one(&mut connection).await.unwrap()
    }
}

/// Leaves the database with files for its log, as one has that is in use for a while: a new one stands still for 100 ms each
/// time that it needs another.
async fn age(superuser_url: &str) {
    let client = connect(superuser_url).await;
    for _ in 0..WAL_FILES {
        client.batch_execute("SELECT txid_current(), pg_switch_wal()").await.unwrap();
    }
    client.batch_execute("CHECKPOINT").await.unwrap();
}

async fn measure(place: Place) {
    let nodes = Nodes::start(place).await;
    let server = &nodes.servers[0];
    println!("start to first answer      {:>9.0} ms", server.first_answer.as_secs_f64() * 1e3);
    println!("resident at rest           {:>9.1} MB", server.resident_mb());
    let tenants = std::env::var("TENANTS").map_or(50, |count| count.parse().unwrap());
    for tenant in 0..tenants {
        let body = format!(r#"{{"id":"t{tenant}","name":"t{tenant}","numbers":["{}"]}}"#, number(tenant));
        assert_eq!(server.call("POST", "/api/admin/tenants", &body).status, 201);
    }
    let rate = place.rate();
    let count = std::env::var("REQUESTS").map_or(30_000, |count| count.parse().unwrap());
    let health = || (0..count).map(|_| Request::get("/health")).collect();
    let webhooks = |from: usize, count: usize| -> Vec<Request> {
        (from..from + count).map(|index| Request::webhook(index, &number(index % tenants))).collect()
    };
    report("GET /health, all out", &nodes, health(), None);
    report("GET /health", &nodes, health(), Some(rate));
    report("webhooks at first", &nodes, webhooks(0, WARM_UP), Some(rate));
    report("webhooks", &nodes, webhooks(WARM_UP, count), Some(rate));
    report("webhooks, all out", &nodes, webhooks(WARM_UP + count, count), None);
    report("repeats, all out", &nodes, webhooks(WARM_UP + count, count), None);
    println!("resident under load, peak  {:>9.1} MB", nodes.memory(Server::peak_mb));
    println!("stored decisions           {:>9}", nodes.stored_decisions().await);
}

fn number(tenant: usize) -> String {
    format!("+1415555{tenant:04}")
}

fn report(name: &str, nodes: &Nodes, requests: Vec<Request>, rate: Option<f64>) {
    let count = requests.len();
    let pids: Vec<u32> = nodes.servers.iter().map(Server::pid).collect();
    let (began, before) = (Instant::now(), Cpu::now(&pids));
    let mut times = client::send_all(&nodes.ports(), CONNECTIONS, requests, rate, "200");
    let (took, after) = (began.elapsed(), Cpu::now(&pids));
    let each = |seconds: f64| seconds * 1e6 / count as f64;
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:<26} {:>9.0} /s   p50 {:.2} ms   p99 {:.2} ms   max {:.2} ms   cpu {:.0} + {:.0} µs",
        count as f64 / took.as_secs_f64(),
        ms(at(0.5)),
        ms(at(0.99)),
        ms(at(1.0)),
        each(after.servers - before.servers),
        each(after.postgres - before.postgres),
    );
}
