//! The `veralux` command as a person or a script uses it: the real binary, real pipes.

#![cfg(test)]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn veralux(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_veralux"));
    command.args(arguments).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn pipe(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = veralux(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The filter may answer, and wait for its answers to be read, before it has read everything.
    let writing = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    output
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn vectors() -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/runtime-contract-vectors.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn write(directory: &Path, name: &str, text: &str) -> PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn check_gives_the_runtimes_verdict_on_every_vector() {
    let vectors = vectors();
    assert_eq!(vectors.len(), 875);
    let input: Vec<String> = vectors.iter().map(|vector| format!("{}\n", vector["config"])).collect();
    let output = pipe(&["runtime", "check", "-"], input.concat().as_bytes());
    assert_eq!(output.status.code(), Some(1), "some are refused");
    let answers = lines(&output);
    assert_eq!(answers.len(), vectors.len());
    for (vector, answer) in vectors.iter().zip(&answers) {
        assert_eq!(answer["valid"], vector["valid"], "{}", vector["name"]);
        let found: Vec<&Value> =
            answer["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
        for path in vector["paths"].as_array().into_iter().flatten() {
            assert!(found.contains(&path), "{}: {path} is not among {found:?}", vector["name"]);
        }
    }
}

#[test]
fn check_reads_a_document_that_spreads_over_lines() {
    let directory = tempfile::tempdir().unwrap();
    let valid = vectors().into_iter().find(|vector| vector["valid"] == true).unwrap();
    let pretty = format!("{:#}", valid["config"]);
    let file = write(directory.path(), "tenant.json", &pretty);
    let output = pipe(&["runtime", "check", file.to_str().unwrap()], b"");
    assert_eq!((output.status.code(), lines(&output)), (Some(0), vec![json!({"valid": true, "errors": []})]));
    let output = pipe(&["runtime", "check", "-"], pretty.as_bytes());
    assert_eq!((output.status.code(), lines(&output).len()), (Some(0), 1));
    let cut = pretty.trim_end_matches('}');
    let output = pipe(&["runtime", "check", "-"], cut.as_bytes());
    assert_eq!((output.status.code(), lines(&output)[0]["valid"].clone()), (Some(1), json!(false)));
}

#[test]
fn check_says_which_file_it_cannot_read() {
    let output = pipe(&["runtime", "check", "no-such-file.json"], b"");
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("veralux: `no-such-file.json`: "), "{text}");
}

#[test]
fn schema_is_json_schema() {
    let output = pipe(&["runtime", "schema"], b"");
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}

const SNAPSHOT: &str = r#"{"tenant":{"id":"t1","status":"active"},"thread":null,"number":null,"at":"2026-01-19T14:30:00Z","direction":"inbound","sender":{"role":"customer","id":"c1","mapped":true},"findings":{"phone":0,"email":0,"url":0,"social":0},"overrides":[],"windows":[]}"#;

#[test]
fn route_answers_each_line_and_goes_on_behind_a_refused_one() {
    let faulty = SNAPSHOT.replace(r#","mapped":true"#, "");
    let too_long = format!("{{\"x\":\"{}\"}}", "y".repeat(5 << 20));
    let input = format!("{SNAPSHOT}\n{faulty}\nno json\n\n{too_long}\n{SNAPSHOT}");
    let output = pipe(&["route"], input.as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let answers = lines(&output);
    let codes: Vec<Option<&str>> = answers.iter().map(|answer| answer["error"]["code"].as_str()).collect();
    let refused = Some("invalid_snapshot");
    assert_eq!(codes, [None, refused, refused, refused, None]);
    assert_eq!(answers[0]["reason"], "thread_unknown");
    assert_eq!(answers[0]["trace"].as_array().unwrap().len(), 12);
    assert_eq!(answers[1]["error"]["errors"][0]["path"], "sender.mapped");
    assert_eq!(answers[0], answers[4], "the same snapshot, the same bytes");
}

#[test]
fn a_line_is_answered_before_the_next_is_written() {
    let mut child = veralux(&["route"]).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        writeln!(input, "{SNAPSHOT}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert!(line.contains("thread_unknown"), "{line}");
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn scan_finds_by_line_and_by_text() {
    let input = concat!(
        r#"{"id":"a","text":"call 415 555 0123"}"#,
        "\n",
        r#"{"id":2,"text":"see you at 5pm"}"#,
        "\nno\n"
    );
    let answers = lines(&pipe(&["scan"], input.as_bytes()));
    assert_eq!(answers[0]["id"], "a");
    assert_eq!(answers[0]["findings"][0]["kind"], "phone");
    assert_eq!(
        (&answers[0]["findings"][0]["start"], &answers[0]["findings"][0]["end"]),
        (&json!(5), &json!(17))
    );
    assert_eq!(answers[1], json!({"id": 2, "findings": []}));
    assert!(answers[2]["error"]["code"].is_string());
    let plain = lines(&pipe(&["scan", "--text"], b"write to ann@example.org\nplease\n"));
    assert_eq!(plain[0]["findings"][0]["value"], "ann@example.org");
}

#[test]
fn scan_takes_what_names_a_person_out_of_a_transcript() {
    let call = "Agent: Your card number?\nCaller: four one one one, one one one one\nAgent: mm-hm\n\
                Caller: one one one one, one one one one, it's Zoë\n";
    let shown = pipe(&["scan", "--transcript"], call.as_bytes());
    assert!(shown.status.success());
    let expected = "Agent: Your card number?\nCaller: [CREDIT_CARD_REDACTED]\nAgent: mm-hm\n\
                    Caller: [CREDIT_CARD_REDACTED], it's Zoë\n";
    assert_eq!(String::from_utf8(shown.stdout).unwrap(), expected);

    let mut long = vec![b'a'; 4 << 20];
    long.extend_from_slice(b" 4111 1111 1111 1111");
    for (input, told) in [(&long[..], "at most 4194304 bytes"), (b"\xff 4111", "not UTF-8")] {
        let refused = pipe(&["scan", "--transcript"], input);
        assert_eq!((refused.status.code(), refused.stdout.is_empty()), (Some(2), true));
        assert!(String::from_utf8(refused.stderr).unwrap().contains(told));
    }
    assert_eq!(pipe(&["scan", "--transcript", "--text"], b"").status.code(), Some(2));
}

#[test]
fn scan_reads_national_numbers_as_those_of_a_country() {
    let value = |arguments: &[&str], text: &[u8]| {
        lines(&pipe(&[&["scan", "--text"], arguments].concat(), text))[0]["findings"][0]["value"].clone()
    };
    assert_eq!(value(&[], b"call 415 555 0123"), "4155550123");
    assert_eq!(value(&["--region", "US"], b"call 415 555 0123"), "+14155550123");
    assert_eq!(value(&["--region", "GB"], b"call 07700 900123"), "+447700900123");
    let threads = br#"{"id":1,"messages":["my number is 415","555","0123"]}"#;
    let found = lines(&pipe(&["scan", "--region", "US"], threads));
    assert_eq!(found[0]["findings"][0]["value"], "+14155550123");
    let refused = pipe(&["scan", "--region", "XX"], b"");
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && told.contains("US, GB"), "{told}");
}

#[test]
fn migrate_goes_up_and_down_and_says_where_it_stands() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("x.db").display());
    let run = |arguments: &[&str]| {
        let mut all = vec!["migrate"];
        all.extend_from_slice(arguments);
        all.extend(["--database", url.as_str()]);
        let output = pipe(&all, b"");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        lines(&output)
    };
    let applied = run(&["up"]);
    assert!(!applied.is_empty() && applied.iter().all(|line| line["appliedAt"].is_string()), "{applied:?}");
    assert!(run(&["up"]).is_empty(), "nothing is left to apply");
    assert_eq!(run(&["status"]).len(), applied.len());
    run(&["down", "--to", "0"]);
    assert!(run(&["status"]).iter().all(|line| line["appliedAt"].is_null()));
}

#[test]
fn a_job_runs_now_and_says_what_it_did() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", directory.path().join("x.db").display());
    let run = || pipe(&["jobs", "run", "telephony-cleanup", "--database", &url], b"");
    let refused = run();
    assert_eq!(refused.status.code(), Some(2), "a database that is not migrated");
    assert!(pipe(&["migrate", "up", "--database", &url], b"").status.success());
    let done = run();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let nothing =
        json!({"job": "telephony-cleanup", "expired": 0, "deleted": 0, "closed": 0, "forgotten": 0});
    assert_eq!(lines(&done), [nothing]);
    let unknown = pipe(&["jobs", "run", "nothing", "--database", &url], b"");
    let told = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(!unknown.status.success() && told.contains("telephony-cleanup"), "{told}");
}

#[test]
fn a_message_that_is_too_long_is_not_scanned_in_part() {
    let mut long = vec![b'a'; 4 << 20];
    long.extend_from_slice(b" call 415 555 0123");
    let output = pipe(&["scan", "--text"], &long);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(2), true));
    assert!(String::from_utf8(output.stderr).unwrap().contains("at most 4194304 bytes"));
    let spans = lines(&pipe(&["scan", "--text"], b"\xff\xfe call 415 555 0123\n"));
    let found = &spans[0]["findings"][0];
    assert_eq!((&found["start"], &found["end"]), (&json!(8), &json!(20)));
}

