//! Work that is due, over all tenants.

use std::collections::BTreeSet;

use super::Ports;
use super::make::{at, id, new_tenant};
use crate::port::{Change, Conflict, Error, Work, WorkKind};

pub(super) fn schedule(kind: WorkKind, name: &str, seconds: Option<i64>) -> Change {
    Change::Work { kind, id: name.to_owned(), due: seconds.map(at) }
}

pub(super) fn done(name: &str, until: i64) -> Change {
    Change::WorkDone { kind: WorkKind::SendMessage, id: name.to_owned(), until: at(until) }
}

pub(super) fn held(name: &str, until: i64, seconds: i64) -> Change {
    let (id, due) = (name.to_owned(), at(seconds));
    Change::WorkHeld { kind: WorkKind::SendMessage, id, until: at(until), due }
}

fn woken() -> Change {
    Change::WorkWoken(WorkKind::SendMessage)
}

fn send(name: &str, seconds: i64) -> Change {
    schedule(WorkKind::SendMessage, name, Some(seconds))
}

/// The ids of what is claimed.
async fn claim(ports: &Ports, now: i64, until: i64, limit: u16) -> Vec<String> {
    let claimed = ports.work.claim(at(now), at(until), limit).await.unwrap();
    claimed.into_iter().map(|work| work.id).collect()
}

pub async fn work_is_due_from_its_commit_on(ports: &Ports) {
    assert_eq!(ports.work.next_due().await.unwrap(), None, "nothing at first");
    ports.apply("a", 0, [new_tenant("a"), send("msg_1", 10)], "work").await;
    assert_eq!(ports.work.next_due().await.unwrap(), Some(at(10)));
    assert_eq!(claim(ports, 9, 20, 9).await, [""; 0], "not yet");
    let claimed = ports.work.claim(at(10), at(20), 9).await.unwrap();
    let (kind, name) = (WorkKind::SendMessage, "msg_1".to_owned());
    let expected = Work { tenant: id("a"), kind, id: name, until: at(20) };
    assert_eq!(claimed, [expected], "from then on");
    assert_eq!(claim(ports, 19, 30, 9).await, [""; 0], "hidden while it is claimed");
    assert_eq!(ports.work.next_due().await.unwrap(), Some(at(20)), "until then");
    assert_eq!(claim(ports, 20, 30, 9).await, ["msg_1"], "who claimed it has died: it comes back");
    ports.apply("a", 21, [send("msg_1", 40)], "moved").await;
    assert_eq!(claim(ports, 39, 50, 9).await, [""; 0], "to a later instant");
    let removed = schedule(WorkKind::SendMessage, "msg_1", None);
    ports.apply("a", 39, [removed.clone()], "removed").await;
    assert_eq!(claim(ports, 99, 100, 9).await, [""; 0], "nothing is left");
    assert_eq!(ports.work.next_due().await.unwrap(), None);
    ports.apply("a", 40, [removed], "removed once more").await;
}

pub async fn work_that_is_wanted_again_stays(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a"), send("msg_1", 10)], "work").await;
    ports.apply("b", 0, [new_tenant("b"), send("msg_1", 10)], "another tenant's").await;
    let counts = async || ports.work.count(WorkKind::SendMessage).await.unwrap();
    assert_eq!(claim(ports, 10, 20, 9).await, ["msg_1", "msg_1"]);
    ports.apply("a", 11, [send("msg_1", 11)], "scheduled again meanwhile").await;
    ports.apply("a", 12, [done("msg_1", 20)], "found done by who claimed it before").await;
    assert_eq!(counts().await, 2, "it stays");
    assert_eq!(claim(ports, 12, 22, 9).await, ["msg_1"], "and is due as it was scheduled");
    ports.apply("a", 13, [done("msg_1", 20)], "another claim's").await;
    assert_eq!(counts().await, 2, "it is claimed anew");
    ports.apply("a", 14, [done("msg_1", 22)], "done").await;
    assert_eq!(counts().await, 1, "another tenant's stays");
    ports.apply("a", 15, [done("msg_1", 22), done("none", 9)], "done before, and never there").await;
    assert_eq!(claim(ports, 99, 100, 9).await, ["msg_1"]);
}

