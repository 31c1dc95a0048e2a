use proptest::prelude::*;
use serde_json::json;

use super::*;

type Tamper<T> = fn(&mut T);

fn tenant(text: &str) -> TenantId {
    TenantId::parse(text).unwrap()
}

fn label(text: &str) -> Label {
    Label::parse(text).unwrap()
}

fn draft(number: usize) -> Draft {
    Draft {
        event_type: EventType::parse("number.quarantined").unwrap(),
        actor: Actor {
            kind: ActorKind::ApiKey,
            id: Some(label("key_1")),
            role: Some(Name::parse("admin").unwrap()),
        },
        entity: Entity { kind: Name::parse("number").unwrap(), id: label(&format!("num_{number}")) },
        request_id: Some(label("req_1")),
        correlation_id: None,
        payload: Payload::parse(&json!({"days": 90, "reason": "spam"})).unwrap(),
    }
}

fn chain(length: usize) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    for number in 1..=length {
        let head = events.last().map_or(Head::GENESIS, Event::head);
        let id = EventId::parse(&format!("evt_{number}")).unwrap();
        let at = Instant::from_micros(i64::try_from(number).unwrap() * 1_000_000);
        events.push(seal(head, tenant("t1"), at, id, draft(number)));
    }
    events
}

#[test]
fn golden_chain() {
    // Hashes computed apart from this crate, from the encoding that `digest` describes (see the module docs).
    let hashes: Vec<String> = chain(2).iter().map(|event| event.hash.to_string()).collect();
    assert_eq!(
        hashes,
        [
            "sha256:a0fb621d620264728fe94b9aad0c998be1c8a25397ac4f2b3f3977ee5e30dade",
            "sha256:fd9cec489fe23c5d1497769442587177e5f3c56598fb1c187f811fd44ba21339"
        ]
    );
}

#[test]
fn wire_format() {
    let event = chain(1).remove(0);
    let value = serde_json::to_value(&event).unwrap();
    assert_eq!(
        value,
        json!({
            "id": "evt_1", "tenantId": "t1", "sequence": 1, "at": "1970-01-01T00:00:01Z",
            "type": "number.quarantined",
            "actor": {"kind": "api_key", "id": "key_1", "role": "admin"},
            "entity": {"kind": "number", "id": "num_1"},
            "requestId": "req_1", "correlationId": null,
            "payload": {"days": 90, "reason": "spam"},
            "previous": Digest::ZERO.to_string(), "hash": event.hash.to_string(),
        })
    );
    let text = value.to_string();
    assert_eq!(serde_json::from_str::<Event>(&text).unwrap(), event);
}

#[test]
fn whole_chains() {
    for length in [0, 1, 2, 9] {
        let events = chain(length);
        let head = events.last().map_or(Head::GENESIS, Event::head);
        for expected in [None, Some(head)] {
            let verdict = verify(tenant("t1"), &events, expected);
            assert_eq!(verdict, Verdict { head, broken: None }, "{length} events");
        }
    }
}

#[test]
fn a_chain_is_verified_in_parts() {
    let events = chain(6);
    let mut first = Verifier::new(tenant("t1"), None);
    events[..4].iter().for_each(|event| first.push(event).unwrap());
    let mut second = Verifier::resume(tenant("t1"), first.finish().unwrap(), Some(events[5].head()));
    events[4..].iter().for_each(|event| second.push(event).unwrap());
    assert_eq!(second.finish(), Ok(events[5].head()));
}

#[test]
fn the_tail_needs_a_head_kept_elsewhere() {
    let events = chain(5);
    let head = events[4].head();
    assert_eq!(verify(tenant("t1"), &events[..3], None).broken, None);
    let cut = Break { sequence: 3, cause: Cause::Truncated { expected: 5 } };
    assert_eq!(verify(tenant("t1"), &events[..3], Some(head)).broken, Some(cut));

    let mut rewritten = events[..4].to_vec();
    let id = EventId::parse("evt_other").unwrap();
    rewritten.push(seal(events[3].head(), tenant("t1"), Instant::from_micros(0), id, draft(5)));
    assert_eq!(verify(tenant("t1"), &rewritten, None).broken, None);
    let other = Break { sequence: 5, cause: Cause::OtherHead };
    assert_eq!(verify(tenant("t1"), &rewritten, Some(head)).broken, Some(other));
    // A chain that grew since the head was read is whole.
    assert_eq!(verify(tenant("t1"), &events, Some(events[2].head())).broken, None);
}

