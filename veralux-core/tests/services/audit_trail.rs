use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::audit::{Actor, Cause, Draft, Entity, Event, EventType, Head, Label, Name, Payload, seal};
use veralux_core::id::{EventId, TenantId};
use veralux_core::port::{AuditStore, Listed, Page, Result};
use veralux_core::service::{AuditTrail, ChainReport, Stores};
use veralux_core::time::Instant;

use crate::world::{World, run};

/// A chain as somebody has left it.
#[derive(Debug)]
struct Chain {
    events: Mutex<Vec<Event>>,
    head: Mutex<Option<Head>>,
    /// Appended when the first page has been read.
    late: Mutex<Vec<Event>>,
}

#[async_trait]
impl AuditStore for Chain {
    async fn list(&self, _: &TenantId, page: &Page) -> Result<Listed<Event>> {
        let after: u64 = page.after.as_deref().map_or(0, |key| key.parse().unwrap());
        let excess = usize::from(page.limit) + 1;
        let mut events = self.events.lock().unwrap();
        let found = events.iter().filter(|event| event.sequence > after).take(excess).cloned().collect();
        for event in self.late.lock().unwrap().drain(..) {
            *self.head.lock().unwrap() = Some(event.head());
            events.push(event);
        }
        Ok(Listed::from_excess(found, page, |event| event.sequence.to_string()))
    }

    async fn head(&self, _: &TenantId) -> Result<Option<Head>> {
        Ok(*self.head.lock().unwrap())
    }
}

fn draft(count: u64) -> Draft {
    Draft {
        event_type: EventType::parse("number.quarantined").unwrap(),
        actor: Actor::SYSTEM,
        entity: Entity {
            kind: Name::parse("number").unwrap(),
            id: Label::parse(&format!("num_{count}")).unwrap(),
        },
        request_id: None,
        correlation_id: None,
        payload: Payload::empty(),
    }
}

fn tenant() -> TenantId {
    TenantId::parse("t1").unwrap()
}

/// Events behind a head.
fn grown(mut head: Head, events: u64) -> Vec<Event> {
    (0..events)
        .map(|count| {
            let id = EventId::parse(&format!("evt_{count}")).unwrap();
            let event = seal(head, tenant(), Instant::from_micros(0), id, draft(count));
            head = event.head();
            event
        })
        .collect()
}

fn verify(events: Vec<Event>, head: Option<Head>, late: Vec<Event>) -> ChainReport {
    let audit =
        Arc::new(Chain { events: Mutex::new(events), head: Mutex::new(head), late: Mutex::new(late) });
    run(AuditTrail::new(Stores { audit, ..World::new().stores }).verify(&tenant())).unwrap()
}

#[test]
fn whole_chains() {
    for count in [0, 1, 199, 200, 201, 450] {
        let events = grown(Head::GENESIS, count);
        let head = events.last().map(Event::head);
        assert_eq!(
            verify(events, head, Vec::new()),
            ChainReport { events: count, head, broken: None },
            "{count}"
        );
    }
}

#[test]
fn a_chain_may_grow_while_it_is_walked() {
    for (before, late) in [(0, 3), (5, 1), (200, 1), (201, 300)] {
        let events = grown(Head::GENESIS, before);
        let head = events.last().map(Event::head);
        let late = grown(head.unwrap_or(Head::GENESIS), late);
        let newest = late.last().map(Event::head);
        let report = verify(events, head, late);
        assert_eq!((report.broken, report.head), (None, newest), "{before}");
        assert!(report.events >= before, "{before}");
    }
}

type Tamper<'a> = Box<dyn Fn(&mut Vec<Event>, &mut Option<Head>) + 'a>;

#[test]
fn tampering_shows() {
    let whole = grown(Head::GENESIS, 300);
    let head = whole[299].head();
    let rewritten = |from: usize| {
        let mut events = whole[..from].to_vec();
        let mut draft = draft(7);
        draft.entity.id = Label::parse("somebody else").unwrap();
        let behind = events.last().map_or(Head::GENESIS, Event::head);
        let first = seal(behind, tenant(), Instant::from_micros(0), EventId::parse("evt_x").unwrap(), draft);
        let rest = grown(first.head(), 299 - u64::try_from(from).unwrap());
        events.push(first);
        events.extend(rest);
        events
    };
    let cases: Vec<(&str, Tamper<'_>, u64, Cause)> = vec![
        ("altered", Box::new(|events, _| events[250].at = Instant::from_micros(1)), 251, Cause::Hash),
        ("removed", Box::new(|events, _| drop(events.remove(9))), 11, Cause::Sequence { expected: 10 }),
        (
            "the first removed",
            Box::new(|events, _| drop(events.remove(0))),
            2,
            Cause::Sequence { expected: 1 },
        ),
        (
            "another tenant's",
            Box::new(|events, _| events[9].tenant_id = TenantId::parse("t2").unwrap()),
            10,
            Cause::OtherTenant,
        ),
        (
            "another predecessor",
            Box::new(|events, _| events[9].previous = events[3].hash),
            10,
            Cause::Previous,
        ),
        ("cut off", Box::new(|events, _| events.truncate(280)), 280, Cause::Truncated { expected: 300 }),
        ("emptied", Box::new(|events, _| events.clear()), 0, Cause::Truncated { expected: 300 }),
        (
            "rewritten from the middle on",
            Box::new(move |events, _| *events = rewritten(100)),
            300,
            Cause::OtherHead,
        ),
        (
            "the head set back",
            Box::new(|events, head| *head = Some(events[279].head())),
            281,
            Cause::BeyondHead { head: 280 },
        ),
        ("the head removed", Box::new(|_, head| *head = None), 1, Cause::BeyondHead { head: 0 }),
        (
            "an event added past the store",
            Box::new(|events, head| events.extend(grown(head.unwrap(), 1))),
            301,
            Cause::BeyondHead { head: 300 },
        ),
    ];
    for (what, tamper, sequence, cause) in cases {
        let (mut events, mut head) = (whole.clone(), Some(head));
        tamper(&mut events, &mut head);
        let report = verify(events, head, Vec::new());
        let broken = report.broken.map(|broken| (broken.sequence, broken.cause));
        assert_eq!((broken, report.head), (Some((sequence, cause)), head), "{what}");
    }
}

#[test]
fn what_services_write_is_whole() {
    let world = World::new();
    let trail = AuditTrail::new(world.stores.clone());
    let report = run(trail.verify(&world.tenant)).unwrap();
    assert_eq!(report.events, u64::try_from(world.events().len()).unwrap());
    assert_eq!(report.broken, None);
    let newest = run(trail.list(&world.tenant, &Page::newest(1))).unwrap().items;
    assert_eq!(report.head, Some(newest[0].head()));
    let none = run(trail.verify(&TenantId::parse("t9").unwrap())).unwrap();
    assert_eq!(none, ChainReport { events: 0, head: None, broken: None });
}
