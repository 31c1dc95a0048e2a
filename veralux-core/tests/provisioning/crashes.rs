//! Random faults and crashes: whatever happens in whatever order, a number is bought once and ends up in use.

use std::pin::Pin;

use proptest::prelude::*;
use veralux_core::id::OperationId;
use veralux_core::memory::SeededRandom;
use veralux_core::party::NumberStatus;
use veralux_core::port::{Clock as _, OperationState, ProviderFault, Random};
use veralux_core::service::Provisioning;
use veralux_core::time::{Instant, SECOND};

use crate::interrupt::{Fate, poll, run};
use crate::shop::{Mood, RATE_LIMITED};
use crate::world::{World, number, purchase};

/// The longest that a request may be on its way to the shop, in seconds.
const LONGEST_WAY: u64 = 29;

/// Draws numbers.
struct Dice(SeededRandom);

impl Dice {
    /// Below `sides`.
    fn roll(&self, sides: u64) -> u64 {
        let bytes: [u8; 8] = (&self.0 as &dyn Random).bytes();
        u64::from_be_bytes(bytes) % sides
    }

    fn seconds(&self, most: u64) -> i64 {
        i64::try_from(self.roll(most)).unwrap() * SECOND
    }

    fn mood(&self) -> Mood {
        match self.roll(24) {
            0 => Mood::Refuses(ProviderFault::Transient),
            1 => Mood::Refuses(RATE_LIMITED),
            2 => Mood::Refuses(ProviderFault::Rejected),
            3 => Mood::Refuses(ProviderFault::Permanent),
            4 => Mood::Refuses(ProviderFault::NotConnected),
            5 | 6 => Mood::Late(self.seconds(LONGEST_WAY + 1)),
            7 | 8 => Mood::Unheard,
            9 => Mood::Lost,
            _ => Mood::Well,
        }
    }

    fn fate(&self) -> Fate {
        match self.roll(16) {
            0 => Fate::Lost,
            1 => Fate::Unheard,
            _ => Fate::Kept,
        }
    }
}

/// A process at work: since when, and at what.
type Process = (Instant, Pin<Box<dyn Future<Output = ()>>>);

/// A process that does what is due, or runs the operation as a request does.
fn process(world: &World, dice: &Dice, id: &OperationId) -> Process {
    let now = world.clock.now();
    if dice.roll(2) == 0 {
        let runner = world.runner();
        return (now, Box::pin(async move { drop(runner.run_due(3).await) }));
    }
    let (provisioning, tenant, id) = (world.provisioning(), world.tenant.clone(), id.clone());
    (now, Box::pin(async move { drop(provisioning.run(&tenant, &id).await) }))
}

/// Up to three processes at once, each stopped anywhere, killed anywhere, and at the latest when its time is over.
fn trouble(world: &World, dice: &Dice, id: &OperationId) {
    let mut processes: Vec<Process> = Vec::new();
    for _ in 0..dice.roll(400) {
        let place = usize::try_from(dice.roll(3)).unwrap();
        match dice.roll(32) {
            0 | 1 if processes.len() < 3 => processes.push(process(world, dice, id)),
            2 if place < processes.len() => drop(processes.remove(place)),
            3 => world.clock.advance(dice.seconds(6)),
            4 => world.clock.advance(dice.seconds(if dice.roll(3) == 0 { 70 } else { 28 })),
            5 => world.shop.moods([dice.mood(), dice.mood()]),
            6 => world.fates([dice.fate(), dice.fate()]),
            7 => drop(run(world.provisioning().retry(&crate::world::SYSTEM, &world.tenant, id))),
            _ if place < processes.len() && poll(&mut processes[place].1).is_some() => {
                drop(processes.remove(place));
            }
            _ => {}
        }
        let now = world.clock.now();
        processes.retain(|(since, _)| now < since.plus(Provisioning::LIMIT));
        let bought = world.shop.bought(&number());
        assert!(bought <= 1, "bought {bought} times");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, ..ProptestConfig::default() })]

    #[test]
    fn a_number_is_bought_once_and_never_lost(
        seed in any::<u64>(), has_orders in any::<bool>(), delivery in 0..90_i64, failing in 0..2_u32,
    ) {
        // Where there are no orders, all that can be seen of one is the number.
        let world = World::new(has_orders, if has_orders { delivery } else { 0 });
        let dice = Dice(SeededRandom::new(seed));
        world.shop.state.lock().unwrap().failing = if has_orders { failing } else { 0 };
        let id = world.start(purchase()).unwrap().id;
        trouble(&world, &dice, &id);
        // The storm is over.
        world.shop.state.lock().unwrap().moods.clear();
        world.fates([]);
        for _ in 0..3 {
            world.pass(3_600);
            if world.operation(&id).state == OperationState::Failed {
                run(world.provisioning().retry(&crate::world::SYSTEM, &world.tenant, &id)).unwrap();
            }
        }
        let operation = world.operation(&id);
        prop_assert_eq!(operation.state, OperationState::Done, "{:?}", &operation);
        prop_assert_eq!(world.shop.bought(&number()), 1);
        prop_assert_eq!(world.number().map(|own| own.status), Some(NumberStatus::Active));
        prop_assert_eq!(world.did(), Some(world.tenant.clone()));
        let leads_here = world.shop.now().held.get(&number()).copied();
        prop_assert_eq!(leads_here, Some(true));
        prop_assert_eq!(run(world.stores.work.next_due()).unwrap(), None, "nothing is left to do");
        let told = [world.told("number.purchase_started"), world.told("number.purchase_finished")];
        prop_assert_eq!(told, [1, 1]);
        prop_assert_eq!(world.told("number.purchase_failed"), world.told("number.purchase_retried"));
    }
}