#[test]
fn commands_make_no_database_and_do_not_empty_one_unasked() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("x.db");
    let url = format!("sqlite:{}", file.display());
    for command in [
        &["jobs", "run", "telephony-cleanup"][..],
        &["migrate", "status"],
        &["migrate", "down", "--to", "0"],
        &["keys", "status"],
    ] {
        let output = pipe(&[command, &["--database", &url]].concat(), b"");
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command:?}: {told}");
        assert!(told.contains("there is no such file") && !file.exists(), "{command:?}: {told}");
    }
    let mut server = veralux(&["serve", "--listen", "127.0.0.1:0", "--database", &url]).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let second = pipe(&["serve", "--listen", "127.0.0.1:0", "--database", &url], b"");
    let told = String::from_utf8(second.stderr).unwrap();
    assert!(
        second.status.code() == Some(2) && told.contains("served or migrated by another process"),
        "{told}"
    );
    // As a power cut would: nothing has to be cleared away.
    server.kill().unwrap();
    server.wait().unwrap();
    let down =
        |more: &[&str]| pipe(&[&["migrate", "down", "--to", "0", "--database", &url], more].concat(), b"");
    let refused = down(&[]);
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.status.code() == Some(2) && told.contains("say --yes"), "{told}");
    let status = || lines(&pipe(&["migrate", "status", "--database", &url], b""));
    assert!(status().iter().all(|line| line["appliedAt"].is_string()));
    assert!(down(&["--yes"]).status.success());
    assert!(status().iter().all(|line| line["appliedAt"].is_null()));
}

