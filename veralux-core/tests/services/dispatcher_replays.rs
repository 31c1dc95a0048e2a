//! Many dead letters at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use veralux_core::id::MessageId;
use veralux_core::port::{Commit, Delivery, Error, Ledger, MAX_PAGE, Page, Result};
use veralux_core::service::{Context, DeadLetterFilter, ReplayedAll, Stores};
use veralux_core::time::{Instant, SECOND};

use crate::dispatcher_world::{Behaviour, Office, dispatcher, drive};
use crate::world::code;

impl Office {
    /// Messages that the provider refuses, each with a code.
    fn refused(&self, codes: &[&'static str]) -> Vec<MessageId> {
        let queue = |(index, _): (usize, &&str)| {
            self.world.clock.advance(SECOND / 1000);
            self.queue(&format!("message {index}"))
        };
        let ids = codes.iter().enumerate().map(queue).collect();
        self.provider.next(codes.iter().map(|code| Behaviour::Refuse(code)));
        while drive(self.runner.run_due(50)).unwrap().done > 0 {}
        ids
    }

    fn replay_all(&self, filter: &DeadLetterFilter, page: &Page) -> ReplayedAll {
        let (tenant, context) = (&self.world.tenant, Context::SYSTEM);
        drive(self.dispatcher.replay_all(&context, tenant, "the number was put right", filter, page)).unwrap()
    }

    fn is_dead(&self, id: &MessageId) -> bool {
        self.delivery(id).dead_since.is_some()
    }
}

fn all() -> DeadLetterFilter {
    DeadLetterFilter::default()
}

#[test]
fn all_dead_letters_are_replayed_a_batch_at_a_time() {
    let office = Office::new(true);
    let ids = office.refused(&["21211"; 5]);
    let first = office.replay_all(&all(), &Page::first(2));
    assert_eq!((first.replayed, first.left), (ids[..2].to_vec(), 3), "the oldest first");
    let second = office.replay_all(&all(), &Page::first(2).after(first.next));
    assert_eq!((second.replayed, second.left), (ids[2..4].to_vec(), 1));
    let last = office.replay_all(&all(), &Page::first(2).after(second.next));
    assert_eq!((last.replayed, last.left, last.next), (ids[4..].to_vec(), 0, None));
    assert_eq!(office.events("message.replayed"), 5, "each is audited");
    let again = office.replay_all(&all(), &Page::first(9));
    assert!(again.replayed.is_empty() && again.refused.is_empty(), "none of them waits any more: {again:?}");
    office.run_due();
    assert!(ids.iter().all(|id| office.delivery(id).state == Delivery::Sent));
    assert_eq!(office.provider.taken().len(), 5, "each once");
}

/// A ledger that is gone behind so many commits.
#[derive(Debug)]
struct Leaving(Arc<dyn Ledger>, AtomicUsize);

#[async_trait]
impl Ledger for Leaving {
    async fn commit(&self, commit: Commit) -> Result<()> {
        let left = self.1.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map_err(|_| Error::transient("committing", std::io::Error::other("gone")))?;
        self.0.commit(commit).await
    }
}

#[test]
fn what_was_replayed_is_told_though_the_store_goes_away_amid() {
    let office = Office::new(true);
    let ids = office.refused(&["21211"; 5]);
    let replay = |commits, page: &Page| {
        let ledger = Arc::new(Leaving(office.world.stores.ledger.clone(), AtomicUsize::new(commits)));
        let stores = Stores { ledger, ..office.world.stores.clone() };
        let dispatcher = dispatcher(&stores, office.provider.clone());
        drive(dispatcher.replay_all(&Context::SYSTEM, &office.world.tenant, "they are back", &all(), page))
    };
    replay(0, &Page::first(9)).unwrap_err();
    let first = replay(2, &Page::first(9)).unwrap();
    assert_eq!((first.replayed, first.left), (ids[..2].to_vec(), 1), "more are left, at least one");
    let rest = replay(9, &Page::first(9).after(first.next)).unwrap();
    assert_eq!((rest.replayed, rest.left, rest.next), (ids[2..].to_vec(), 0, None));
}

#[test]
fn those_of_a_code_or_since_an_instant_are_replayed() {
    let since = |office: &Office, at: Instant| {
        office.replay_all(&DeadLetterFilter { since: Some(at), ..all() }, &Page::first(9)).replayed
    };
    let office = Office::new(true);
    let ids = office.refused(&["21211", "30006", "21211"]);
    let other = DeadLetterFilter { code: Some("30007".to_owned()), ..all() };
    assert!(office.replay_all(&other, &Page::first(9)).replayed.is_empty(), "nobody gave that code");
    let unreachable = DeadLetterFilter { code: Some("30006".to_owned()), ..all() };
    let replayed = office.replay_all(&unreachable, &Page::first(9));
    assert_eq!((replayed.replayed, replayed.left), (ids[1..2].to_vec(), 0), "the others do not count");
    assert!(office.is_dead(&ids[0]) && office.is_dead(&ids[2]));
    office.run_due();
    let at = office.delivery(&ids[2]).dead_since.unwrap();
    assert!(since(&office, at.plus(1)).is_empty(), "they have waited longer");
    office.world.clock.advance(SECOND);
    let later = office.refused(&["21211"]);
    assert_eq!(since(&office, at.plus(1)), later);
    assert_eq!(since(&office, at), [ids[0].clone(), ids[2].clone()], "at that instant too");
}

#[test]
fn what_cannot_be_sent_is_told_and_holds_up_nothing() {
    let office = Office::new(true);
    let ids = office.refused(&["21211"; 3]);
    office.world.suspend();
    let page = Page::first(2);
    let refused = office.replay_all(&all(), &page);
    let codes: Vec<_> = refused.refused.iter().map(|(id, refusal)| (id.clone(), refusal.code)).collect();
    assert_eq!(codes, [(ids[0].clone(), "not_sent"), (ids[1].clone(), "not_sent")]);
    assert!(refused.replayed.is_empty() && ids.iter().all(|id| office.is_dead(id)));
    office.world.resume();
    let rest = office.replay_all(&all(), &page.after(refused.next));
    assert_eq!((rest.replayed, rest.next), (ids[2..].to_vec(), None), "those behind them");
    let (tenant, context) = (&office.world.tenant, Context::SYSTEM);
    let (filter, page) = (all(), Page::first(9));
    let without = office.dispatcher.replay_all(&context, tenant, " ", &filter, &page);
    assert_eq!(code(drive(without)), "invalid_reason");
}

#[test]
fn a_request_looks_at_so_many_letters_and_goes_on_behind_them() {
    let office = Office::new(true);
    let many = 5 * usize::from(MAX_PAGE);
    let mut codes = vec!["21211"; many];
    codes.push("30006");
    let ids = office.refused(&codes);
    let rare = DeadLetterFilter { code: Some("30006".to_owned()), ..all() };
    let first = office.replay_all(&rare, &Page::first(9));
    assert_eq!((first.replayed.len(), first.left), (0, 0), "it is behind those that were looked at");
    let second = office.replay_all(&rare, &Page::first(9).after(first.next));
    assert_eq!((second.replayed, second.next), (ids[many..].to_vec(), None));
    let batch = office.replay_all(&all(), &Page::first(3));
    assert_eq!((batch.replayed.len(), batch.left), (3, many - 3));
}
