//! Snapshot documents: what is read, what is refused, and where the fault is.

use serde_json::{Value, json};
use veralux_core::routing::{MAX_SNAPSHOT_BYTES, Ruleset, Snapshot, decide, route_line};

/// A document in which every field is given.
fn full() -> Value {
    json!({
        "tenant": {"id": "t1", "status": "active"},
        "thread": {"id": "th1", "status": "active", "customerId": "c1", "optedOut": false},
        "number": {"id": "n1", "class": "pool", "status": "active"},
        "at": "2026-01-19T14:30:00Z",
        "direction": "inbound",
        "sender": {"role": "customer", "id": "c1", "mapped": true},
        "findings": {"phone": 0, "email": 0, "url": 0, "social": 0},
        "overrides": [{
            "id": "o1", "target": {"kind": "staff", "id": "s2"}, "startsAt": "2026-01-19T10:00:00Z",
            "endsAt": "2026-01-19T12:00:00Z", "createdAt": "2026-01-19T09:00:00Z", "removedAt": null, "reason": "ill"
        }],
        "windows": [{"id": "w1", "staffId": "s1", "startsAt": "2026-01-19T09:00:00Z", "endsAt": "2026-01-19T18:00:00Z"}]
    })
}

/// The full document with another value at a pointer (RFC 6901), or without it.
fn with(pointer: &str, value: Option<Value>) -> Value {
    let mut document = full();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match (document.pointer_mut(parent).unwrap(), value) {
        (Value::Object(fields), Some(value)) => _ = fields.insert(name.to_owned(), value),
        (Value::Object(fields), None) => assert!(fields.remove(name).is_some(), "{pointer}"),
        (Value::Array(items), Some(value)) => items.push(value),
        _ => panic!("{pointer} names nothing"),
    }
    document
}

fn paths(document: &str) -> Vec<String> {
    match Snapshot::parse(document.as_bytes()) {
        Ok(_) => vec![],
        Err(faults) => faults.into_iter().map(|fault| fault.path).collect(),
    }
}

#[test]
fn every_field_must_be_there_but_these() {
    let optional = ["/overrides/0/endsAt", "/overrides/0/removedAt", "/sender/id"];
    let mut checked = 0;
    let mut open = vec![(String::new(), full())];
    while let Some((pointer, value)) = open.pop() {
        let children: Vec<(String, Value)> = match value {
            Value::Object(fields) => fields.into_iter().collect(),
            Value::Array(items) => {
                open.extend(
                    items.into_iter().enumerate().map(|(index, item)| (format!("{pointer}/{index}"), item)),
                );
                continue;
            }
            _ => continue,
        };
        for (name, child) in children {
            let pointer = format!("{pointer}/{name}");
            let expected = if optional.contains(&pointer.as_str()) {
                vec![]
            } else {
                vec![pointer.trim_start_matches('/').replace('/', ".")]
            };
            assert_eq!(paths(&with(&pointer, None).to_string()), expected, "without {pointer}");
            open.push((pointer, child));
            checked += 1;
        }
    }
    assert_eq!(checked, 38);
}

