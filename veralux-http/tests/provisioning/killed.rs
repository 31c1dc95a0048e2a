//! The real server, killed in the middle of a purchase: the next one goes on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use veralux_core::memory::SeededRandom;
use veralux_core::port::Clock;
use veralux_emulator::{Emulator, Fault, Parts};
use veralux_tests::server::Server;

/// Longer than a step is left to a server that has died.
const PATIENCE: Duration = Duration::from_secs(100);

#[derive(Debug)]
struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> veralux_core::time::Instant {
        let since = std::time::UNIX_EPOCH.elapsed().unwrap();
        veralux_core::time::Instant::from_micros(i64::try_from(since.as_micros()).unwrap())
    }
}

/// What the server answers, as JSON.
fn call(server: &Server, method: &str, path: &str, body: &str) -> (u16, Value) {
    let answer = server.call(method, path, body);
    (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
}

/// Buys a number; the server is killed while the order is at the provider, which `acts` before or never.
async fn killed_in_an_order(acts: bool) {
    let parts = Parts { clock: Arc::new(WallClock), random: Arc::new(SeededRandom::new(3)), specs: None };
    let emulator = Emulator::new(parts).unwrap();
    let served = emulator.serve().await.unwrap();
    let account = emulator.twilio().account();
    let origin = served.origin.clone();
    let (sid, token) = (account.sid.clone(), account.auth_token.clone());
    let orders = format!("/twilio/2010-04-01/Accounts/{sid}/IncomingPhoneNumbers.json");
    let variables = move || {
        let variables =
            [("TWILIO_ACCOUNT_SID", &*sid), ("TWILIO_AUTH_TOKEN", &*token), ("VERALUX_EMULATOR", &*origin)];
        Server::start(env!("CARGO_BIN_EXE_veralux"), &variables)
    };
    let fault = if acts { Fault::Slow { millis: 60_000 } } else { Fault::CutBefore };
    emulator.faults().next("POST", &orders, 1, fault);
    let watched = (emulator.clone(), orders.clone());
    let done = tokio::task::spawn_blocking(move || {
        let mut server = variables();
        assert_eq!(call(&server, "POST", "/api/admin/tenants", r#"{"id":"oak","name":"Oak"}"#).0, 201);
        let search = "/api/numbers/search?provider=twilio&country=US&tenantId=oak";
        let number = call(&server, "GET", search, "").1["items"][0]["e164"].as_str().unwrap().to_owned();
        let body = format!(r#"{{"e164":"{number}","class":"pool","provider":"twilio"}}"#);
        std::thread::scope(|scope| {
            let (server, body) = (&server, &body);
            let headers = [
                ("x-admin-key", veralux_tests::server::ADMIN_KEY),
                ("x-tenant-id", "oak"),
                ("content-type", "application/json"),
            ];
            scope.spawn(move || server.try_call("POST", "/api/numbers/purchase", &headers, body));
            let (emulator, orders) = &watched;
            let began = Instant::now();
            let ordered = |seen: &veralux_emulator::Seen| seen.method == "POST" && seen.target == *orders;
            while !emulator.journal().seen().iter().any(ordered) {
                assert!(began.elapsed() < PATIENCE, "no order came: {}", server.log());
                std::thread::sleep(Duration::from_millis(2));
            }
            let kill = std::process::Command::new("kill").args(["-9", &server.pid().to_string()]).status();
            assert!(kill.unwrap().success());
        });
        server.restart();
        let began = Instant::now();
        loop {
            let listed = call(&server, "GET", "/api/numbers/operations?tenantId=oak", "").1;
            if listed["items"][0]["state"] != "running" {
                assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
                assert_eq!(listed["items"][0]["state"], "done", "{listed}");
                let numbers = call(&server, "GET", "/api/numbers?tenantId=oak", "").1;
                assert_eq!(numbers["items"][0]["e164"], number.as_str(), "{numbers}");
                return began.elapsed();
            }
            assert!(began.elapsed() < PATIENCE, "it does not go on: {listed}: {}", server.log());
            std::thread::sleep(Duration::from_millis(200));
        }
    });
    let took = done.await.unwrap();
    println!("acts {acts}: done {took:?} behind the second start");
    let held = emulator.twilio().numbers(&account.sid);
    assert_eq!(held.len(), 1, "bought once");
    let ordered = |seen: &&veralux_emulator::Seen| seen.method == "POST" && seen.target == orders;
    let asked = emulator.journal().seen().iter().filter(ordered).count();
    assert_eq!(asked, if acts { 1 } else { 2 }, "ordered anew only where it had to be");
    assert!(held[0].sms_url.ends_with("/webhooks/twilio/inbound-sms"), "it leads here");
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_in_the_middle_of_a_purchase_it_buys_once() {
    tokio::join!(killed_in_an_order(true), killed_in_an_order(false));
}
