//! Random faults, crashes at any await, several nodes, reports in any order: no message is sent twice, none is lost.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{self, Waker};

use proptest::prelude::*;
use veralux_core::id::MessageId;
use veralux_core::port::{Delivery, MAX_PAGE, Page};
use veralux_core::service::Context;
use veralux_core::time::{MINUTE, SECOND};

use crate::dispatcher_world::{Behaviour, Office, drive, report_of};
use crate::world::run;

/// What happens next.
#[derive(Debug, Clone)]
enum Event {
    /// A node begins to do what is due.
    Start(u16),
    /// One of those who run goes on.
    Step(usize),
    /// One of those who run dies.
    Crash(usize),
    /// A second goes by.
    Tick,
    /// All who run come to an end, then so many seconds go by.
    Rest(i64),
    /// The next requests meet this.
    Fault(Behaviour),
    /// The next question for a message meets this.
    LookFault(Behaviour),
    /// The provider reports one of the messages that it has.
    Report(usize, Delivery),
    /// Somebody replays one of the dead letters.
    Replay(usize),
}

fn behaviour() -> impl Strategy<Value = Behaviour> {
    prop_oneof![
        2 => Just(Behaviour::Take),
        4 => Just(Behaviour::LoseAnswer),
        3 => Just(Behaviour::LoseRequest),
        1 => Just(Behaviour::Away),
        1 => (0..90_u64).prop_map(Behaviour::Limit),
        1 => Just(Behaviour::Refuse("21211")),
        1 => Just(Behaviour::Nonsense),
        1 => Just(Behaviour::TakeAndFail("30007")),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let look = prop_oneof![Just(Behaviour::Away), Just(Behaviour::Refuse("20003"))];
    prop_oneof![
        4 => (1..4_u16).prop_map(Event::Start),
        12 => any::<usize>().prop_map(Event::Step),
        2 => any::<usize>().prop_map(Event::Crash),
        2 => Just(Event::Tick),
        3 => (1..300_i64).prop_map(Event::Rest),
        3 => behaviour().prop_map(Event::Fault),
        1 => look.prop_map(Event::LookFault),
        3 => (any::<usize>(), prop::sample::select(Delivery::ALL)).prop_map(|(of, state)| Event::Report(of, state)),
        1 => any::<usize>().prop_map(Event::Replay),
    ]
}

type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

struct Model<'a> {
    office: &'a Office,
    running: Vec<Running<'a>>,
    replays: bool,
}

impl Model<'_> {
    fn happen(&mut self, event: Event) {
        let office = self.office;
        match event {
            Event::Start(limit) if self.running.len() < 4 => self.running.push(Box::pin(async move {
                office.node().run_due(limit).await.unwrap();
            })),
            Event::Step(index) if !self.running.is_empty() => {
                let index = index % self.running.len();
                let mut context = task::Context::from_waker(Waker::noop());
                if self.running[index].as_mut().poll(&mut context).is_ready() {
                    drop(self.running.swap_remove(index));
                }
            }
            Event::Crash(index) if !self.running.is_empty() => {
                drop(self.running.swap_remove(index % self.running.len()));
            }
            Event::Tick => office.world.clock.advance(SECOND),
            Event::Rest(seconds) => {
                // Clients give up long before a claim ends.
                self.running.drain(..).for_each(drive);
                office.world.clock.advance(seconds * SECOND);
            }
            Event::Fault(behaviour) => office.provider.next([behaviour.clone(), behaviour]),
            Event::LookFault(behaviour) => office.provider.next_looks([behaviour]),
            Event::Report(of, state) => {
                let taken = office.provider.taken();
                if !taken.is_empty() {
                    office.report(&report_of(&taken[of % taken.len()], state, None));
                }
            }
            Event::Replay(of) if self.replays => self.replay(of),
            _ => {}
        }
    }

    /// A person who reads says first whether the provider has it: one that it has is not replayed.
    fn replay(&self, of: usize) {
        let tenant = &self.office.world.tenant;
        let letters = run(self.office.dispatcher.list_dead_letters(tenant, &Page::first(MAX_PAGE))).unwrap();
        let settled = |delivery: Delivery| delivery.is_error();
        let had: Vec<MessageId> =
            self.office.provider.taken().into_iter().map(|taken| taken.message).collect();
        let letters: Vec<_> = letters
            .items
            .into_iter()
            .filter(|letter| !(settled(letter.delivery.as_ref().unwrap().state) && had.contains(&letter.id)))
            .collect();
        if let Some(letter) = letters.get(of % letters.len().max(1)) {
            let replay = self.office.dispatcher.replay(&Context::SYSTEM, tenant, &letter.id, "again");
            drive(replay).unwrap();
        }
    }
}