#[test]
fn help_teaches() {
    for (arguments, words) in [
        (&["--help"][..], ["serve", "runtime check", "route"]),
        (&["serve", "--help"][..], ["VERALUX_ADMIN_KEY", "--redis", "TWILIO_AUTH_TOKEN"]),
        (&["migrate", "--help"][..], ["up", "down", "status"]),
    ] {
        let text = String::from_utf8(pipe(arguments, b"").stdout).unwrap();
        for word in words {
            assert!(text.contains(word), "{arguments:?} does not say {word}: {text}");
        }
    }
}

#[test]
fn serve_refuses_to_start_with_every_fault_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let output = veralux(&["serve", "--listen", "nowhere"])
        .current_dir(directory.path())
        .envs([
            ("ADMIN_API_KEY", "short-secret"),
            ("TWILIO_AUTH_TOKEN", "token-secret"),
            ("LOG_FORMAT", "xml"),
            ("LOG", "nonsense"),
            ("REDIS_URL", "nonsense"),
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!(text.lines().count(), 6, "{text}");
    assert!(!text.contains("secret"), "{text}");
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn serve_says_that_its_port_is_taken() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let directory = tempfile::tempdir().unwrap();
    let output = veralux(&["serve", "--listen", &address]).current_dir(directory.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(&address) && told.contains("PORT"), "{told}");
}

#[test]
fn forwarding_answers_every_line_and_goes_on() {
    let input = [
        r#"{"carrier":"tmobile","mode":"safety_net","destination":"+15550109999","ringTimeSeconds":20}"#,
        r#"{"carrier":"att","mode":"safety_net","destination":"+15550109999","ringTimeSeconds":61}"#,
        "nonsense",
        "",
        r#"{"carrier":"verizon","mode":"total_ai","destination":"+15550109999"}"#,
    ];
    let output = pipe(&["forwarding", "-"], (input.join("\n") + "\n" + &"x".repeat(10_000)).as_bytes());
    assert_eq!(output.status.code(), Some(0));
    let answers = lines(&output);
    assert_eq!(answers.len(), 5);
    assert_eq!(answers[0]["activationCode"], "**61*+15550109999*11*20#");
    assert_eq!(answers[0]["deactivationCode"], "##61#");
    assert_eq!(answers[1]["error"]["code"], "invalid_ring_time");
    assert_eq!(answers[2]["error"]["code"], "invalid_json");
    assert_eq!(answers[3]["activationCode"], "*72+15550109999");
    assert_eq!(answers[4]["error"]["code"], "invalid_json");
}

#[test]
fn forwarding_tells_a_person_what_to_dial() {
    let base = ["forwarding", "--carrier", "tmobile", "--mode", "safety_net", "--destination"];
    let run = |more: &[&str]| pipe(&[&base[..], more].concat(), b"");
    let output = run(&["+15550109999", "--ring-time", "33"]);
    assert_eq!(output.status.code(), Some(0));
    let text = String::from_utf8(output.stdout).unwrap();
    for part in [
        "  2. Dial: **61*+15550109999*11*33#\n",
        "To undo it:\n  Dial: ##61#\n",
        "**67*+15550109999#",
        "##62#",
        "*#61#",
        "33 most likely rings for 30",
        "tel:**61*+15550109999*11*33%23",
    ] {
        assert!(text.contains(part), "{part} is not in:\n{text}");
    }
    for (arguments, said) in [
        (&["+1555"][..], "veralux: the destination must be"),
        (&["+15550109999", "--ring-time", "61"], "veralux: the ring time must be"),
        (&["+15550109999", "--ring-time", "-5"], "veralux: the ring time must be"),
        (&["+15550109999", "--ring-time", "soon"], "veralux: the ring time must be"),
        (
            &["+15550109999", "--own-number", "+15550109999"],
            "veralux: the destination is the line's own number",
        ),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.starts_with(said) && output.stdout.is_empty(), "{arguments:?}: {text}");
    }
    let wrong = ["--carrier", "tmobil", "--mode", "safety", "--destination", "555", "--ring-time", "3"];
    let output = pipe(&[&["forwarding"], &wrong[..]].concat(), b"");
    let text = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), text.lines().count()), (Some(2), 4), "{text}");
    let output = pipe(&["forwarding", "--carrier", "att"], b"");
    assert_eq!(output.status.code(), Some(2), "what is missing is named");
    assert!(String::from_utf8(output.stderr).unwrap().contains("--destination"));
}

#[test]
fn forwarding_explains_any_code() {
    for (code, status, said) in [
        ("**61*+15550109999*20#", 0, "slot_swap"),
        ("##21#", 0, "Switches off forwarding of every call"),
        ("tel:*%2361%23", 0, "changes nothing"),
        ("**21*+15550109999", 1, "probably meant: **21*+15550109999#"),
        ("hello", 1, "not_a_code"),
    ] {
        let output = pipe(&["forwarding", "explain", code], b"");
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), text.contains(said)), (Some(status), true), "{code}: {text}");
    }
}