pub async fn what_is_held_back_is_woken(ports: &Ports) {
    let operation = schedule(WorkKind::Operation, "opr_1", Some(1));
    let names = ["msg_1", "msg_2", "msg_3"];
    let all = names.map(|name| send(name, 1)).into_iter().chain([new_tenant("a"), operation]);
    ports.apply("a", 0, all, "work").await;
    ports.apply("b", 0, [new_tenant("b"), send("msg_1", 1)], "another tenant's").await;
    assert_eq!(claim(ports, 1, 10, 9).await.len(), 5);
    let holds = [held("msg_1", 10, 900), held("msg_2", 10, 901)];
    ports.apply("a", 2, holds, "held back, msg_3 is only claimed").await;
    ports.apply("b", 2, [held("msg_1", 10, 902)], "another tenant's too").await;
    ports.apply("a", 2, [send("msg_4", 50), send("msg_5", 3)], "for later, and for soon").await;
    assert_eq!(claim(ports, 4, 20, 9).await, ["msg_5"]);
    ports.apply("a", 4, [send("msg_5", 60)], "tried, and scheduled for later by who claimed it").await;
    ports.apply("a", 5, [woken()], "woken").await;
    assert_eq!(claim(ports, 4, 20, 9).await, [""; 0], "from the commit on");
    assert_eq!(claim(ports, 5, 20, 9).await, names, "and nothing of another tenant or kind");
    ports.apply("a", 6, [held("msg_1", 20, 900), woken()], "held back and woken anew").await;
    assert_eq!(claim(ports, 6, 30, 9).await, names, "as often as it takes");
    let (none, rest) = (claim(ports, 9, 40, 9).await, claim(ports, 10, 40, 9).await);
    assert_eq!((none, rest), (vec![], vec!["opr_1".to_owned()]), "another kind's claim ends when it does");
    assert_eq!(claim(ports, 60, 70, 9).await, ["msg_1", "msg_2", "msg_3", "opr_1", "msg_4", "msg_5"]);
    assert_eq!(claim(ports, 901, 999, 9).await.len(), 6, "the other tenant's is held back");
    assert_eq!(claim(ports, 902, 999, 9).await, ["msg_1"], "until it comes back by itself");
}

pub async fn what_is_wanted_again_is_not_held_back(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a"), send("msg_1", 1), send("msg_2", 1)], "work").await;
    assert_eq!(claim(ports, 1, 10, 9).await, ["msg_1", "msg_2"]);
    ports.apply("a", 2, [woken()], "what stood in the way ends while it is found to").await;
    ports.apply("a", 3, [held("msg_1", 10, 900), held("none", 10, 900)], "held back too late").await;
    assert_eq!(claim(ports, 3, 20, 9).await, ["msg_1", "msg_2"], "it is due all the same");
    ports.apply("a", 4, [send("msg_1", 4), schedule(WorkKind::SendMessage, "msg_2", None)], "done").await;
    ports.apply("a", 5, [held("msg_1", 20, 900), held("msg_2", 20, 900)], "of an older claim").await;
    assert_eq!(claim(ports, 5, 30, 9).await, ["msg_1"], "one was scheduled, the other one is gone");
    let refused = Change::RemoveOverride { id: id("none"), at: at(1) };
    let late = [held("msg_1", 30, 40), woken(), refused];
    ports.refuse("a", 6, late, Conflict::Stale, "a commit that is refused holds and wakes nothing").await;
    assert_eq!(ports.work.next_due().await.unwrap(), Some(at(30)));
}

pub async fn what_was_due_first_comes_first(ports: &Ports) {
    let all = [send("msg_3", 3), send("msg_1", 1), send("msg_4", 4), send("msg_5", 5)];
    ports.apply("a", 0, all, "work").await;
    ports.apply("b", 0, [new_tenant("b"), send("msg_2", 2)], "another tenant's").await;
    assert_eq!(claim(ports, 4, 9, 2).await, ["msg_1", "msg_2"], "as many as are wanted");
    assert_eq!(claim(ports, 4, 9, 9).await, ["msg_3", "msg_4"], "the rest that is due");
    assert_eq!(claim(ports, 9, 20, 0).await, [""; 0], "none are wanted");
    assert_eq!(claim(ports, 9, 20, 1).await, ["msg_5"], "it waits longer than what was claimed");
}