fn check(events: Vec<Event>, texts: [&str; 3], knows_ids: bool) -> Result<(), TestCaseError> {
    let office = Office::new(knows_ids);
    let messages = texts.map(|text| office.queue(text));
    let mut model = Model { office: &office, running: Vec::new(), replays: knows_ids };
    for event in events {
        model.happen(event);
    }
    // Every node dies; the provider is well again.
    model.running.clear();
    office.provider.next([]);
    office.provider.next_looks([]);
    for _ in 0..12 {
        office.run_after(5 * MINUTE);
    }
    let mut had: BTreeMap<MessageId, usize> = BTreeMap::new();
    for taken in office.provider.taken() {
        *had.entry(taken.message).or_default() += 1;
    }
    prop_assert_eq!(office.work(), 0, "nothing is left to do");
    let mut missing = 0;
    for id in &messages {
        let delivery = office.delivery(id);
        let times = had.get(id).copied().unwrap_or_default();
        prop_assert!(times <= 1, "{id} was sent {times} times: {delivery:?}");
        let waits = delivery.dead_since.is_some();
        let gone = matches!(delivery.state, Delivery::Sent | Delivery::Delivered);
        prop_assert!(gone || waits || delivery.state.is_error(), "{id} is forgotten: {delivery:?}");
        if knows_ids {
            prop_assert!(!gone || times == 1, "{id} is said to be sent and was not: {delivery:?}");
            prop_assert!(times == 1 || waits, "{id} was not sent, and nobody is told: {delivery:?}");
        }
        missing += usize::from(times == 0 && !waits);
        prop_assert_eq!(delivery.attempt_at.is_some() && !waits, false, "{} is open: {:?}", id, delivery);
    }
    // With messages that look the same one may stand for another: as many are told of as were not sent.
    let waiting = messages.iter().filter(|id| office.delivery(id).dead_since.is_some()).count();
    prop_assert!(missing <= waiting, "{missing} were not sent, {waiting} wait for a person");
    Ok(())
}

/// While one is looked for and found in the other, the other is reported.
#[test]
fn a_report_comes_while_another_is_taken_for_its_message() {
    let crashed =
        [Event::Start(2), Event::Fault(Behaviour::Nonsense), Event::Step(0), Event::Step(0), Event::Crash(0)];
    let looked =
        [Event::Start(1), Event::Rest(120), Event::Start(1), Event::Step(0), Event::Step(0), Event::Step(0)];
    let reported = [Event::Report(0, Delivery::Queued), Event::Step(0), Event::Fault(Behaviour::Take)];
    let events = crashed.into_iter().chain(looked).chain(reported).collect();
    check(events, ["same", "same", "other"], false).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_sent_twice_and_nothing_is_lost(events in prop::collection::vec(event(), 0..90)) {
        check(events, ["one", "two", "three"], true)?;
    }

    #[test]
    fn not_even_where_messages_look_the_same(events in prop::collection::vec(event(), 0..90)) {
        check(events, ["same", "same", "other"], false)?;
    }
}
