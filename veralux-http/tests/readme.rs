//! The README's first session, pasted into a shell against a fresh server.

#![cfg(test)]

use std::process::Command;

use veralux_tests::server::{ADMIN_KEY, Server};

const README: &str = include_str!("../../README.md");

fn block(heading: &str) -> &'static str {
    let section = README.split(&format!("## {heading}\n")).nth(1).unwrap();
    section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap()
}

/// What a session prints that is pasted into a shell, which stops at the first failure if it is to.
fn paste(server: &Server, session: &str, stop: &str, variables: &[(&str, &str)]) -> String {
    let output = Command::new("timeout")
        .args(["60", "bash", stop, "-o", "pipefail", "-c", session])
        .env("KEY", ADMIN_KEY)
        .env("API", format!("http://127.0.0.1:{}", server.port))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}{}", server.log());
    assert!(!errors.contains("Could not resolve"), "{text}\n{errors}");
    text
}

const FIRST: &str = "-eu";
/// A person's shell goes on behind what is there already.
const AGAIN: &str = "-u";

#[test]
fn the_first_session_works_when_pasted_and_when_pasted_again() {
    let server = Server::start(env!("CARGO_BIN_EXE_veralux"), &[]);
    for (stop, changed) in [(FIRST, r#""changed":true"#), (AGAIN, r#""changed":false"#)] {
        let text = paste(&server, block("A first session"), stop, &[]);
        for expected in [
            r#""name":"Oak Dental""#,
            r#""version":1"#,
            changed,
            r#""didE164":"+14155550123""#,
            r#""staffId":"kim""#,
            r#""reason":"window_active""#,
            r#""action":"review""#,
            r#""status":"held""#,
            r#""rule":"phone.words""#,
            r#""whole":true"#,
        ] {
            assert!(text.contains(expected), "{stop}: {expected} is missing in\n{text}");
        }
    }
}

#[test]
fn a_line_of_its_own_works_when_pasted_and_no_log_tells_the_code() {
    let server = Server::start(env!("CARGO_BIN_EXE_veralux"), &[("VERALUX_PROVIDER", "mock")]);
    let mut last = String::new();
    for stop in [FIRST, AGAIN] {
        last = paste(&server, &format!("{}\necho CODE=$CODE", block("A line of its own")), stop, &[]);
        for expected in [
            r#""message":"Phone number verified successfully""#,
            r#""generatedActivationCode":"**61*+15550109999*11*25#""#,
            r#""status":"active""#,
            "Forwarding disabled. Dial: ##61# (T-Mobile) to deactivate.",
            r#""message":"Verified number removed""#,
        ] {
            assert!(last.contains(expected), "{stop}: {expected} is missing in\n{last}");
        }
    }
    let code = last.trim_end().rsplit("CODE=").next().unwrap();
    assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
    let logged = format!("{}{}", server.output(), server.log());
    assert!(logged.contains("/api/telephony/verify-caller-id/confirm"), "{logged}");
    assert!(logged.contains("mock: nobody is called"), "the start says so: {logged}");
    // Digits of durations and instants aside: the code as a value of its own.
    assert!(!logged.contains(&format!("\"{code}\"")) && !logged.contains("5551234567"), "{logged}");
}

#[test]
fn providers_without_accounts_work_when_pasted() {
    let mock = [("VERALUX_PROVIDER", "mock"), ("PUBLIC_BASE_URL", ""), ("TWILIO_AUTH_TOKEN", "")];
    let server = Server::start(env!("CARGO_BIN_EXE_veralux"), &mock);
    let started = server.output();
    let place = started.split("emulated in this process at ").nth(1).unwrap().split(',').next().unwrap();
    for (stop, first_only) in [(FIRST, Some(r#""name":"map_did","state":"done""#)), (AGAIN, None)] {
        let text = paste(&server, block("Providers without accounts"), stop, &[("MOCK", place)]);
        let always = [
            r#""delivery":"delivered""#,
            r#""delivered":true"#,
            "On my way, thank you!",
            r#""message":"Phone number verified successfully""#,
            r#""message":"Verified number removed""#,
            r#""provider":"local""#,
            "good morning",
        ];
        for expected in always.into_iter().chain(first_only) {
            assert!(text.contains(expected), "{stop}: {expected} is missing in\n{text}");
        }
    }
    // What was said on the telephone is in no log.
    assert!(!server.log().contains("5035550126") && !server.log().contains("On my way"), "{}", server.log());
}

#[test]
fn credentials_are_connected_when_pasted_and_none_is_shown() {
    let server = Server::start(env!("CARGO_BIN_EXE_veralux"), &[("VERALUX_PROVIDER", "mock")]);
    let mut said = String::new();
    for stop in [FIRST, AGAIN] {
        let text = paste(&server, block("Credentials that tenants bring"), stop, &[]);
        for expected in [
            r#""message":"Twilio is connected and verified.""#,
            r#""detail":"Field authToken is not valid.""#,
            r#""detail":"Twilio refuses this credential (unauthorised).""#,
            r#""provider":"google_calendar""#,
            r#""message":"Twilio takes this credential.""#,
        ] {
            assert!(text.contains(expected), "{stop}: {expected} is missing in\n{text}");
        }
        said.push_str(&text);
    }
    said.extend([server.output(), server.log()]);
    assert!(!said.contains("00112233445566778899aabbccddeeff"), "{said}");
}

#[test]
fn the_filters_work_when_pasted() {
    let directory = tempfile::tempdir().unwrap();
    let vectors = include_str!("../../tests/vectors/runtime-contract-vectors.jsonl");
    let valid = vectors.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let valid = valid.into_iter().find(|vector| vector["valid"] == true).unwrap();
    std::fs::write(directory.path().join("tenant.json"), valid["config"].to_string()).unwrap();
    std::fs::write(directory.path().join("snapshots.jsonl"), "{}\n").unwrap();
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_veralux"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-euo", "pipefail", "-c", block("Without a server")])
        .env("PATH", path)
        .current_dir(directory.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines.len() > 9, "{text}");
    assert!(
        lines[0].contains(r#""valid":true"#)
            && lines[1].contains("invalid_snapshot")
            && lines[2].contains("phone.grouped")
            && lines[3].contains("phone.words")
            && lines[4].contains("+14155550123")
            && lines[6] == "Caller: [DATE_REDACTED]"
            && lines[7].contains(r##""deactivationCode":"#21#""##)
            && lines[8] == "**61*+15550109999*20#"
            && text.contains("probably meant: **61*+15550109999*11*20#")
    );
}
