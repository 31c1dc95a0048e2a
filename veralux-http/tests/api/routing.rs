use axum::http::Method;
use serde_json::{Value, json};
use veralux_core::port::Page;
use veralux_core::routing::{Ruleset, Snapshot, decide};

use crate::server::{CUSTOMER, FRONT_DESK, POOL, ROOT, START, STRANGER, Server, t1};

const SIMULATE: &str = "/api/routing/simulate";

async fn simulate(server: &Server, body: &Value) -> Value {
    let answer = server.post(&server.viewer, SIMULATE, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn scenarios_and_their_answers() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let customer =
        server.get(&server.viewer, &format!("/api/threads/{thread}")).await.json()["customerId"].clone();
    let (desk, pool) = (server.number(FRONT_DESK).await, server.number(POOL).await);
    let window = json!({"threadId": thread, "staffId": "anna", "startsAt": "2026-01-19T16:00:00+01:00", "endsAt": "2026-01-19T16:00:00Z"});
    assert_eq!(server.post(&server.admin, "/api/assignments/windows", &window).await.status, 201);
    let later = "2026-01-19T15:00:00Z";
    for (what, body, action, reason) in [
        ("a thread", json!({"threadId": thread}), "deliver", "no_active_window"),
        ("at an instant", json!({"threadId": thread, "timestamp": later}), "deliver", "window_active"),
        ("with a text", json!({"threadId": thread, "text": "ann@example.org"}), "flag", "no_active_window"),
        (
            "a customer and a number",
            json!({"customerId": customer, "numberId": desk}),
            "deliver",
            "no_active_window",
        ),
        (
            "a customer elsewhere",
            json!({"customerId": customer, "numberId": pool}),
            "deliver",
            "thread_unknown",
        ),
        ("the owner", json!({"threadId": thread, "direction": "outbound"}), "deliver", "outbound_allowed"),
        ("staff too early", json!({"threadId": thread, "staffId": "anna"}), "block", "outside_window"),
        (
            "staff in time",
            json!({"threadId": thread, "staffId": "anna", "direction": "outbound", "timestamp": later}),
            "deliver",
            "outbound_allowed",
        ),
    ] {
        let answer = simulate(&server, &body).await;
        assert_eq!(
            (&answer["decision"]["action"], &answer["decision"]["reason"]),
            (&json!(action), &json!(reason)),
            "{what}"
        );
        assert_eq!(answer["decision"]["trace"].as_array().unwrap().len(), 12, "{what}");
    }
    assert_eq!(simulate(&server, &json!({"threadId": thread})).await["nextChangeAt"], later);
    let ended = json!({"threadId": thread, "timestamp": "2026-01-19T16:00:00Z"});
    assert_eq!(simulate(&server, &ended).await["nextChangeAt"], Value::Null);
}

#[tokio::test]
async fn scenarios_that_are_refused() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let snapshot = simulate(&server, &json!({"threadId": thread})).await["snapshot"].clone();
    let with = |name: &str, value: Value| {
        let mut body = json!({ "snapshot": snapshot });
        body[name] = value;
        body
    };
    for (what, body, status, code) in [
        ("nothing", json!({}), 400, "invalid_scenario"),
        ("a null snapshot", json!({"snapshot": null}), 400, "invalid_scenario"),
        ("a customer alone", json!({"customerId": "c1"}), 400, "invalid_scenario"),
        ("a number alone", json!({"numberId": "n1"}), 400, "invalid_scenario"),
        ("thread and customer", json!({"threadId": thread, "customerId": "c1"}), 400, "invalid_scenario"),
        ("thread and number", json!({"threadId": thread, "numberId": "n1"}), 400, "invalid_scenario"),
        ("snapshot and thread", with("threadId", json!(thread)), 400, "invalid_scenario"),
        ("snapshot and instant", with("timestamp", json!(START)), 400, "invalid_scenario"),
        ("snapshot and text", with("text", json!("hi")), 400, "invalid_scenario"),
        (
            "staff inbound",
            json!({"threadId": thread, "staffId": "anna", "direction": "inbound"}),
            400,
            "invalid_scenario",
        ),
        ("no zone", json!({"threadId": thread, "timestamp": "2026-01-19T15:00:00"}), 400, "invalid_body"),
        ("no direction", json!({"threadId": thread, "direction": "up"}), 400, "invalid_body"),
        ("an empty id", json!({"threadId": ""}), 400, "invalid_body"),
        ("unknown thread", json!({"threadId": "thr_none"}), 404, "thread_not_found"),
        ("unknown customer", json!({"customerId": "c0", "numberId": "n0"}), 404, "customer_not_found"),
        ("no snapshot", json!({"snapshot": 5}), 422, "invalid_snapshot"),
        ("an unknown field in it", json!({"snapshot": {"colour": 1}}), 422, "invalid_snapshot"),
    ] {
        let answer = server.post(&server.viewer, SIMULATE, &body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
    }
}

/// The bytes between the braces of `snapshot` reach the engine, and its bytes come back.
#[tokio::test]
async fn a_snapshot_goes_through_byte_for_byte() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    let own = server.post(&server.viewer, SIMULATE, &json!({"threadId": thread})).await;
    let snapshot = member(&own.text, "snapshot", "decision");
    let again = server
        .call(Method::POST, SIMULATE, &server.viewer, &[], &format!("{{ \"snapshot\" : {snapshot} }}"))
        .await;
    assert_eq!(again.text, own.text);
    let parsed = Snapshot::parse(snapshot.as_bytes()).unwrap();
    assert_eq!(snapshot, parsed.to_json());
    assert_eq!(
        member(&own.text, "decision", "nextChangeAt"),
        decide(&parsed, &Ruleset::standard()).to_json()
    );

    let twice = snapshot.replacen(
        "\"direction\":\"inbound\"",
        "\"direction\":\"inbound\",\"direction\":\"inbound\"",
        1,
    );
    for (what, snapshot, status, code, path) in [
        ("a field given twice", twice, 422, "invalid_snapshot", "snapshot.direction"),
        (
            "another tenant",
            snapshot.replace("\"t1\"", "\"t2\""),
            400,
            "tenant_mismatch",
            "snapshot.tenant.id",
        ),
        ("a zone-less instant", snapshot.replace("00Z\"", "00\""), 422, "invalid_snapshot", "snapshot.at"),
        (
            "a fact that is absent",
            snapshot.replace(",\"optedOut\":false", ""),
            422,
            "invalid_snapshot",
            "snapshot.thread.optedOut",
        ),
    ] {
        let body = format!("{{\"snapshot\":{snapshot}}}");
        let answer = server.call(Method::POST, SIMULATE, &server.viewer, &[], &body).await;
        assert_eq!(answer.outcome(), (status, code.to_owned()), "{what}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["path"], path, "{what}");
    }
}

/// The text of a member that is followed by another.
fn member<'a>(text: &'a str, name: &str, next: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("\"{name}\":")).unwrap();
    rest.split_once(&format!(",\"{next}\":")).unwrap().0
}

