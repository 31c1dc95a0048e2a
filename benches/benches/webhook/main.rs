//! Signed webhook to stored decision, over HTTP on SQLite, with the real server in a process of its own.
//!
//! `cargo bench -p veralux-benches --bench webhook`, after `cargo build --release`. Prints requests a second, the
//! percentiles of one request, the server's resident memory and its start; the baseline of the same run is `GET /health`
//! over as many connections, which is all of HTTP and none of the work. Each is sent once at a given rate and once all
//! out; the load generator shares the machine with the server.

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

use std::time::{Duration, Instant};

use client::Request;
use sqlx::ConnectOptions as _;
use sqlx::sqlite::SqliteConnectOptions;
use veralux_tests::server::Server;

const CONNECTIONS: usize = 64;
const REQUESTS: usize = 30_000;
const TENANTS: usize = 50;
/// What the server is to stand, in requests a second.
const RATE: f64 = 2_000.0;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(measure());
}

async fn measure() {
    let binary = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("veralux");
    assert!(
        binary.exists(),
        "build the server first: cargo build --release (there is no {})",
        binary.display()
    );
    let server = Server::start(binary, &[("LOG", "warn")]);
    println!("start to first answer      {:>9.0} ms", server.first_answer.as_secs_f64() * 1e3);
    println!("resident at rest           {:>9.1} MB", server.resident_mb());
    for tenant in 0..TENANTS {
        let body = format!(r#"{{"id":"t{tenant}","name":"t{tenant}","numbers":["{}"]}}"#, number(tenant));
        assert_eq!(server.call("POST", "/api/admin/tenants", &body).status, 201);
    }
    let health = || (0..REQUESTS).map(|_| Request::get("/health")).collect();
    let webhooks = |from: usize| -> Vec<Request> {
        (from..from + REQUESTS).map(|index| Request::webhook(index, &number(index % TENANTS))).collect()
    };
    report("GET /health, all out", &server, health(), None).await;
    report("GET /health, 2,000 /s", &server, health(), Some(RATE)).await;
    report("webhooks, 2,000 /s", &server, webhooks(0), Some(RATE)).await;
    report("webhooks, all out", &server, webhooks(REQUESTS), None).await;
    report("repeats, all out", &server, webhooks(REQUESTS), None).await;
    println!("resident under load, peak  {:>9.1} MB", server.peak_mb());
    println!("stored decisions           {:>9}", stored_decisions(&server).await);
}

/// Counted in the file itself, not asked of the server.
async fn stored_decisions(server: &Server) -> i64 {
    let options = SqliteConnectOptions::new().filename(server.directory().join("veralux.db")).read_only(true);
    let mut connection = options.connect().await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM decision").fetch_one(&mut connection).await.unwrap()
}

fn number(tenant: usize) -> String {
    format!("+1415555{tenant:04}")
}

async fn report(name: &str, server: &Server, requests: Vec<Request>, rate: Option<f64>) {
    let count = requests.len();
    let began = Instant::now();
    let mut times = client::send_all(server.port, CONNECTIONS, requests, rate, "200").await;
    let took = began.elapsed();
    times.sort_unstable();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{name:<26} {:>9.0} /s   p50 {:.2} ms   p99 {:.2} ms   max {:.2} ms",
        count as f64 / took.as_secs_f64(),
        ms(at(0.5)),
        ms(at(0.99)),
        ms(at(1.0)),
    );
}
