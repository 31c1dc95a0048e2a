//! Calls, and how many there may be.

use super::Ports;
use super::make::{at, id, phone, settle};
use crate::port::{Call, CallState, Change, Commit, Conflict, Error, Page, Requirement};

pub(super) fn call(name: &str, seconds: i64) -> Call {
    Call {
        id: id(name),
        provider: "twilio".to_owned(),
        provider_call: format!("CA of {name}"),
        called: phone("+14155550101"),
        caller: Some("+442079460001".to_owned()),
        state: CallState::Ringing,
        outcome: None,
        started_at: at(seconds),
        ended_at: None,
        stream: None,
        revision: 1,
    }
}

pub(super) fn put(after: Call) -> Change {
    let before = Some(after.revision - 1).filter(|before| *before > 0);
    Change::Call { after: Box::new(after), before }
}

/// The call in its last state, a revision later.
pub(super) fn ended(call: Call) -> Call {
    Call {
        state: CallState::Ended,
        outcome: Some("completed".to_owned()),
        ended_at: Some(at(99)),
        stream: Some("MZ1".to_owned()),
        revision: call.revision + 1,
        ..call
    }
}

fn below(concurrent: u32, since: i64, started: u32, started_after: i64) -> Change {
    let (since, started_after) = (at(since), at(started_after));
    Change::Require(Requirement::CallsBelow { concurrent, since, started, started_after })
}

pub async fn calls_by_revision(ports: &Ports) {
    settle(ports, "a", 1).await;
    let first = call("cal_1", 0);
    ports.apply("a", 0, [put(first.clone())], "a call").await;
    ports.refuse("a", 1, [put(first.clone())], Conflict::Exists, "the same id").await;
    let again = Call { id: id("cal_2"), ..first.clone() };
    ports.refuse("a", 1, [put(again.clone())], Conflict::Exists, "the provider's id again").await;
    let found = async |tenant: &str, provider: &str, name: &str| {
        ports.calls.find(&id(tenant), provider, name).await.unwrap()
    };
    assert_eq!(found("a", "twilio", "CA of cal_1").await, Some(first.clone()), "by the provider's id");
    assert_eq!(found("a", "telnyx", "CA of cal_1").await, None, "another provider's");
    assert_eq!(found("b", "twilio", "CA of cal_1").await, None, "another tenant's");
    let last = ended(first);
    ports.apply("a", 2, [put(last.clone())], "its end").await;
    ports.refuse("a", 3, [put(last.clone())], Conflict::Stale, "the revision before").await;
    assert_eq!(ports.calls.lookup(&id("a"), &id("cal_1")).await.unwrap(), Some(last), "as it ended");
    assert_eq!(ports.calls.lookup(&id("a"), &id("cal_2")).await.unwrap(), None, "no such call");
    let other = Call { provider: "telnyx".to_owned(), ..again };
    ports.apply("a", 3, [put(other)], "another provider's with the same id").await;
    let bare = Call { caller: None, ..call("cal_3", 0) };
    ports.apply("a", 3, [put(bare.clone())], "a call of nobody").await;
    assert_eq!(ports.calls.lookup(&id("a"), &id("cal_3")).await.unwrap(), Some(bare));
    let long = Call { provider_call: "x".repeat(257), ..call("cal_4", 0) };
    let invalid = ports.commit("a", 4, [put(long)]).await;
    assert!(matches!(invalid, Err(Error::Invalid(_))), "a text that is too long: {invalid:?}");
}

