//! The real binary and its root keys: made, missing, wrong, changed while it serves.

#![cfg(test)]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use serde_json::{Value, json};
use veralux_tests::server::{ADMIN_KEY, Server};

const BINARY: &str = env!("CARGO_BIN_EXE_veralux");
const ONE: &str = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
const OTHER: &str = "3b1f6c0de85f7a92c4d6e0b8a7915f2e6d3c9b804e1a57f26c8d09b3f4e2a615";
const SID: &str = "AC0123456789abcdef0123456789abcdef";

/// Runs a command in the server's directory, with these variables only.
fn veralux(directory: &Path, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Output {
    let mut child = Command::new(BINARY)
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs(variables.iter().copied())
        .env("ROOT_KEYS_SECONDS", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn all_of(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn keys(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = veralux(directory, &[&["keys"], arguments].concat(), &[], "");
    (output.status.code(), all_of(&output))
}

fn token(tenant: usize) -> String {
    format!("c0ffee{tenant:02x}00112233445566778899aabb")
}

/// Tenants `t0`, `t1`, ... with a Twilio credential each.
fn connect(server: &Server, tenants: usize) {
    for tenant in 0..tenants {
        let body = json!({"id": format!("t{tenant}"), "name": "Oak"}).to_string();
        assert_eq!(server.call("POST", "/api/admin/tenants", &body).status, 201);
        let body = json!({"accountSid": SID, "authToken": token(tenant)}).to_string();
        let path = format!("/api/integrations/twilio?tenantId=t{tenant}");
        let answer = server.call("POST", &path, &body);
        assert_eq!(answer.status, 201, "{}", answer.body);
    }
}

fn verify(server: &Server, tenant: usize) -> u16 {
    server.call("POST", &format!("/api/integrations/twilio/verify?tenantId=t{tenant}"), "").status
}

fn server(variables: &[(&str, &str)]) -> Server {
    let usual = [("VERALUX_PROVIDER", "mock"), ("ROOT_KEYS_SECONDS", "1")];
    Server::start(BINARY, &[&usual, variables].concat())
}

#[test]
fn the_first_start_makes_a_key_for_its_owner_only() {
    let mut server = server(&[]);
    let path = server.directory().join("veralux.db.keys");
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let key = text.lines().find_map(|line| line.strip_prefix("1:")).unwrap().to_owned();
    assert!(key.len() == 64 && key != ONE, "{}", key.len());
    connect(&server, 1);
    server.restart();
    assert_eq!(verify(&server, 0), 200, "it is the same key");
    assert_eq!(server.log().matches("a root key was made").count(), 1, "told once");
    assert!(server.output().contains("veralux.db.keys"));
    let names: Vec<_> =
        std::fs::read_dir(server.directory()).unwrap().flatten().map(|file| file.file_name()).collect();
    assert_eq!(names.iter().filter(|name| name.to_string_lossy().contains("keys")).count(), 1, "{names:?}");
    for text in [server.log(), server.output()] {
        assert!(!text.contains(&key) && !text.contains(&token(0)));
    }
    assert!(server.terminate().success());
    for name in ["veralux.db", "veralux.db-wal"] {
        let database = std::fs::read(server.directory().join(name)).unwrap_or_default();
        for secret in [key.as_bytes(), token(0).as_bytes()] {
            assert!(!database.windows(secret.len()).any(|window| window == secret), "{name}");
        }
    }
}

#[test]
fn a_file_that_goes_away_is_said_once_while_the_server_serves() {
    let server = server(&[]);
    let (path, away) = (server.directory().join("veralux.db.keys"), server.directory().join("away"));
    let seconds = std::time::Duration::from_millis(2_500);
    std::fs::rename(&path, &away).unwrap();
    std::thread::sleep(seconds);
    let log = server.log();
    assert_eq!(log.matches("is gone: without it no server starts").count(), 1, "{log}");
    std::fs::rename(&away, &path).unwrap();
    std::thread::sleep(seconds);
    assert!(server.log().contains("the root keys can be read again"), "{}", server.log());
}

#[test]
fn a_missing_wrong_or_weak_key_stops_the_server_at_its_start() {
    let mut server = server(&[]);
    connect(&server, 2);
    assert!(server.terminate().success());
    let directory = server.directory().to_owned();
    let beside = directory.join("veralux.db.keys");
    let right = std::fs::read_to_string(&beside).unwrap();
    std::fs::rename(&beside, directory.join("away")).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let weak = "00".repeat(32);
    let (wrong, both) = (format!("1:{ONE}"), format!("1:{ONE},2:{weak}"));
    for (what, variables, told) in [
        ("gone", vec![], "root key 1 (primary): 2 tenant keys and 2 envelopes lie under it"),
        (
            "another key under the id",
            vec![("VERALUX_ROOT_KEYS", wrong.as_str())],
            "root key 1 (primary) is not the key that was used under this id; 2 tenant keys and 2 envelopes lie under it",
        ),
        (
            "another id only",
            vec![("VERALUX_ROOT_KEYS", "2:n2SnR+G5fxMfq7a0Ryksm28CAeefs8U1bmx36JtqgGo=")],
            "root key 1 (primary) is missing; 2 tenant keys and 2 envelopes lie under it",
        ),
        (
            "weak",
            vec![("VERALUX_ROOT_KEYS", both.as_str())],
            "the key of id 2 is not random: all its bytes are the same",
        ),
        ("too short", vec![("VERALUX_ROOT_KEYS", "1:deadbeef")], "must be 32 random bytes"),
        ("no id", vec![("VERALUX_ROOT_KEYS", ONE)], "must begin with an id"),
        ("no file", vec![("VERALUX_ROOT_KEYS_FILE", "nowhere")], "the root keys in `nowhere` cannot be read"),
        ("two sources", vec![("VERALUX_ROOT_KEYS", ONE), ("VERALUX_ROOT_KEYS_FILE", "away")], "not both"),
    ] {
        let output = veralux(&directory, &serve, &variables, "");
        let said = all_of(&output);
        assert_eq!(output.status.code(), Some(2), "{what}: {said}");
        assert!(said.contains(told), "{what}: {said}");
        for secret in [ONE, &weak, "deadbeef", "n2SnR"] {
            assert!(!said.contains(secret), "{what}: {said}");
        }
        let (code, said) = (output.status.code(), said);
        assert!(!beside.exists(), "{what}: no key is made where there was one ({code:?}, {said})");
    }
    let list = right.lines().find(|line| line.starts_with("1:")).unwrap();
    let output = veralux(&directory, &["keys", "status", "--json"], &[("VERALUX_ROOT_KEYS", list)], "");
    assert_eq!(output.status.code(), Some(0), "the right one opens: {}", all_of(&output));
}

#[test]
fn keys_change_while_requests_open_credentials() {
    const TENANTS: usize = 6;
    let server = server(&[]);
    connect(&server, TENANTS);
    let directory = server.directory();
    let beside = directory.join("veralux.db.keys");
    let (stop, asked) = (AtomicBool::new(false), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for first in 0..2 {
            let (server, stop, asked) = (&server, &stop, &asked);
            scope.spawn(move || {
                for turn in first.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let status = verify(server, turn % TENANTS);
                    assert_eq!(status, 200, "request {turn}: {}", server.log());
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let changes = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let (code, said) = keys(directory, &["rotate", "--to", "2"]);
            assert_eq!(code, Some(2), "there is no key 2 yet: {said}");
            let mut file = std::fs::File::options().append(true).open(&beside).unwrap();
            writeln!(file, "2:{OTHER}").unwrap();
            assert_eq!(keys(directory, &["rewrap"]), (Some(0), "moved and opened again under root key 1: rows: 0, of tenants: 0\nnothing is left under other root keys\n".to_owned()));
            let (code, said) = keys(directory, &["rotate", "--to", "2"]);
            assert_eq!(code, Some(0), "{said}");
            let (code, said) = keys(directory, &["destroy", "--key", "1"]);
            assert_eq!(code, Some(2), "there are rows under it: {said}");
            assert!(said.contains("6 tenant keys and 6 envelopes lie under root key 1"), "{said}");
            let (code, said) = keys(directory, &["rewrap", "--dry-run"]);
            assert_eq!(code, Some(0), "{said}");
            assert!(said.contains("rows to move: 6, of tenants: 6"), "{said}");
            let (code, said) = keys(directory, &["rewrap", "--batch", "2", "--concurrency", "3"]);
            assert_eq!(code, Some(0), "{said}");
            assert!(said.contains("nothing is left under other root keys"), "{said}");
            let (code, said) = keys(directory, &["rewrap"]);
            assert_eq!(code, Some(0), "again, with nothing to do: {said}");
            let (code, said) = keys(directory, &["destroy", "--key", "1"]);
            assert_eq!(code, Some(0), "{said}");
        }));
        stop.store(true, Ordering::Relaxed);
        changes.unwrap();
    });
    assert!(asked.load(Ordering::Relaxed) > 20, "requests went on meanwhile");
    let text = std::fs::read_to_string(&beside).unwrap();
    let without: Vec<&str> = text.lines().filter(|line| !line.starts_with("1:")).collect();
    std::fs::write(&beside, without.join("\n")).unwrap();
    let (code, said) = keys(directory, &["status"]);
    assert_eq!(code, Some(0), "{said}");
    let rows: Vec<Vec<&str>> = said.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[1][..6], ["1", "destroyed", "no", "0", "0", "0"], "{said}");
    assert_eq!(rows[2][..6], ["2", "primary", "yes", "6", "6", "0"], "{said}");
    let columns: Vec<_> = said
        .lines()
        .map(|line| line.find(rows[0][1]).or_else(|| line.find("destroyed")).or_else(|| line.find("primary")))
        .collect();
    assert!(columns.windows(2).all(|pair| pair[0] == pair[1]), "aligned: {said}");
    for tenant in 0..TENANTS {
        assert_eq!(verify(&server, tenant), 200, "without the old key");
        let path = format!("/api/admin/audit/verify?tenantId=t{tenant}");
        let chain: Value = serde_json::from_str(&server.call("GET", &path, "").body).unwrap();
        assert_eq!(chain["whole"], true, "{chain}");
    }
    let told: Value =
        serde_json::from_str(&server.call("GET", "/api/admin/audit?tenantId=_platform", "").body).unwrap();
    let of_key_1 = |event: &&Value| event["entity"]["id"] == "1" && event["type"] == "root_key.changed";
    let ended =
        told["items"].as_array().unwrap().iter().filter(of_key_1).map(|event| &event["payload"]["to"]);
    let ended: BTreeSet<_> = ended.map(|state| state.as_str().unwrap()).collect();
    assert_eq!(ended, BTreeSet::from(["decrypt_only", "destroyed", "disabled"]), "{told}");
    assert!(!server.log().contains("request failed"), "{}", server.log());
}

#[test]
fn a_row_that_does_not_open_is_told_and_put_aside() {
    let mut server = server(&[]);
    connect(&server, 1);
    // Long enough to be told from the wrapped keys, which are envelopes as well.
    let body = json!({"apiKey": format!("re_{}", "x".repeat(600))}).to_string();
    assert_eq!(server.call("POST", "/api/integrations/resend?tenantId=t0", &body).status, 201);
    assert!(server.terminate().success());
    let directory = server.directory();
    let mut file = std::fs::File::options().append(true).open(directory.join("veralux.db.keys")).unwrap();
    writeln!(file, "2:{OTHER}").unwrap();
    // One bit in the envelope of one row, as a disk would do it.
    let database = directory.join("veralux.db");
    let mut bytes = std::fs::read(&database).unwrap();
    let starts: Vec<usize> =
        bytes.windows(6).enumerate().filter(|(_, six)| six == b"VLC1\x01\x00").map(|(at, _)| at).collect();
    let is_long = |at: &usize| {
        let mut zeros = bytes[*at..at + 700].to_vec();
        zeros.retain(|byte| *byte == 0);
        zeros.len() < 30 && !starts.iter().any(|other| other > at && *other < at + 700)
    };
    let damaged = starts.iter().copied().find(is_long).unwrap();
    bytes[damaged + 100] ^= 1;
    std::fs::write(&database, bytes).unwrap();
    assert_eq!(keys(directory, &["rotate", "--to", "2"]).0, Some(0));
    let (code, said) = keys(directory, &["rewrap"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("1 more do not open and are quarantined"), "{said}");
    let (code, said) = keys(directory, &["destroy", "--key", "1"]);
    assert_eq!(code, Some(2), "{said}");
    let (code, said) = keys(directory, &["status", "--json"]);
    assert_eq!(code, Some(0), "{said}");
    let status: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&status[0]["envelopes"], &status[0]["quarantined"]), (&json!(1), &json!(1)), "{status}");
}

#[test]
fn a_tenants_keys_are_destroyed_and_older_credentials_imported() {
    let server = server(&[]);
    connect(&server, 2);
    let directory = server.directory();
    let (code, said) = keys(directory, &["destroy", "--tenant", "t0"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(
        said.contains("1 credentials and 0 secrets of `t0` could never be opened again; say --yes"),
        "{said}"
    );
    let (code, said) = keys(directory, &["destroy", "--tenant", "t0", "--yes"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((verify(&server, 0), verify(&server, 1)), (409, 200), "the other tenant is whole");
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../tests/vectors/seal/legacy.json")).unwrap();
    let mut taken = 0;
    for case in &cases {
        let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let (format, setting) = (text("format"), text("setting"));
        let arguments = [
            "keys",
            "import",
            "--tenant",
            "t0",
            "--provider",
            "twilio",
            "--format",
            &format,
            "--key-env",
            "OLD",
        ];
        let output = veralux(directory, &arguments, &[("OLD", &setting)], &text("text"));
        let said = all_of(&output);
        // A word that the refusal itself uses tells nothing.
        assert!(setting.len() < 16 || !said.contains(&setting), "{}: {said}", case["what"]);
        let plaintext: Value = serde_json::from_str(&text("plaintext")).unwrap_or_default();
        let expected = case["error"].is_null() && plaintext["accountSid"].is_string();
        assert_eq!(output.status.code(), Some(if expected { 0 } else { 2 }), "{}: {said}", case["what"]);
        if expected {
            taken += 1;
            assert_eq!(verify(&server, 0), 200, "{}", case["what"]);
        }
    }
    assert!(taken > 0);
    assert!(!server.log().contains(ADMIN_KEY));
}