#[test]
fn breaks_are_named() {
    let cases: [(&str, Tamper<Vec<Event>>, Break); 7] = [
        ("an event is removed", |e| drop(e.remove(2)), at(4, Cause::Sequence { expected: 3 })),
        ("the first is removed", |e| drop(e.remove(0)), at(2, Cause::Sequence { expected: 1 })),
        ("two are swapped", |e| e.swap(1, 2), at(3, Cause::Sequence { expected: 2 })),
        ("one stands twice", |e| e.insert(2, e[1].clone()), at(2, Cause::Sequence { expected: 3 })),
        ("another tenant's", |e| e[1].tenant_id = tenant("t2"), at(2, Cause::OtherTenant)),
        ("changed content", |e| e[1].at = Instant::from_micros(0), at(2, Cause::Hash)),
        (
            "changed and hashed again",
            |e| {
                e[1].at = Instant::from_micros(0);
                e[1].hash = e[1].expected_hash();
            },
            at(3, Cause::Previous),
        ),
    ];
    for (what, change, broken) in cases {
        let mut events = chain(5);
        change(&mut events);
        assert_eq!(verify(tenant("t1"), &events, None).broken, Some(broken), "{what}");
    }
}

fn at(sequence: u64, cause: Cause) -> Break {
    Break { sequence, cause }
}

#[test]
fn a_verifier_stays_at_its_first_break() {
    let events = chain(4);
    let mut verifier = Verifier::new(tenant("t1"), None);
    let broken = verifier.push(&events[1]).unwrap_err();
    assert_eq!(verifier.push(&events[0]), Err(broken));
    assert_eq!(verifier.finish(), Err(broken));
}

/// Every field of an event, each changed to another valid value.
const CHANGES: &[(&str, Tamper<Event>)] = &[
    ("id", |e| e.id = EventId::parse("evt_x").unwrap()),
    ("tenant", |e| e.tenant_id = tenant("t2")),
    ("sequence", |e| e.sequence += 1),
    ("at", |e| e.at = e.at.plus(1)),
    ("type", |e| e.draft.event_type = EventType::parse("number.restored").unwrap()),
    ("actor kind", |e| e.draft.actor.kind = ActorKind::System),
    ("actor id", |e| e.draft.actor.id = None),
    ("actor role", |e| e.draft.actor.role = None),
    ("entity kind", |e| e.draft.entity.kind = Name::parse("thread").unwrap()),
    ("entity id", |e| e.draft.entity.id = label("num_x")),
    ("request", |e| e.draft.request_id = Some(label("req_x"))),
    // A value that moves to the neighbouring field must not go unnoticed.
    ("request to correlation", |e| std::mem::swap(&mut e.draft.request_id, &mut e.draft.correlation_id)),
    ("payload", |e| e.draft.payload = Payload::parse(&json!({"days": 91, "reason": "spam"})).unwrap()),
    ("no payload", |e| e.draft.payload = Payload::empty()),
    ("previous", |e| e.previous = Digest::from_bytes([9; 32])),
    ("hash", |e| e.hash = Digest::from_bytes([9; 32])),
];

proptest! {
    #[test]
    fn every_change_shows(length in 1usize..12, place: prop::sample::Index, change: prop::sample::Index) {
        let mut events = chain(length);
        let head = events.last().map(Event::head);
        let (what, change) = CHANGES[change.index(CHANGES.len())];
        let place = place.index(length);
        change(&mut events[place]);
        let broken = verify(tenant("t1"), &events, head).broken;
        prop_assert!(broken.is_some(), "{} of event {}", what, place + 1);
    }

    #[test]
    fn every_rearrangement_shows(length in 2usize..12, one: prop::sample::Index, two: prop::sample::Index, how in 0..4) {
        let mut events = chain(length);
        let head = events.last().map(Event::head);
        let (one, two) = (one.index(length), two.index(length));
        match how {
            0 => drop(events.remove(one)),
            1 if one != two => events.swap(one, two),
            2 => drop(events.drain(one.min(two)..=one.max(two))),
            _ => {
                // A forged event between two true ones, well made for its place.
                let before = if one == 0 { Head::GENESIS } else { events[one - 1].head() };
                let id = EventId::parse("evt_forged").unwrap();
                events.insert(one, seal(before, tenant("t1"), Instant::from_micros(5), id, draft(99)));
            }
        }
        prop_assert!(verify(tenant("t1"), &events, head).broken.is_some());
    }
}
