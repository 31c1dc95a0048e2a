//! Shows the API inside a service of your own: mounted beside your routes, on the stores that you choose.
//!
//! Asks itself two questions over HTTP and ends.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use veralux_core::access::{KeyDigest, Pepper};
use veralux_core::memory::{MemoryStore, SeededRandom, StepClock};
use veralux_core::policy::Detector;
use veralux_core::routing::Ruleset;
use veralux_core::service::Stores;
use veralux_core::time::Instant;
use veralux_http::{Api, Parts, Providers, Settings, ephemeral_vault, router};

const ADMIN_KEY: &str = "an-admin-key-of-your-own";

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A service takes those of `veralux_system`; these two are for examples and tests.
    let clock = Arc::new(StepClock::new(Instant::parse("2026-11-21T09:00:00Z")?));
    let store = Arc::new(MemoryStore::with_clock(clock.clone()));
    let pepper = Pepper::new([7; 32]);
    let settings = Settings { bootstrap_key: Some(KeyDigest::of(&pepper, ADMIN_KEY)), ..Settings::default() };
    let stores = Stores::from_one(&store, clock, Arc::new(SeededRandom::new(1)));
    // The stores end with the process, so the key to what tenants entrust to them may as well.
    let vault = ephemeral_vault(&stores).await?;
    let parts = Parts {
        stores,
        idempotency: store,
        projection: None,
        rate: None,
        detector: Arc::new(Detector::new()),
        ruleset: Arc::new(Ruleset::standard()),
        pepper,
        vault,
        providers: Providers::default(),
    };

    let app = Router::new()
        .route("/", get(|| async { "my own service\n" }))
        .merge(router(Api::new(parts, settings)));

    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });

    println!("{}", ask(address, "/", "").await?);
    println!("{}", ask(address, "/api/admin/tenants", &format!("x-admin-key: {ADMIN_KEY}\r\n")).await?);
    Ok(())
}

/// The last line of an answer, with the least client that does.
async fn ask(address: std::net::SocketAddr, path: &str, header: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{header}\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.trim_end().lines().last().unwrap_or_default().to_owned())
}