pub async fn nobody_waits_behind_anothers_heap(ports: &Ports) {
    let heap = |due| (0..200).map(move |place| send(&format!("heap_{place:03}"), due));
    ports.apply("a", 0, [new_tenant("a")].into_iter().chain(heap(1)), "all at once").await;
    ports.apply("b", 5, [new_tenant("b"), send("one", 5), send("two", 5)], "some time later").await;
    let first = claim(ports, 5, 10, 8).await;
    let expected =
        ["heap_000", "heap_001", "heap_002", "heap_003", "heap_004", "one", "heap_005", "heap_006"];
    assert_eq!(first, expected, "a turn a second; then what is due, the first in front");
    assert_eq!(claim(ports, 6, 11, 1).await, ["two"], "it has its turn");
    assert_eq!(claim(ports, 6, 10, 999).await.len(), 193, "where nobody else wants anything, all at once");

    // What was held back is woken at one instant, and is spread anew.
    ports
        .apply("b", 11, ["one", "two"].map(|name| schedule(WorkKind::SendMessage, name, None)), "sent")
        .await;
    assert_eq!(claim(ports, 11, 20, 999).await.len(), 200);
    let back = (0..200).map(|place| held(&format!("heap_{place:03}"), 20, 900));
    ports.apply("a", 12, back, "held back").await;
    ports.apply("a", 13, [woken()], "woken").await;
    ports.apply("b", 15, [send("three", 15)], "another's").await;
    let next = claim(ports, 15, 30, 5).await;
    assert_eq!(next, ["heap_000", "heap_001", "heap_002", "three", "heap_003"], "in their old order");
    ports.apply("a", 15, [send("late", 15)], "behind the heap").await;
    let rest = claim(ports, 15, 30, 999).await;
    assert_eq!((rest.len(), rest.last().map(String::as_str)), (197, Some("late")));
}

pub async fn what_came_back_lets_nothing_overtake_its_heap(ports: &Ports) {
    let heap = (0..50).map(|place| send(&format!("heap_{place:02}"), 1));
    ports.apply("a", 0, [new_tenant("a")].into_iter().chain(heap), "all at once").await;
    assert_eq!(claim(ports, 1, 10, 1).await, ["heap_00"], "by a server that dies");
    ports.apply("a", 11, [send("late", 11)], "when it is back").await;
    let next = claim(ports, 12, 20, 12).await;
    assert!(!next.contains(&"late".to_owned()), "it comes behind the heap: {next:?}");
    assert_eq!(claim(ports, 12, 20, 99).await.last().unwrap(), "late");
}

pub async fn kinds_and_tenants_are_apart(ports: &Ports) {
    let every = |due| WorkKind::ALL.iter().map(move |kind| schedule(*kind, "x", due));
    ports.apply("a", 0, every(Some(1)), "one of each").await;
    ports.apply("b", 0, every(Some(1)), "the same ids").await;
    for kind in WorkKind::ALL {
        assert_eq!(ports.work.count(*kind).await.unwrap(), 2, "{kind}");
    }
    let claimed: BTreeSet<Work> = ports.work.claim(at(1), at(9), 99).await.unwrap().into_iter().collect();
    assert_eq!(claimed.len(), 2 * WorkKind::ALL.len(), "each of them");
    ports.apply("a", 2, every(None).take(1), "one is done").await;
    let counts = async |kind| ports.work.count(kind).await.unwrap();
    assert_eq!(counts(WorkKind::ALL[0]).await, 1, "another tenant's stays");
    assert_eq!(counts(WorkKind::ALL[1]).await, 2, "and another kind");
}

pub async fn a_refused_commit_schedules_nothing(ports: &Ports) {
    ports.apply("a", 0, [send("msg_1", 5)], "work").await;
    let refuse = async |change| {
        let refused = Change::RemoveOverride { id: id("none"), at: at(1) };
        ports.refuse("a", 1, [change, refused], Conflict::Stale, "nothing is removed").await;
    };
    refuse(send("msg_2", 1)).await;
    refuse(send("msg_1", 1)).await;
    refuse(schedule(WorkKind::SendMessage, "msg_1", None)).await;
    assert_eq!(ports.work.next_due().await.unwrap(), Some(at(5)));
    assert_eq!(ports.work.count(WorkKind::SendMessage).await.unwrap(), 1);
    for (what, name) in [("no id", String::new()), ("too long", "x".repeat(129))] {
        let invalid = ports.commit("a", 1, [send(&name, 1)]).await;
        assert!(matches!(invalid, Err(Error::Invalid(_))), "{what}: {invalid:?}");
    }
    let invalid = ports.work.claim(at(5), at(5), 1).await;
    assert!(matches!(invalid, Err(Error::Invalid(_))), "a claim without an end: {invalid:?}");
}

pub async fn one_of_many_gets_it(ports: &Ports) {
    for index in 0..40 {
        ports.apply("a", 0, [send(&format!("msg_{index}"), index % 7)], "work").await;
    }
    let runners = (0..8).map(|_| {
        let work = ports.work.clone();
        async move {
            let mut mine = Vec::new();
            loop {
                let claimed = work.claim(at(10), at(99), 3).await.unwrap();
                if claimed.is_empty() {
                    return mine;
                }
                mine.extend(claimed);
            }
        }
    });
    let claimed: Vec<Work> = ports.race(runners).await.into_iter().flatten().collect();
    let apart: BTreeSet<&Work> = claimed.iter().collect();
    assert_eq!((claimed.len(), apart.len()), (40, 40), "each once");
}
