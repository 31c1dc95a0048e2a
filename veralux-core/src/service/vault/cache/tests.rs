//! A model of the cache over a store that changes: tasks that are polled by hand in a random order, some given up half way.
//!
//! The rule: an opening that begins when a write has been acknowledged never gives what was there before that write.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{self, Poll, Waker};

use super::*;

/// What is done wrong on purpose, to show that the model sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mutation {
    None,
    /// A write is acknowledged without a word to the cache.
    WriteTellsNobody,
    /// A write is told before it is done.
    WriteTellsTooEarly,
    /// What was loaded is put back although a write came in between.
    StaleInsert,
}

struct World {
    cache: OpenCache,
    /// Each version with whether it can be opened; the last one is stored.
    versions: RefCell<Vec<bool>>,
    acknowledged: Cell<usize>,
    now: Cell<i64>,
    seen: Cell<usize>,
    renewed: Cell<usize>,
    mutation: Mutation,
    tenant: TenantId,
}

/// Lets others go first.
async fn pause() {
    let mut paused = false;
    poll_fn(|_| if std::mem::replace(&mut paused, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

impl World {
    fn new(mutation: Mutation) -> Rc<Self> {
        Rc::new(Self {
            cache: OpenCache::new(VaultLimits { capacity: 8, ..VaultLimits::default() }),
            versions: RefCell::new(vec![true]),
            acknowledged: Cell::new(0),
            now: Cell::new(0),
            seen: Cell::new(0),
            renewed: Cell::new(0),
            mutation,
            tenant: TenantId::parse("t1").unwrap(),
        })
    }

    fn now(&self) -> Instant {
        Instant::from_micros(self.now.get())
    }

    /// Reads the store: the value is that of one moment, in front of which and behind which others act.
    async fn read(&self) -> Result<Known, VaultError> {
        pause().await;
        let version = self.versions.borrow().len() - 1;
        let open = self.versions.borrow()[version];
        pause().await;
        if version % 97 == 96 {
            return Err(VaultError::Store(port::Error::Transient { doing: "reading", source: None }));
        }
        if !open {
            return Ok(Known::Closed(Closed::NotConnected));
        }
        let kept = Kept::new(version as u64, Header { root_key: 1, key_version: 1 }, Arc::new(()));
        Ok(Known::Open(Arc::new(kept)))
    }

    async fn open(self: Rc<Self>) {
        let floor = self.acknowledged.get();
        let looked = self.cache.look(&self.tenant, Provider::Twilio, self.now());
        let renew = looked.as_ref().is_some_and(|(_, renew)| *renew);
        self.renewed.set(self.renewed.get() + usize::from(renew));
        let known = match looked {
            Some((known, false)) => Ok(known),
            _ if self.mutation == Mutation::StaleInsert => {
                let loaded_at = self.now();
                let known = self.read().await;
                if let Ok(known) = &known {
                    let key = Key { tenant: self.tenant.clone(), provider: Provider::Twilio };
                    self.cache.entries.insert(key, Entry { known: Ok(known.clone()), loaded_at });
                }
                known
            }
            _ => {
                let (now, load) = (|| self.now(), || self.read());
                let loaded = self.cache.load(&self.tenant, Provider::Twilio, renew, now, load).await;
                loaded.map(|(known, _)| known)
            }
        };
        let versions = self.versions.borrow();
        let fits = match known {
            Ok(Known::Open(kept)) => kept.generation as usize >= floor,
            Ok(Known::Closed(_)) => versions.iter().skip(floor).any(|open| !open),
            Err(_) => true,
        };
        self.seen.set(self.seen.get() + usize::from(!fits));
    }

    async fn write(self: Rc<Self>, open: bool) {
        if self.mutation == Mutation::WriteTellsTooEarly {
            self.cache.forget(&self.tenant, Provider::Twilio);
        }
        pause().await;
        let told = matches!(self.mutation, Mutation::None | Mutation::StaleInsert);
        let forget = told.then(|| self.cache.forget_after(&self.tenant, Provider::Twilio));
        let version = {
            let mut versions = self.versions.borrow_mut();
            versions.push(open);
            versions.len() - 1
        };
        pause().await;
        drop(forget);
        self.acknowledged.set(self.acknowledged.get().max(version));
    }
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Violations of the rule, and renewals, in so many random interleavings of 2 to 5 tasks.
fn play(mutation: Mutation, rounds: u32, seed: u64) -> (usize, usize) {
    let (world, mut dice) = (World::new(mutation), Dice(seed));
    let mut context = task::Context::from_waker(Waker::noop());
    for _ in 0..rounds {
        let mut tasks: Vec<Pin<Box<dyn Future<Output = ()>>>> = Vec::new();
        for _ in 0..2 + dice.roll(4) {
            let world = world.clone();
            tasks.push(match dice.roll(8) {
                0 => Box::pin(world.write(false)),
                1 => Box::pin(world.write(true)),
                _ => Box::pin(world.open()),
            });
        }
        let mut steps = 0;
        while !tasks.is_empty() {
            steps += 1;
            assert!(steps < 10_000, "nobody gets on");
            let turn = dice.roll(tasks.len() as u64) as usize;
            let done = tasks[turn].as_mut().poll(&mut context).is_ready();
            // Now and then somebody gives up, the clock moves or is set back, or word of others does not come through.
            if done || dice.roll(64) == 0 {
                drop(tasks.swap_remove(turn));
            }
            match dice.roll(256) {
                0..8 => world.now.set(world.now.get() + 11 * SECOND),
                8..12 => world.now.set(world.now.get() + SECOND),
                12 => world.now.set(world.now.get() - 40 * SECOND),
                13 => world.cache.set_deaf(dice.roll(4) == 0),
                _ => {}
            }
        }
        let stored = world.versions.borrow().len() - 1;
        if stored > 200 {
            // Begins anew with an empty store, before numbers grow long.
            world.cache.forget_all();
            *world.versions.borrow_mut() = vec![true];
            world.acknowledged.set(0);
        }
    }
    (world.seen.get(), world.renewed.get())
}

#[test]
fn no_opening_gives_what_an_acknowledged_write_has_replaced() {
    let players: Vec<_> =
        [1, 2].map(|seed| std::thread::spawn(move || play(Mutation::None, 500_000, seed))).into();
    for player in players {
        let (seen, renewed) = player.join().unwrap();
        assert_eq!(seen, 0);
        assert!(renewed > 1000, "{renewed} renewals");
    }
}

#[test]
fn the_model_sees_what_is_done_wrong() {
    for mutation in [Mutation::WriteTellsNobody, Mutation::WriteTellsTooEarly, Mutation::StaleInsert] {
        assert!(play(mutation, 20_000, 3).0 > 0, "{mutation:?}");
    }
}