pub async fn open_calls(ports: &Ports) {
    settle(ports, "a", 1).await;
    for (name, state, seconds) in [
        ("cal_1", CallState::Ringing, 10),
        ("cal_2", CallState::Active, 20),
        ("cal_3", CallState::Ended, 30),
        ("cal_4", CallState::Refused, 40),
        ("cal_5", CallState::Active, 50),
    ] {
        ports.apply("a", 0, [put(Call { state, ..call(name, seconds) })], name).await;
    }
    let list = async |open_only, page: &Page| {
        let listed = ports.calls.list(&id("a"), open_only, page).await.unwrap();
        let names: Vec<_> = listed.items.iter().map(|call| call.id.to_string()).collect();
        (names.join(" "), listed.next)
    };
    let first = list(true, &Page::first(2)).await;
    assert_eq!(first.0, "cal_1 cal_2", "open ones");
    assert_eq!(list(true, &Page::first(2).after(first.1)).await, ("cal_5".to_owned(), None), "the rest");
    assert_eq!(list(false, &Page::newest(3)).await.0, "cal_5 cal_4 cal_3", "all, newest first");
    for (since, count) in [(0, 3), (10, 3), (11, 2), (50, 1), (51, 0)] {
        assert_eq!(ports.calls.count_open(&id("a"), at(since)).await.unwrap(), count, "since {since}");
    }
    assert_eq!(ports.calls.count_open(&id("b"), at(0)).await.unwrap(), 0, "another tenant's");
    ports
        .apply("a", 1, [put(ended(Call { state: CallState::Active, ..call("cal_5", 50) }))], "one ends")
        .await;
    assert_eq!(ports.calls.count_open(&id("a"), at(0)).await.unwrap(), 2, "it counts no more");
}

pub async fn as_many_calls_as_may_be(ports: &Ports) {
    settle(ports, "a", 1).await;
    settle(ports, "b", 2).await;
    ports.apply("a", 0, [below(1, 0, 1, 0)], "nobody calls").await;
    ports.refuse("a", 0, [below(0, 0, 9, 0)], Conflict::Stale, "none may be open").await;
    ports.refuse("a", 0, [below(9, 0, 0, 0)], Conflict::Stale, "none may start").await;
    let changes = [
        put(call("cal_1", 10)),
        put(Call { state: CallState::Active, ..call("cal_2", 20) }),
        put(Call { state: CallState::Refused, ..call("cal_3", 30) }),
        put(ended(Call { revision: 0, ..call("cal_4", 40) })),
    ];
    ports.apply("a", 50, changes, "two open ones, one refused, one over").await;
    for (what, requirement, holds) in [
        ("two are open", below(2, 0, 9, 0), false),
        ("fewer than three", below(3, 0, 9, 0), true),
        ("from 10 on", below(2, 10, 9, 0), false),
        ("one is too old", below(2, 11, 9, 0), true),
        ("three started", below(9, 0, 3, 0), false),
        ("fewer than four", below(9, 0, 4, 0), true),
        ("behind 10, not at 10", below(9, 0, 3, 10), true),
        ("behind 9", below(9, 0, 3, 9), false),
    ] {
        if holds {
            ports.apply("a", 60, [requirement], what).await;
        } else {
            ports.refuse("a", 60, [requirement], Conflict::Stale, what).await;
        }
    }
    ports.apply("b", 60, [below(1, 0, 1, 0)], "another tenant's do not count").await;
    let third = || [below(3, 0, 9, 0), put(call("cal_9", 60))];
    ports.apply("a", 60, third(), "it held in front of the call").await;
    let late = [put(call("cal_8", 60)), below(4, 0, 9, 0)];
    ports.refuse("a", 60, late, Conflict::Stale, "a call in front of it counts").await;
}

pub async fn calls_in_a_race(ports: &Ports) {
    settle(ports, "a", 1).await;
    let runners = (0..10).map(|index| {
        let ledger = ports.ledger.clone();
        let commit = Commit::new(id("a"), at(5))
            .change(below(3, 0, 99, 0))
            .change(put(call(&format!("cal_{index}"), 5)));
        async move { ledger.commit(commit).await.is_ok() }
    });
    let taken = ports.race(runners).await.into_iter().filter(|taken| *taken).count();
    assert_eq!(taken, 3, "as many as may be open");
    assert_eq!(ports.calls.count_open(&id("a"), at(0)).await.unwrap(), 3);
}