#[tokio::test]
async fn simulating_and_replaying_write_nothing() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    server.receive("SM1", CUSTOMER, FRONT_DESK, "hello").await;
    let decision = history(&server, &thread).await["items"][0]["id"].as_str().unwrap().to_owned();
    let events = server.events().await;
    let thread_before = server.get(&server.viewer, &format!("/api/threads/{thread}")).await.text;
    for key in [&server.viewer, &server.admin] {
        assert_eq!(server.post(key, SIMULATE, &json!({"threadId": thread, "text": "x"})).await.status, 200);
        let path = format!("/api/routing/decisions/{decision}/replay");
        assert_eq!(server.call(Method::POST, &path, key, &[], "").await.status, 200);
    }
    assert_eq!(server.events().await, events);
    assert_eq!(server.get(&server.viewer, &format!("/api/threads/{thread}")).await.text, thread_before);
    assert_eq!(history(&server, &thread).await["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_rules_are_those_that_decide() {
    let server = Server::start().await;
    for key in [ROOT, &server.viewer, &server.auditor] {
        let answer = server.get(key, "/api/routing/rules").await;
        assert_eq!(answer.status, 200);
        let (body, ruleset) = (answer.json(), Ruleset::standard());
        assert_eq!(body["version"], ruleset.version());
        assert_eq!(body["hash"], ruleset.hash().to_string());
        let rules = body["rules"].as_array().unwrap();
        assert_eq!(rules.len(), 12);
        for (rule, own) in rules.iter().zip(ruleset.rules()) {
            let expected = json!({"name": own.name, "version": own.version, "description": own.description, "safety": own.safety});
            assert_eq!(*rule, expected);
        }
    }
}

async fn history(server: &Server, thread: &str) -> Value {
    let answer = server.get(&server.viewer, &format!("/api/routing/threads/{thread}/history")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn history_is_newest_first_with_traces() {
    let server = Server::start().await;
    let thread = server.thread("one_time", CUSTOMER).await;
    assert_eq!(history(&server, &thread).await, json!({"items": [], "nextCursor": null}));
    for event in ["SM1", "SM2", "SM3"] {
        server.receive(event, CUSTOMER, POOL, "hello").await;
        server.clock.advance(1_000_000);
    }
    server.receive("SM4", STRANGER, POOL, "not of this thread").await;
    let all = history(&server, &thread).await;
    let instants: Vec<_> =
        all["items"].as_array().unwrap().iter().map(|item| item["at"].as_str().unwrap()).collect();
    assert_eq!(instants, ["2026-01-19T14:30:02Z", "2026-01-19T14:30:01Z", "2026-01-19T14:30:00Z"]);
    let newest = &all["items"][0];
    assert_eq!(newest["threadId"], thread);
    assert_eq!(newest["decision"]["trace"].as_array().unwrap().len(), 12);
    assert_eq!(newest["snapshot"]["thread"]["id"], thread);

    let path = format!("/api/routing/threads/{thread}/history?limit=2");
    let first = server.get(&server.viewer, &path).await.json();
    let cursor = first["nextCursor"].as_str().unwrap();
    let second = server.get(&server.viewer, &format!("{path}&cursor={cursor}")).await.json();
    let paged: Vec<_> =
        [&first, &second].iter().flat_map(|page| page["items"].as_array().unwrap().clone()).collect();
    assert_eq!(json!(paged), all["items"]);
    assert_eq!(second["nextCursor"], Value::Null);

    let stored =
        server.stores.decisions.list(&t1(), &thread.parse().unwrap(), &Page::newest(1)).await.unwrap();
    let text = server.get(&server.viewer, &path).await.text;
    assert!(
        text.contains(&stored.items[0].decision) && text.contains(&stored.items[0].snapshot),
        "byte for byte"
    );
}

#[tokio::test]
async fn a_replay_says_identical() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    server.receive("SM1", CUSTOMER, FRONT_DESK, "mail ann@example.org").await;
    let decision = history(&server, &thread).await["items"][0]["id"].clone();
    let path = format!("/api/routing/decisions/{}/replay", decision.as_str().unwrap());
    for _ in 0..2 {
        let answer = server.call(Method::POST, &path, &server.viewer, &[], "").await;
        assert_eq!(answer.json(), json!({"decisionId": decision, "identical": true, "difference": null}));
    }
    let answer =
        server.call(Method::POST, "/api/routing/decisions/dec_none/replay", &server.viewer, &[], "").await;
    assert_eq!(answer.outcome(), (404, "decision_not_found".to_owned()));
}

/// A decision that another ruleset made: the answer names the step and both rulesets.
#[tokio::test]
async fn a_replay_names_the_step_that_differs() {
    let server = Server::start().await;
    let thread = server.thread("other", CUSTOMER).await;
    server.receive("SM1", CUSTOMER, FRONT_DESK, "hello").await;
    let page = Page::newest(1);
    let mut record =
        server.stores.decisions.list(&t1(), &thread.parse().unwrap(), &page).await.unwrap().items.remove(0);
    let hash = Ruleset::standard().hash().to_string();
    let old = format!("sha256:{}", "0".repeat(64));
    record.id = "dec_old".parse().unwrap();
    record.decision = record.decision.replace(&hash, &old).replacen(
        "\"rule\":\"opt_out\",\"outcome\":\"pass\"",
        "\"rule\":\"opt_out\",\"outcome\":\"also_applies\"",
        1,
    );
    let commit =
        veralux_core::port::Commit::new(t1(), record.at).change(veralux_core::port::Change::Decision(record));
    server.stores.ledger.commit(commit).await.unwrap();
    let answer =
        server.call(Method::POST, "/api/routing/decisions/dec_old/replay", &server.viewer, &[], "").await;
    let expected = json!({
        "decisionId": "dec_old",
        "identical": false,
        "difference": {
            "step": 6, "rule": "opt_out", "fields": ["trace", "rulesetHash"],
            "storedRuleset": {"version": "1.0.0", "hash": old},
            "ruleset": {"version": "1.0.0", "hash": hash},
        },
    });
    assert_eq!(answer.json(), expected);
}
