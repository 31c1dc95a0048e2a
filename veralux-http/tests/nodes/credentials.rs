//! What one node writes of credentials, the others follow: at once when they hear of it, else within what is stated.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::memory::SeededRandom;
use veralux_core::port::Clock;
use veralux_core::secret::Secret;
use veralux_core::service::{Context, CredentialVault, HeldKeys, Stores, VaultLimits};
use veralux_postgres::{Options, PostgresStore};
use veralux_tests::postgres::{PostgresOptions, PrivatePostgres};
use veralux_tests::server::Server;

use super::proxy::Proxy;
use super::setup::{
    Installation, ROOT_KEY, SID, add_oak, binary, json_of, message_signed, signal, tell, token, until,
};

/// What is heard is let go of within milliseconds. What is not heard is kept for 20 seconds at least, so that this, on the slowest
/// machine, tells whether it was.
const HEARD: Duration = Duration::from_secs(10);
/// The same while it knows that it hears nothing: two seconds. And until it knows: half a second to the next question
/// whether the server is there, one to wait for the answer. The rest is for a slow machine.
const WORST_WHEN_DEAF: Duration = Duration::from_secs(2 + 1 + 1 + 6);

/// Webhooks whose signature is tried out, each with a number of its own.
struct Tries(usize);

impl Tries {
    /// Whether a node takes a message that is signed with this token.
    fn takes(&mut self, node: &Server, token: &str) -> bool {
        self.0 += 1;
        let answer = message_signed(token, self.0).deliver(node).unwrap();
        assert!(matches!(answer.status, 200 | 403), "{} {}", answer.status, answer.body);
        answer.status == 200
    }
}

fn connect(node: &Server, token: &str) {
    let body = json!({"accountSid": SID, "authToken": token}).to_string();
    let answer = node.call("POST", "/api/integrations/twilio?tenantId=oak", &body);
    assert!(matches!(answer.status, 200 | 201), "{} {}", answer.status, answer.body);
}

fn disconnect(node: &Server) {
    assert_eq!(node.call("DELETE", "/api/integrations/twilio?tenantId=oak", "").status, 204);
}

fn state(node: &Server) -> String {
    let all = json_of(&node.call("GET", "/api/integrations/status?tenantId=oak", ""));
    let all = all["integrations"].as_array().unwrap();
    let twilio = all.iter().find(|one| one["provider"] == "twilio").unwrap();
    twilio["state"].as_str().unwrap().to_owned()
}

/// A node that somebody else has built of the same library: no endpoint of ours switches a credential off.
async fn embedder(url: &str) -> CredentialVault {
    #[derive(Debug)]
    struct Now;
    impl Clock for Now {
        fn now(&self) -> veralux_core::time::Instant {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            veralux_core::time::Instant::from_micros(i64::try_from(since.as_micros()).unwrap())
        }
    }
    let store = Arc::new(PostgresStore::connect(url, &Options::default()).await.unwrap());
    let stores = Stores::from_one(&store, Arc::new(Now), Arc::new(SeededRandom::new(7)));
    let list = Secret::new(format!("1:{ROOT_KEY}"));
    let held = Arc::new(HeldKeys::start(&stores, list).await.unwrap());
    CredentialVault::new(stores, held, VaultLimits::default())
}

#[test]
fn every_change_is_followed_by_the_other_node() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    let embedder = installation.block_on(embedder(&installation.database.service_url));
    let oak = TenantId::parse("oak").unwrap();
    let mut tries = Tries(0);
    let [mut replaced, mut connected, mut disabled, mut removed] = [const { Vec::new() }; 4];
    connect(&a, &token(0));
    for round in 1..=60 {
        let [before, old, new] = [3 * round - 3, 3 * round - 2, 3 * round - 1].map(token);
        until("the token that was there last counts", || tries.takes(&b, &before));

        connect(&a, &old);
        replaced.push(until("the replaced token is refused", || !tries.takes(&b, &before)));
        assert!(tries.takes(&b, &old), "what is refused is the old one");

        installation.block_on(embedder.disable(&Context::SYSTEM, &oak, Provider::Twilio)).unwrap();
        disabled.push(until("switched off, it is refused", || !tries.takes(&b, &old)));
        assert_eq!(state(&b), "disabled");

        connect(&a, &new);
        connected.push(until("connected again, it counts", || tries.takes(&b, &new)));
        assert!(!tries.takes(&b, &old));

        disconnect(&a);
        removed.push(until("removed, it is refused", || !tries.takes(&b, &new)));
        assert_eq!(state(&b), "not_connected");
        connect(&a, &token(3 * round));
    }
    for (what, all) in [
        ("replaced token refused by the other node", replaced),
        ("connected token taken by the other node", connected),
        ("credential switched off on the other node", disabled),
        ("credential removed on the other node", removed),
    ] {
        let [_, late, _] = tell(what, all);
        assert!(late < HEARD, "{what}");
    }
}

