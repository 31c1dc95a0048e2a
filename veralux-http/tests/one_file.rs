//! A server and its SQLite file: who may not have it at the same time, and what it says when the disk is full.

#![cfg(test)]

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use veralux_tests::server::Server;

const BINARY: &str = env!("CARGO_BIN_EXE_veralux");

fn run(arguments: &[&str], file: &Path) -> Output {
    let url = format!("sqlite:{}", file.display());
    Command::new(BINARY).args(arguments).args(["--database", &url]).env_clear().output().unwrap()
}

/// What a command says that does not do what it should.
#[track_caller]
fn refused(arguments: &[&str], file: &Path) -> String {
    let output = run(arguments, file);
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
    told
}

#[test]
fn a_file_is_one_servers_by_whichever_name() {
    let mut server = Server::start(BINARY, &[]);
    let file = server.directory().join("veralux.db");
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.db");
    symlink(&file, &link).unwrap();
    let served = "is served or migrated by another process";
    for name in [&file, &link] {
        for command in [
            &["serve", "--listen", "127.0.0.1:0"][..],
            &["migrate", "up"],
            &["migrate", "down", "--to", "3", "--yes"],
        ] {
            let told = refused(command, name);
            assert!(told.contains(served), "{command:?}: {told}");
        }
        assert!(run(&["migrate", "status"], name).status.success(), "it may be looked at");
    }
    assert_eq!(server.call("POST", "/api/admin/tenants", r#"{"id":"oak","name":"Oak"}"#).status, 201);

    // SQLite would keep a log of its own beside this one.
    let other = file.with_file_name("other.db");
    std::fs::hard_link(&file, &other).unwrap();
    let told = refused(&["serve", "--listen", "127.0.0.1:0"], &other);
    assert!(told.contains("the file has 2 names"), "{told}");
    std::fs::remove_file(&other).unwrap();

    // Given up with the process.
    server.kill();
    assert!(run(&["migrate", "down", "--to", "3", "--yes"], &link).status.success());
}

#[test]
fn a_link_to_where_nothing_is_yet_is_followed() {
    let place = tempfile::tempdir().unwrap();
    let (file, link) = (place.path().join("v.db"), place.path().join("link.db"));
    symlink(&file, &link).unwrap();
    assert!(run(&["migrate", "up"], &link).status.success());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "its owner's alone");
    assert!(place.path().join("v.db.lock").exists() && !place.path().join("link.db.lock").exists());
}

/// The largest file that a server may write from now on. What it may not, the system refuses as on a full disk.
fn limit(server: &Server, bytes: &str) {
    let pid = server.pid().to_string();
    let limit = format!("--fsize={bytes}:unlimited");
    assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
}

#[test]
fn a_full_disk_is_told() {
    let place = tempfile::tempdir().unwrap();
    let script = place.path().join("veralux");
    // The refusal shall be an error, not the end of the process.
    std::fs::write(&script, format!("#!/bin/sh\ntrap '' XFSZ\nexec {BINARY} \"$@\"\n")).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o700)).unwrap();
    let server = Server::start(&script, &[("LOG", "error")]);
    let ready = || server.call("GET", "/ready", "");
    assert_eq!(ready().status, 200, "{}", ready().body);

    limit(&server, "65536");
    let add = |n: usize| {
        let tenant = format!(r#"{{"id":"t{n}","name":"{}"}}"#, "x".repeat(100));
        server.call("POST", "/api/admin/tenants", &tenant).status
    };
    let first = (0..1_000).find(|n| add(*n) != 201).expect("the disk is full some time");
    assert_eq!(add(first), 503);
    let began = Instant::now();
    let body = loop {
        let answer = ready();
        if answer.status == 503 {
            break answer.body;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "it does not say so: {}", answer.body);
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(body.contains(r#""ready":false,"database":"read_only""#), "{body}");
    assert!(body.contains(r#""detail":"database: answers, but takes no writes""#), "{body}");
    assert_eq!(server.call("GET", "/health", "").status, 200);

    limit(&server, "unlimited");
    let began = Instant::now();
    while ready().status != 200 {
        assert!(began.elapsed() < Duration::from_mins(1), "{}", ready().body);
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(add(first), 201);
}
