//! The real server: what it acknowledges survives anything, what it logs tells nobody's secrets.

#![cfg(test)]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use veralux_tests::server::{ADMIN_KEY, AUTH_TOKEN, Server};
use veralux_tests::twilio::{INBOUND_SMS, inbound_call, inbound_sms};

const NUMBER: &str = "+14155550123";
const CUSTOMER: &str = "+15035550126";

fn server() -> Server {
    let server = Server::start(env!("CARGO_BIN_EXE_veralux"), &[]);
    let tenant = format!(r#"{{"id":"oak","name":"Oak","numbers":["{NUMBER}"]}}"#);
    assert_eq!(server.call("POST", "/api/admin/tenants", &tenant).status, 201);
    server
}

/// The log once so many of its lines hold a text: they are written a moment after what they tell of.
fn logged(server: &Server, text: &str, lines: usize) -> String {
    let began = Instant::now();
    loop {
        let log = server.log();
        if log.ends_with('\n') && log.lines().filter(|line| line.contains(text)).count() >= lines {
            return log;
        }
        assert!(began.elapsed() < Duration::from_secs(10), "{log}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Every message of the owner inbox, walked page by page.
fn inbox(server: &Server) -> Vec<Value> {
    let mut messages = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/messages/inbox?tenantId=oak&limit=200{cursor}");
        let page: Value = serde_json::from_str(&server.call("GET", &path, "").body).unwrap();
        messages.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return messages,
        }
    }
}

#[test]
fn killed_at_any_moment_it_has_everything_it_acknowledged_and_nothing_twice() {
    let mut server = server();
    let mut acknowledged = BTreeSet::new();
    for round in 0..4 {
        let (stop, taken) = (AtomicBool::new(false), AtomicBool::new(false));
        let said: Vec<String> = std::thread::scope(|scope| {
            let senders: Vec<_> = (0..8)
                .map(|sender| {
                    let (server, stop, taken) = (&server, &stop, &taken);
                    scope.spawn(move || {
                        let mut said = Vec::new();
                        for index in 0.. {
                            let text = format!("message {round}-{sender}-{index}");
                            let sms =
                                inbound_sms(&format!("SM{round}-{sender}-{index}"), CUSTOMER, NUMBER, &text);
                            match sms.deliver(server) {
                                Some(answer) if answer.status == 200 => said.push(text),
                                _ => break,
                            }
                            taken.store(true, Ordering::Relaxed);
                            if stop.load(Ordering::Relaxed) {
                                break;
                            }
                        }
                        said
                    })
                })
                .collect();
            // However slow the machine is, it is killed while it takes messages in.
            while !taken.load(Ordering::Relaxed) && senders.iter().any(|sender| !sender.is_finished()) {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_millis(60 + 35 * round));
            kill(&server);
            stop.store(true, Ordering::Relaxed);
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
        });
        assert!(!said.is_empty(), "the server took messages in before it was killed");
        acknowledged.extend(said);
        server.restart();
    }
    // Twilio delivers again what it got no answer for, and sometimes what it did.
    let again = acknowledged.iter().next().unwrap().strip_prefix("message ").unwrap().to_owned();
    let sms = inbound_sms(&format!("SM{again}"), CUSTOMER, NUMBER, &format!("message {again}"));
    assert_eq!(sms.deliver(&server).unwrap().status, 200);
    let texts: Vec<String> =
        inbox(&server).iter().map(|message| message["body"].as_str().unwrap().to_owned()).collect();
    let stored: BTreeSet<String> = texts.iter().cloned().collect();
    assert_eq!(stored.len(), texts.len(), "no message is stored twice");
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged messages are lost", lost.len(), acknowledged.len());
    let chain: Value =
        serde_json::from_str(&server.call("GET", "/api/admin/audit/verify?tenantId=oak", "").body).unwrap();
    assert_eq!(chain["whole"], true, "{chain}");
}

/// Kills the process without the owner of the server knowing.
fn kill(server: &Server) {
    let pid = server.pid().to_string();
    assert!(std::process::Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
}

#[test]
fn a_backup_under_writes_is_a_whole_database_that_is_served_on() {
    let server = server();
    let back_up = |file: &str, database: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_veralux"));
        command.env_clear().current_dir(server.directory()).args(["backup", file, "--database", database]);
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap()).concat();
        (output.status.success(), said)
    };
    let (stop, taken) = (AtomicBool::new(false), AtomicUsize::new(0));
    let (before, (done, said)) = std::thread::scope(|scope| {
        scope.spawn(|| {
            for index in 0.. {
                let sms = inbound_sms(&format!("SM{index}"), CUSTOMER, NUMBER, &format!("message {index}"));
                assert_eq!(sms.deliver(&server).unwrap().status, 200);
                taken.fetch_add(1, Ordering::Relaxed);
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        while taken.load(Ordering::Relaxed) < 20 {
            std::thread::sleep(Duration::from_millis(1));
        }
        let told = (taken.load(Ordering::Relaxed), back_up("copy.db", "sqlite:veralux.db"));
        stop.store(true, Ordering::Relaxed);
        told
    });
    assert!(done && said.contains("veralux.db.keys") && said.contains("\"bytes\":"), "{said}");
    for (file, database, why) in [
        ("copy.db", "sqlite:veralux.db", "not overwritten"),
        ("other.db", "sqlite:none.db", "there is no such file"),
        ("other.db", "postgresql://ann:hunter22@db/v", "pg_dump"),
    ] {
        let (done, said) = back_up(file, database);
        assert!(!done && said.contains(why) && !said.contains("hunter22"), "{said}");
    }
    assert!(!server.directory().join("other.db").exists());
    let path = |name: &str| server.directory().join(name).display().to_string();
    let (copy, keys) = (format!("sqlite:{}", path("copy.db")), path("veralux.db.keys"));
    let restored = Server::start(
        env!("CARGO_BIN_EXE_veralux"),
        &[("DATABASE_URL", &copy), ("VERALUX_ROOT_KEYS_FILE", &keys)],
    );
    assert!(inbox(&restored).len() >= before, "what was acknowledged before is in it");
    let chain: Value =
        serde_json::from_str(&restored.call("GET", "/api/admin/audit/verify?tenantId=oak", "").body).unwrap();
    assert_eq!(chain["whole"], true, "{chain}");
    let sms = inbound_sms("SM-after", CUSTOMER, NUMBER, "after");
    assert_eq!(sms.deliver(&restored).unwrap().status, 200);
}

#[test]
fn asked_to_stop_it_ends_what_is_under_way_and_ends_well() {
    for signal in ["TERM", "INT", "HUP"] {
        let mut server = server();
        let sms = inbound_sms("SM1", CUSTOMER, NUMBER, "hello");
        assert_eq!(sms.deliver(&server).unwrap().status, 200);
        assert!(server.end_by(signal).success(), "{signal}");
        assert!(server.log().contains("stopped"), "{signal}");
        assert!(server.try_call("GET", "/health", &[], "").is_none());
        server.restart();
        assert_eq!(inbox(&server).len(), 1);
    }
}

#[test]
fn the_first_start_shows_a_key_once_and_it_opens() {
    let mut server = Server::start(env!("CARGO_BIN_EXE_veralux"), &[("ADMIN_API_KEY", "")]);
    let output = server.output();
    let key = output.split_whitespace().find(|word| word.starts_with("vlx_")).unwrap().to_owned();
    let headers = [("authorization", &*format!("Bearer {key}"))];
    assert_eq!(server.send("GET", "/api/admin/tenants", &headers, "").status, 200);
    server.restart();
    assert_eq!(server.output().matches("vlx_").count(), 1, "not shown again");
    assert_eq!(server.send("GET", "/api/admin/tenants", &headers, "").status, 200, "it still opens");
    assert!(!server.log().contains(&key));
    let database = std::fs::read(server.directory().join("veralux.db")).unwrap();
    assert!(!database.windows(key.len()).any(|window| window == key.as_bytes()), "stored hashed only");
}

#[test]
fn nothing_personal_or_secret_is_in_the_log() {
    let server = server();
    let text = "my secret plan: call 415 555 7788 or ann@example.org";
    assert_eq!(inbound_sms("SM1", CUSTOMER, NUMBER, text).deliver(&server).unwrap().status, 200);
    assert_eq!(inbound_sms("SM2", CUSTOMER, "+19999999999", text).deliver(&server).unwrap().status, 200);
    for (method, path, body) in [
        ("POST", "/api/admin/tenants", r#"{"id":"a b","name":"x"}"#.to_owned()),
        ("POST", "/api/threads?tenantId=oak", format!(r#"{{"kind":"other","customerPhone":"{CUSTOMER}"}}"#)),
        ("POST", "/api/policy/scan?tenantId=oak", format!(r#"{{"text":"{text}"}}"#)),
        ("POST", "/api/policy/scan?tenantId=oak", format!(r#"{{"text":"{text}","extra":1}}"#)),
        ("GET", "/api/admin/runtime/dids/+15035550126", String::new()),
        ("POST", "/api/admin/auth/keys", r#"{"name":"k","role":"admin"}"#.to_owned()),
    ] {
        server.call(method, path, &body);
    }
    let forged = [("x-twilio-signature", "forged"), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(server.send("POST", INBOUND_SMS, &forged, "MessageSid=SM3&Body=hidden").status, 403);
    let log = logged(&server, "request.id", 9);
    for secret in [
        CUSTOMER.trim_start_matches('+'),
        NUMBER.trim_start_matches('+'),
        "9999999999",
        "5557788",
        "555 7788",
        "ann@",
        "secret plan",
        "hidden",
        ADMIN_KEY,
        "vlx_",
    ] {
        assert!(!log.contains(secret), "`{secret}` is in the log");
    }
    // The token is short enough to stand in a time by chance; as a value of its own it must not.
    assert!(!log.contains(&format!("\"{AUTH_TOKEN}\"")));
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
}

#[test]
fn a_forged_changed_or_unsigned_webhook_does_nothing() {
    // As long as a signature is.
    const FORGED: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let server = server();
    let good = inbound_sms("SM1", CUSTOMER, NUMBER, "hello");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let send = |signature: Option<&str>, path: &str, body: &str| {
        let mut headers = vec![form];
        headers.extend(signature.map(|signature| ("x-twilio-signature", signature)));
        let answer = server.send("POST", path, &headers, body);
        let problem: Value = serde_json::from_str(&answer.body).unwrap();
        (answer.status, problem["code"].as_str().unwrap().to_owned())
    };
    let changed = good.body.replace("hello", "hullo");
    let other_path = format!("{INBOUND_SMS}?x=1");
    for (name, signature, path, body, status, code) in [
        ("unsigned", None, INBOUND_SMS, &good.body, 400, "signature_missing"),
        ("forged", Some(FORGED), INBOUND_SMS, &good.body, 403, "signature_invalid"),
        ("changed", Some(&*good.signature), INBOUND_SMS, &changed, 403, "signature_invalid"),
        ("another URL", Some(&*good.signature), &*other_path, &good.body, 403, "signature_invalid"),
    ] {
        assert_eq!(send(signature, path, body), (status, code.to_owned()), "{name}");
    }
    assert!(inbox(&server).is_empty());
    // A status callback whose URL names a tenant that there is, and one that there is not.
    for tenant in ["oak", "15035550126"] {
        let path = format!("/webhooks/twilio/status-callback?tenant={tenant}");
        assert_eq!(send(Some(FORGED), &path, "MessageSid=SM1&MessageStatus=sent").0, 403);
    }
    assert_eq!(good.deliver(&server).unwrap().status, 200);
    let log = logged(&server, r#""http.route":"/webhooks"#, 7);
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let whose = |status: u64| -> Vec<&str> {
        let of_webhooks = lines.iter().filter(|line| {
            line["http.status"] == status && line["http.route"].as_str().unwrap().starts_with("/webhooks")
        });
        of_webhooks.map(|line| line["tenant.id"].as_str().unwrap()).collect()
    };
    assert_eq!(whose(403), ["oak", "oak", "oak", "oak", "-"], "whose the refused ones were");
    assert_eq!(whose(200), ["oak"]);
    assert_eq!(good.deliver(&server).unwrap().status, 200, "a repeat is answered and does nothing");
    assert_eq!(inbox(&server).len(), 1);
}

#[test]
fn of_fifty_calls_at_once_ten_are_connected() {
    let server = Server::start(
        env!("CARGO_BIN_EXE_veralux"),
        &[("VOICE_STREAM_URL", "wss://voice.example.com/streams")],
    );
    assert_eq!(server.call("POST", "/api/admin/tenants", r#"{"id":"oak","name":"Oak"}"#).status, 201);
    let config = format!(
        r#"{{"contractVersion":"v1","tenantId":"oak","dids":["{NUMBER}"],"webhookSecret":"s3cret",
        "caps":{{"maxConcurrentCallsTenant":10,"maxCallsPerMinuteTenant":1000}},"stt":{{"mode":"disabled","chunkMs":20}},
        "tts":{{"mode":"kokoro_http","kokoroUrl":"http://kokoro"}},"audio":{{}}}}"#
    );
    let published = server.call("POST", "/api/admin/runtime/tenants/oak/config", &config);
    assert!(published.status < 300, "{}", published.body);
    let answers: Vec<String> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..50)
            .map(|index| {
                let server = &server;
                scope.spawn(move || {
                    let answer =
                        inbound_call(&format!("CA{index}"), CUSTOMER, NUMBER).deliver(server).unwrap();
                    assert_eq!(answer.status, 200, "{}", answer.body);
                    answer.body
                })
            })
            .collect();
        calls.into_iter().map(|call| call.join().unwrap()).collect()
    });
    let connected = answers.iter().filter(|answer| answer.contains("<Connect>")).count();
    let busy =
        answers.iter().filter(|answer| answer.contains("busy") && answer.contains("<Hangup/>")).count();
    assert_eq!((connected, busy), (10, 40));
    let open = server.call("GET", "/api/calls?tenantId=oak&open=true&limit=200", "");
    let open: Value = serde_json::from_str(&open.body).unwrap();
    assert_eq!(open["items"].as_array().unwrap().len(), 10);
    let log = server.log();
    assert!(!log.contains(CUSTOMER.trim_start_matches('+')) && !log.contains(NUMBER.trim_start_matches('+')));
}

#[test]
fn whom_a_proxy_names_is_counted_only_where_the_proxy_is_known() {
    let refused = |server: &Server, lines: &[&str]| {
        let mut headers = vec![("authorization", "Bearer vlx_guess")];
        headers.extend(lines.iter().map(|line| ("x-forwarded-for", *line)));
        server.send("GET", "/api/threads", &headers, "").status
    };
    let start = |proxies| {
        let (a_day, proxies) = (("ADMIN_RATE_WINDOW_MS", "86400000"), ("TRUSTED_PROXIES", proxies));
        let variables = [("ADMIN_RATE_MAX", "2"), a_day, proxies];
        Server::start(env!("CARGO_BIN_EXE_veralux"), &variables)
    };
    let known = start("127.0.0.0/8, 10.0.0.0/8");
    for (lines, status) in [
        (&["203.0.113.1"][..], 401),
        // What he says of himself changes nothing.
        (&["198.51.100.1, 203.0.113.1"], 401),
        (&["198.51.100.2", "203.0.113.1, 10.0.0.1"], 429),
        (&["203.0.113.2"], 401),
        (&["2001:db8::1"], 401),
        (&["[2001:db8::2]:4711"], 401),
        (&["2001:db8::3"], 429),
    ] {
        assert_eq!(refused(&known, lines), status, "{lines:?}");
    }
    assert_eq!(known.call("GET", "/api/admin/tenants", "").status, 200, "who has a key is counted by it");
    let unknown = start("10.0.0.0/8");
    for (line, status) in [("203.0.113.1", 401), ("203.0.113.2", 401), ("203.0.113.3", 429)] {
        assert_eq!(refused(&unknown, &[line]), status, "{line}");
    }
    for server in [known, unknown] {
        let log = server.log();
        assert!(!log.contains("203.0.113") && !log.contains("2001:"), "{log}");
    }
}