#[test]
fn a_node_whose_listener_is_cut_says_so_and_hears_again_by_itself() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    let mut tries = Tries(0);
    let mut replaced = Vec::new();
    connect(&a, &token(0));
    for round in 1..=20 {
        until("the token counts", || tries.takes(&b, &token(round - 1)));
        let heard = b.log().matches("hearing what other servers write").count();
        let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                   WHERE datname = current_database() AND application_name = 'veralux listener'";
        assert!(installation.count(cut) >= 1, "somebody listens");
        connect(&a, &token(round));
        replaced.push(until("the old token is refused", || !tries.takes(&b, &token(round - 1))));
        until("it hears again", || b.log().matches("hearing what other servers write").count() > heard);
        assert!(tries.takes(&b, &token(round)));
    }
    assert!(b.log().matches("is not heard").count() >= 20, "it says so each time");
    let [.., longest] = tell("replaced token refused, the listener cut", replaced);
    assert!(longest < WORST_WHEN_DEAF);
}

#[test]
fn a_root_key_that_was_appended_to_the_file_is_read_before_it_is_missed() {
    let installation = Installation::new();
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("keys");
    std::fs::write(&file, format!("1:{ROOT_KEY}\n")).unwrap();
    let file = file.to_str().unwrap();
    // An empty setting is one that is not there.
    let settings = [("VERALUX_ROOT_KEYS", ""), ("VERALUX_ROOT_KEYS_FILE", file), ("ROOT_KEYS_SECONDS", "60")];
    let node = installation.node(&settings);
    add_oak(&node);
    let new = ROOT_KEY.chars().rev().collect::<String>();
    std::fs::write(file, format!("1:{ROOT_KEY}\n2:{new}\n")).unwrap();
    let url = installation.database.service_url.as_str();
    let rotated = std::process::Command::new(binary())
        .args(["keys", "rotate", "--to", "2", "--database", url, "--root-keys-file", file])
        .env_clear()
        .output()
        .unwrap();
    assert!(rotated.status.success(), "{}", String::from_utf8_lossy(&rotated.stderr));
    until("it has heard of the new key", || node.log().contains("the root keys have changed"));
    connect(&node, &token(0));
    assert_eq!(installation.count("SELECT count(*) FROM tenant_key WHERE root_key = 2"), 1);
    assert!(!node.log().contains("could not be read again"), "{}", node.log());
}

#[test]
fn a_node_that_stood_still_learns_what_was_written_meanwhile() {
    let installation = Installation::new();
    let (a, b) = installation.two_nodes(&[]);
    let mut tries = Tries(0);
    let mut replaced = Vec::new();
    connect(&a, &token(0));
    for round in 1..=10 {
        until("the token counts", || tries.takes(&b, &token(round - 1)));
        signal(&b, "STOP");
        connect(&a, &token(round));
        std::thread::sleep(Duration::from_millis(100));
        signal(&b, "CONT");
        replaced.push(until("the old token is refused", || !tries.takes(&b, &token(round - 1))));
    }
    let [.., longest] = tell("replaced token refused by a node that stood still meanwhile", replaced);
    assert!(longest < HEARD);
}

#[test]
fn a_listener_whose_line_is_silent_is_found_out() {
    let postgres = PrivatePostgres::start(PostgresOptions { tcp: true, ..PostgresOptions::default() });
    let installation = Installation::on(&postgres);
    let proxy = Proxy::before(&installation.database.service_url);
    let a = installation.node(&[]);
    let b = installation.node(&[("DATABASE_URL", &*proxy.url)]);
    add_oak(&a);
    let mut tries = Tries(0);
    let [mut before_found_out, mut after] = [const { Vec::new() }; 2];
    connect(&a, &token(0));
    for round in 0..3 {
        let [first, second, third] = [2 * round, 2 * round + 1, 2 * round + 2].map(token);
        until("the token counts", || tries.takes(&b, &first));
        let heard = b.log().matches("hearing what other servers write").count();
        let deaf = b.log().matches("is not heard").count();
        proxy.silence_listeners(true);
        connect(&a, &second);
        before_found_out.push(until("the first token is refused", || !tries.takes(&b, &first)));
        until("it says that it hears nothing", || b.log().matches("is not heard").count() > deaf);
        until("the second token counts", || tries.takes(&b, &second));
        connect(&a, &third);
        after.push(until("the second token is refused", || !tries.takes(&b, &second)));
        proxy.silence_listeners(false);
        let again =
            until("it hears again", || b.log().matches("hearing what other servers write").count() > heard);
        println!("hears again after {again:.1?}");
    }
    for (what, all) in [
        ("replaced token refused, the listener's line just silent", before_found_out),
        ("replaced token refused, known to be silent", after),
    ] {
        let [.., longest] = tell(what, all);
        assert!(longest < WORST_WHEN_DEAF, "{what}");
    }
}