#[test]
fn accepted_documents() {
    for (what, document) in [
        ("all fields", full()),
        ("no thread", with("/thread", Some(Value::Null))),
        ("no number", with("/number", Some(Value::Null))),
        ("no end", with("/overrides/0/endsAt", Some(Value::Null))),
        ("another offset and nine digits", with("/at", Some(json!("2026-01-19T15:30:00.123456789+01:00")))),
        ("client", with("/sender/role", Some(json!("client")))),
        ("sitter", with("/sender/role", Some(json!("sitter")))),
        ("a sitter's number", with("/number/class", Some(json!("sitter")))),
        ("an override to a sitter", with("/overrides/0/target/kind", Some(json!("sitter")))),
        (
            "an override to the client",
            with("/overrides/0/target", Some(json!({"kind": "client", "id": "c1"}))),
        ),
        (
            "an override to the owner",
            with("/overrides/0/target", Some(json!({"kind": "owner_inbox", "id": null}))),
        ),
        ("the greatest count", with("/findings/url", Some(json!(u32::MAX)))),
        ("an id of 128 bytes", with("/thread/id", Some(json!("x".repeat(128))))),
    ] {
        assert_eq!(paths(&document.to_string()), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn aliases_mean_the_same() {
    let text = full().to_string();
    let old = text.replace("\"customerId\"", "\"clientId\"").replace("\"staffId\"", "\"sitterId\"");
    let old = old.replace("\"customer\"", "\"client\"").replace("\"kind\":\"staff\"", "\"kind\":\"sitter\"");
    assert_ne!(text, old);
    let hash = |text: &str| text.parse::<Snapshot>().unwrap().hash();
    assert_eq!(hash(&text), hash(&old));
}

#[test]
fn refused_documents() {
    let window = |id: &str, start: &str, end: &str| json!({"id": id, "staffId": "s1", "startsAt": start, "endsAt": end});
    let (nine, six) = ("2026-01-19T09:00:00Z", "2026-01-19T18:00:00Z");
    for (what, pointer, value, path) in [
        ("an unknown field", "/tenant/plan", json!("gold"), "tenant.plan"),
        ("an unknown field at the root", "/extra", json!(1), "extra"),
        ("an alias beside its name", "/thread/clientId", json!("c1"), "thread.customerId"),
        ("an unknown status", "/tenant/status", json!("paused"), "tenant.status"),
        ("a word in capitals", "/direction", json!("Inbound"), "direction"),
        ("an unknown class", "/number/class", json!("shared"), "number.class"),
        ("an empty id", "/thread/id", json!(""), "thread.id"),
        ("an id of 129 bytes", "/thread/id", json!("x".repeat(129)), "thread.id"),
        ("a control character", "/number/id", json!("n\u{0}1"), "number.id"),
        ("a tenant id with a blank", "/tenant/id", json!("t 1"), "tenant.id"),
        ("a number for an id", "/sender/id", json!(7), "sender.id"),
        ("a text for a flag", "/sender/mapped", json!("true"), "sender.mapped"),
        ("null for a flag", "/thread/optedOut", json!(null), "thread.optedOut"),
        ("no zone", "/at", json!("2026-01-19T14:30:00"), "at"),
        ("a leap second", "/at", json!("2016-12-31T23:59:60Z"), "at"),
        (
            "a day that does not exist",
            "/windows/0/startsAt",
            json!("2026-02-30T00:00:00Z"),
            "windows.0.startsAt",
        ),
        ("a negative count", "/findings/phone", json!(-1), "findings.phone"),
        ("half a finding", "/findings/email", json!(0.5), "findings.email"),
        ("too great a count", "/findings/url", json!(4_294_967_296_u64), "findings.url"),
        ("null for a list", "/windows", json!(null), "windows"),
        ("an object for a list", "/overrides", json!({}), "overrides"),
        ("a text for an item", "/windows/1", json!("w2"), "windows.1"),
        ("an end at its start", "/windows/0/endsAt", json!(nine), "windows.0.endsAt"),
        ("an override's end before its start", "/overrides/0/endsAt", json!(nine), "overrides.0.endsAt"),
        ("a window without an end", "/windows/0/endsAt", json!(null), "windows.0.endsAt"),
        ("two windows with one id", "/windows/1", window("w1", nine, six), "windows.1.id"),
        (
            "a staff member without an id",
            "/sender",
            json!({"role": "staff", "id": null, "mapped": true}),
            "sender.id",
        ),
        ("a target without an id", "/overrides/0/target", json!({"kind": "staff"}), "overrides.0.target.id"),
        (
            "an owner inbox with an id",
            "/overrides/0/target",
            json!({"kind": "owner_inbox", "id": "x"}),
            "overrides.0.target.id",
        ),
        (
            "another customer",
            "/overrides/0/target",
            json!({"kind": "customer", "id": "c2"}),
            "overrides.0.target.id",
        ),
        ("an overlong reason", "/overrides/0/reason", json!("x".repeat(4097)), "overrides.0.reason"),
    ] {
        assert_eq!(paths(&with(pointer, Some(value)).to_string()), [path], "{what}");
    }
}

#[test]
fn texts_that_are_no_documents() {
    let text = full().to_string();
    let twice = text.replacen("\"at\":", "\"at\":\"2026-01-19T14:30:00Z\",\"at\":", 1);
    assert_eq!(paths(&twice), ["at"]);
    for document in
        ["", "null", "[]", "{", "\u{feff}{}", &format!("{text}{text}"), &" ".repeat(MAX_SNAPSHOT_BYTES + 1)]
    {
        assert_eq!(paths(document), [""], "{document:.20}");
    }
    assert_eq!(Snapshot::parse(b"\xff").unwrap_err()[0].message, "must be UTF-8 (see byte 0)");
}

#[test]
fn all_faults_are_listed_at_once() {
    let mut document = with("/tenant/status", Some(json!("paused")));
    document["sender"].as_object_mut().unwrap().remove("mapped");
    document["overrides"][0]["endsAt"] = json!("2026-01-19T10:00:00Z");
    document["windows"] =
        json!([{"id": "w1", "staffId": "", "startsAt": "x", "endsAt": "2026-01-19T18:00:00Z"}, {"id": "w1"}]);
    let expected = [
        "tenant.status",
        "sender.mapped",
        "overrides.0.endsAt",
        "windows.0.staffId",
        "windows.0.startsAt",
        "windows.1.staffId",
        "windows.1.startsAt",
        "windows.1.endsAt",
        "windows.1.id",
    ];
    assert_eq!(paths(&document.to_string()), expected);
    let mut out = String::new();
    assert!(!route_line(document.to_string().as_bytes(), &Ruleset::standard(), &mut out));
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["error"]["code"], "invalid_snapshot");
    assert_eq!(answer["error"]["errors"].as_array().unwrap().len(), 9);
    assert_eq!(
        answer["error"]["errors"][0],
        json!({"path": "tenant.status", "message": "must be one of active, suspended"})
    );
}

#[test]
fn ten_thousand_windows_with_the_longest_ids() {
    let mut document = full();
    let windows = (0..10_000).map(|index| {
        let (day, hour) = (index / 24 % 28 + 1, index % 23);
        json!({"id": format!("{index:0128}"), "staffId": format!("{:0128}", index % 40),
            "startsAt": format!("2026-01-{day:02}T{hour:02}:00:00.123456+00:00"), "endsAt": format!("2026-01-{day:02}T{:02}:30:00.123456+00:00", hour + 1)})
    });
    document["windows"] = windows.collect();
    let snapshot: Snapshot = document.to_string().parse().unwrap();
    assert_eq!(snapshot.facts().windows.windows().len(), 10_000);
    assert_eq!(decide(&snapshot, &Ruleset::standard()).reason().as_str(), "window_conflict");
}

/// The encoding of the module's documentation, written out by hand.
#[test]
fn the_hash_is_that_of_the_documented_bytes() {
    use sha2::{Digest, Sha256};
    let text = |bytes: &mut Vec<u8>, text: &str| {
        bytes.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
        bytes.extend(text.as_bytes());
    };
    let instant = |bytes: &mut Vec<u8>, second: i64| bytes.extend((second * 1_000_000).to_be_bytes());
    let midnight = 1_768_780_800;
    let mut windows = b"veralux/routing/windows\x00\x01\x00\x00\x00\x01".to_vec();
    text(&mut windows, "w1");
    text(&mut windows, "s1");
    instant(&mut windows, midnight + 9 * 3600);
    instant(&mut windows, midnight + 18 * 3600);
    let mut bytes = b"veralux/routing/snapshot\x00\x01".to_vec();
    text(&mut bytes, "t1");
    bytes.extend([0, 1]);
    text(&mut bytes, "th1");
    bytes.push(0);
    text(&mut bytes, "c1");
    bytes.extend([0, 1]);
    text(&mut bytes, "n1");
    bytes.extend([2, 0]);
    instant(&mut bytes, midnight + 14 * 3600 + 30 * 60);
    bytes.extend([0, 0, 1]);
    text(&mut bytes, "c1");
    bytes.push(1);
    bytes.extend([0; 16]);
    bytes.extend([0, 0, 0, 1]);
    text(&mut bytes, "o1");
    bytes.push(0);
    text(&mut bytes, "s2");
    instant(&mut bytes, midnight + 10 * 3600);
    bytes.push(1);
    instant(&mut bytes, midnight + 12 * 3600);
    instant(&mut bytes, midnight + 9 * 3600);
    bytes.push(0);
    text(&mut bytes, "ill");
    bytes.extend(Sha256::digest(&windows));
    let snapshot: Snapshot = full().to_string().parse().unwrap();
    assert_eq!(snapshot.hash().as_bytes()[..], Sha256::digest(&bytes)[..]);
}
