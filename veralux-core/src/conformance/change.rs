//! Each kind of change and what stands in its way; threads have a file of their own.

use super::Ports;
use super::make::{
    CUSTOMER_1, STRANGER, at, claim, customer, decision, id, instruction, key, message, new_number,
    new_tenant, new_thread, number, number_in, our, phone, put_number, settle, tenant, thread, thread_in,
    version, window,
};
use crate::number::Number;
use crate::party::{NumberClass, NumberStatus, TenantStatus};
use crate::port::{Change, Conflict, Customer, Requirement, Tenant, WebhookClaim};

pub async fn tenants_by_revision(ports: &Ports) {
    let change = |after: Tenant, before| [Change::Tenant { after, before }];
    ports.refuse("a", 0, change(tenant("a"), Some(1)), Conflict::Stale, "changing what is not there").await;
    ports.apply("a", 0, change(tenant("a"), None), "making").await;
    ports.refuse("a", 0, change(tenant("a"), None), Conflict::Exists, "making it again").await;
    let after = Tenant {
        name: "Oak".to_owned(),
        status: TenantStatus::Suspended,
        updated_at: at(9),
        revision: 2,
        ..tenant("a")
    };
    ports.apply("a", 9, change(after.clone(), Some(1)), "changing").await;
    ports.refuse("a", 9, change(tenant("a"), Some(1)), Conflict::Stale, "changing from an old state").await;
    ports.refuse("a", 9, change(tenant("a"), Some(3)), Conflict::Stale, "changing from the future").await;
    let found = ports.directory.lookup_tenant(&id("a")).await.unwrap();
    assert_eq!(found, Some(after), "the tenant after all this");
    assert_eq!(ports.directory.lookup_tenant(&id("b")).await.unwrap(), None, "another tenant");
    ports.directory.ping().await.unwrap();
    assert!(ports.directory.takes_writes().await.unwrap(), "what was just written to");
}

pub async fn numbers_by_revision(ports: &Ports) {
    settle(ports, "a", 1).await;
    let pool = number("pool", &our(1, 2), NumberClass::Pool);
    let resting = number_in(NumberStatus::Quarantined, pool.clone());
    let unknown = number("none", &our(1, 9), NumberClass::Pool);
    let change = |after: &Number, before| [Change::Number { after: after.clone(), before }];
    ports.refuse("a", 1, change(&unknown, Some(1)), Conflict::Stale, "changing what is not there").await;
    let again = Number { e164: phone(&our(1, 8)), ..pool.clone() };
    ports.refuse("a", 1, change(&again, None), Conflict::Exists, "making an id again").await;
    ports.apply("a", 1, change(&resting, Some(1)), "quarantining").await;
    ports.refuse("a", 1, change(&resting, Some(1)), Conflict::Stale, "changing from an old state").await;
    let found = ports.numbers.lookup(&id("a"), &id("pool")).await.unwrap();
    assert_eq!(found, Some(resting.clone()), "by id");
    let found = ports.numbers.find(&id("a"), &phone(&our(1, 2))).await.unwrap();
    assert_eq!(found, Some(resting), "by its digits");
    let found = ports.numbers.find(&id("a"), &phone(&our(1, 8))).await.unwrap();
    assert_eq!(found, None, "a number that nobody holds");
}

pub async fn a_number_is_held_once(ports: &Ports) {
    settle(ports, "a", 1).await;
    ports.apply("b", 0, [new_tenant("b")], "a second tenant").await;
    let copy = |name: &str| number(name, &our(1, 1), NumberClass::Pool);
    ports
        .refuse("a", 1, [new_number(copy("copy"))], Conflict::NumberTaken, "held by the tenant itself")
        .await;
    ports.refuse("b", 1, [new_number(copy("copy"))], Conflict::NumberTaken, "held by another").await;
    let given_up = number_in(NumberStatus::Inactive, number("staff", &our(1, 3), NumberClass::Staff));
    ports.apply("a", 1, [put_number(given_up)], "giving a number up").await;
    let again = number("x", &our(1, 3), NumberClass::Pool);
    ports.refuse("b", 2, [new_number(again)], Conflict::NumberTaken, "given up, but held still").await;
    ports
        .apply("b", 2, [new_number(number("own", &our(2, 1), NumberClass::Pool))], "a number of its own")
        .await;
    let turned = Number { revision: 2, ..number("own", &our(1, 1), NumberClass::Pool) };
    ports.refuse("b", 2, [put_number(turned)], Conflict::NumberTaken, "turned into another's").await;
    for (e164, holder) in
        [(our(1, 1), Some("a")), (our(1, 3), Some("a")), (our(2, 1), Some("b")), (our(3, 1), None)]
    {
        let found = ports.directory.find_tenant_by_number(&phone(&e164)).await.unwrap();
        assert_eq!(found, holder.map(id), "the holder of {e164}");
    }
}

pub async fn a_number_given_back_is_nobodys(ports: &Ports) {
    settle(ports, "a", 1).await;
    ports.apply("b", 0, [new_tenant("b")], "a second tenant").await;
    let e164 = our(1, 3);
    let old = number_in(NumberStatus::Inactive, number("staff", &e164, NumberClass::Staff));
    ports.apply("a", 1, [put_number(old.clone())], "given up").await;
    let gone = old.given_back(at(2));
    ports.apply("a", 2, [put_number(gone.clone())], "given back").await;
    let found = async || {
        let holder = ports.directory.find_tenant_by_number(&phone(&e164)).await.unwrap();
        let called = ports.conversations.find_called(&phone(&e164), None, at(9)).await.unwrap();
        assert_eq!(holder, called.map(|called| called.tenant.id), "a message to it");
        let kept = ports.numbers.find(&id("a"), &phone(&e164)).await.unwrap();
        assert_eq!(kept, ports.numbers.lookup(&id("a"), &id("staff")).await.unwrap(), "by its digits and id");
        let kept = ports.conversations.find(&id("a"), &phone(&e164), None, at(9)).await.unwrap().unwrap();
        assert_eq!(kept.number.map(|kept| kept.id), Some(id("staff")), "in a conversation of the tenant's");
        holder
    };
    assert_eq!(found().await, None, "nobody holds it");
    assert_eq!(ports.numbers.lookup(&id("a"), &id("staff")).await.unwrap(), Some(gone.clone()), "it is kept");
    let twice = new_number(number("twice", &e164, NumberClass::Pool));
    ports.refuse("a", 3, [twice], Conflict::NumberTaken, "a second row of the tenant itself").await;
    let again = |before: &Number| {
        let status = NumberStatus::Active;
        put_number(Number { given_back_at: None, ..number_in(status, before.clone()) })
    };
    ports.apply("a", 3, [again(&gone)], "taken anew").await;
    assert_eq!(found().await, Some(id("a")), "held again");
    let held = new_number(number("theirs", &e164, NumberClass::Pool));
    ports.refuse("b", 3, [held.clone()], Conflict::NumberTaken, "held again").await;

    let gone = Number { revision: 5, ..gone };
    ports.apply("a", 4, [put_number(gone.clone())], "given back again").await;
    ports.apply("b", 5, [held, Change::MapDid(phone(&e164))], "another tenant's").await;
    assert_eq!(found().await, Some(id("b")), "whose it is now");
    ports.refuse("a", 6, [again(&gone)], Conflict::NumberTaken, "held by another tenant").await;
    let taken = Conflict::DidTaken(phone(&e164));
    ports.refuse("a", 6, [Change::MapDid(phone(&e164))], taken, "led by another tenant").await;
    let later = Number { revision: 6, ..gone.clone() };
    ports.apply("a", 6, [put_number(later.clone())], "what was is written all the same").await;
    let theirs =
        number_in(NumberStatus::Inactive, number("theirs", &e164, NumberClass::Pool)).given_back(at(7));
    ports.apply("b", 7, [put_number(Number { revision: 2, ..theirs })], "given back, but led").await;
    ports.refuse("a", 8, [again(&later)], Conflict::NumberTaken, "it leads to another tenant").await;
    ports.apply("b", 9, [Change::UnmapDid(phone(&e164))], "unmapped").await;
    ports.apply("a", 9, [again(&later)], "free").await;
    assert_eq!(found().await, Some(id("a")), "where it began");
}

pub async fn a_line_is_one_tenants(ports: &Ports) {
    settle(ports, "a", 1).await;
    ports.apply("b", 0, [new_tenant("b")], "a second tenant").await;
    let publish = |did: &str| Change::PublishRuntime(Box::new(version(1, "{}", &[&our(3, 9), did])));
    let quarantined = number_in(NumberStatus::Quarantined, number("staff", &our(1, 3), NumberClass::Staff));
    ports.apply("a", 1, [put_number(quarantined)], "a number that rests").await;
    for held in [our(1, 1), our(1, 3)] {
        let taken = Conflict::DidTaken(phone(&held));
        ports
            .refuse("b", 1, [Change::MapDid(phone(&held))], taken.clone(), "another's number, by hand")
            .await;
        ports.refuse("b", 1, [publish(&held)], taken, "another's number, by a document").await;
        assert_eq!(ports.runtime.find_tenant(&phone(&held)).await.unwrap(), None, "it leads nowhere");
    }
    assert!(ports.versions.head(&id("b")).await.unwrap().is_none(), "nothing is published");
    ports.apply("a", 2, [Change::MapDid(phone(&our(1, 1))), publish(&our(1, 3))], "the holder's own").await;
    let free = phone(&our(3, 1));
    ports.apply("b", 2, [Change::MapDid(free)], "a number that nobody holds").await;
    let import = |name: &str| [new_number(number(name, free.as_str(), NumberClass::Pool))];
    ports.refuse("a", 3, import("new"), Conflict::NumberTaken, "a DID of another tenant").await;
    let turned = Number { revision: 2, ..number("pool", free.as_str(), NumberClass::Pool) };
    ports
        .refuse("a", 3, [put_number(turned.clone())], Conflict::NumberTaken, "turned into another's DID")
        .await;
    let old = Change::Number { after: turned.clone(), before: Some(9) };
    ports.refuse("a", 3, [old], Conflict::Stale, "likewise, from an old state").await;
    ports.refuse("a", 3, [new_number(turned)], Conflict::Exists, "likewise, with an id that is there").await;
    ports.apply("b", 3, import("new"), "whom it leads to").await;
    ports.apply("b", 4, [Change::UnmapDid(free)], "unmapped").await;
    let taken = Conflict::DidTaken(free);
    ports.refuse("a", 5, [Change::MapDid(free)], taken, "it leads nowhere, but is held").await;
    let led = phone(&our(3, 2));
    let both = [Change::MapDid(led), Change::UnmapDid(led)];
    ports.apply("b", 6, both, "mapped and unmapped").await;
    ports.apply("a", 7, [Change::MapDid(led)], "free again").await;
    let new = [new_number(number("late", &our(3, 3), NumberClass::Pool)), Change::MapDid(phone(&our(1, 1)))];
    ports.refuse("b", 8, new, Conflict::DidTaken(phone(&our(1, 1))), "all or nothing").await;
    ports.apply("a", 9, [Change::MapDid(phone(&our(3, 3)))], "what was refused is held by nobody").await;
}

pub async fn use_of_a_number(ports: &Ports) {
    settle(ports, "a", 1).await;
    for (seconds, expected, what) in
        [(10, 10, "the first use"), (30, 30, "a later use"), (20, 30, "an earlier use that is told later")]
    {
        let used = Change::NumberUsed { id: id("pool"), e164: phone(&our(1, 2)), at: at(seconds) };
        ports.apply("a", 40, [used], what).await;
        let found = ports.numbers.lookup(&id("a"), &id("pool")).await.unwrap().unwrap();
        assert_eq!((found.last_used_at, found.revision), (Some(at(expected)), 1), "{what}");
    }
    for (name, e164, what) in
        [("pool", our(1, 1), "another phone number"), ("none", our(1, 2), "no such number")]
    {
        let used = Change::NumberUsed { id: id(name), e164: phone(&e164), at: at(60) };
        ports.refuse("a", 60, [used], Conflict::Stale, what).await;
    }
    let found = ports.numbers.lookup(&id("a"), &id("desk")).await.unwrap().unwrap();
    assert_eq!(found.last_used_at, None, "another number");
    let pool = number("pool", &our(1, 2), NumberClass::Pool);
    for (used, expected, what) in [
        (None, 30, "an act that was planned before the first use"),
        (Some(10), 30, "one planned before a later use"),
        (Some(50), 50, "one that knows of a later use"),
    ] {
        let revision = ports.numbers.lookup(&id("a"), &id("pool")).await.unwrap().unwrap().revision + 1;
        let after = Number { last_used_at: used.map(at), revision, ..pool.clone() };
        ports.apply("a", 60, [put_number(after)], what).await;
        let found = ports.numbers.lookup(&id("a"), &id("pool")).await.unwrap().unwrap();
        assert_eq!((found.last_used_at, found.revision), (Some(at(expected)), revision), "{what}");
    }
}

pub async fn customers_are_unique(ports: &Ports) {
    settle(ports, "a", 1).await;
    let add = |customer: Customer| [Change::Customer(customer)];
    ports.refuse("a", 1, add(customer("cus_1", STRANGER)), Conflict::Exists, "the id is taken").await;
    ports
        .refuse("a", 1, add(customer("cus_9", CUSTOMER_1)), Conflict::Exists, "the phone number is taken")
        .await;
    ports.apply("a", 1, add(customer("cus_9", STRANGER)), "another one").await;
    ports.apply("b", 1, [new_tenant("b")], "a second tenant").await;
    ports.apply("b", 1, add(customer("cus_1", CUSTOMER_1)), "the same one with another tenant").await;
    let threads = &ports.threads;
    let expected = Some(customer("cus_9", STRANGER));
    assert_eq!(threads.lookup_customer(&id("a"), &id("cus_9")).await.unwrap(), expected, "by id");
    assert_eq!(threads.find_customer(&id("a"), &phone(STRANGER)).await.unwrap(), expected, "by phone number");
    assert_eq!(threads.lookup_customer(&id("b"), &id("cus_9")).await.unwrap(), None, "by id, elsewhere");
    assert_eq!(
        threads.find_customer(&id("b"), &phone(STRANGER)).await.unwrap(),
        None,
        "by number, elsewhere"
    );
}

pub async fn windows_and_overrides_need_a_thread(ports: &Ports) {
    settle(ports, "a", 1).await;
    let none = Conflict::Dangling;
    ports.refuse("a", 1, [Change::Window(window("w", "thr_9", 0, 9))], none.clone(), "a window").await;
    ports.refuse("a", 1, [Change::Override(instruction("o", "thr_9", 0, None))], none, "an override").await;
    ports.apply("a", 1, [Change::Window(window("w", "thr_1", 0, 9))], "a window of a thread").await;
    ports.apply("a", 1, [Change::Override(instruction("o", "thr_1", 0, None))], "an override of one").await;
}

pub async fn an_override_is_removed_once(ports: &Ports) {
    settle(ports, "a", 1).await;
    let remove = |seconds| [Change::RemoveOverride { id: id("o"), at: at(seconds) }];
    ports.refuse("a", 1, remove(1), Conflict::Stale, "none is there").await;
    ports.apply("a", 1, [Change::Override(instruction("o", "thr_1", 0, Some(9)))], "making it").await;
    ports.apply("a", 5, remove(5), "removing it").await;
    ports.refuse("a", 6, remove(6), Conflict::Stale, "removing it again").await;
    let found = ports.schedule.lookup_override(&id("a"), &id("o")).await.unwrap().unwrap();
    assert_eq!(found.removed_at, Some(at(5)), "when it was removed");
    assert_eq!(ports.schedule.lookup_override(&id("a"), &id("p")).await.unwrap(), None, "no such one");
}

pub async fn a_webhook_is_claimed_once(ports: &Ports) {
    settle(ports, "a", 1).await;
    settle(ports, "b", 2).await;
    let mine = || Change::Claim(claim("SM1"));
    ports.apply("a", 1, [mine()], "claiming").await;
    ports.refuse("a", 2, [mine()], Conflict::Claimed, "claiming again").await;
    ports.apply("b", 2, [mine()], "the same event with another tenant").await;
    ports.apply("a", 2, [Change::Claim(claim("SM2"))], "another event").await;
    let other = WebhookClaim { provider: "telnyx".to_owned(), ..claim("SM1") };
    ports.apply("a", 2, [Change::Claim(other)], "another provider").await;
    let twice = [Change::Claim(claim("SM3")), Change::Claim(claim("SM3"))];
    ports.refuse("a", 3, twice, Conflict::Claimed, "twice in one commit").await;
    ports.apply("a", 3, [Change::Claim(claim("SM3"))], "a refused claim is none").await;
}

pub async fn an_id_exists_once(ports: &Ports) {
    settle(ports, "a", 1).await;
    let changes = [
        ("a window", Change::Window(window("x", "thr_1", 0, 9))),
        ("an override", Change::Override(instruction("x", "thr_1", 0, None))),
        ("a message", Change::Message(Box::new(message("x", Some("thr_1"))))),
        ("a decision", Change::Decision(decision("x", Some("thr_1")))),
        ("a key", Change::ApiKey(key("x", Some("a"), 1))),
        ("a thread", new_thread(thread("x", "cus_2", "pool"))),
    ];
    for (what, change) in changes {
        ports.apply("a", 1, [change.clone()], what).await;
        let again = match change {
            Change::ApiKey(_) => Change::ApiKey(key("x", Some("a"), 2)),
            other => other,
        };
        ports.refuse("a", 2, [again], Conflict::Exists, what).await;
    }
}

pub async fn changes_apply_in_their_order(ports: &Ports) {
    settle(ports, "a", 1).await;
    let add = || Change::Customer(customer("cus_9", STRANGER));
    let open = || new_thread(thread("thr_9", "cus_9", "pool"));
    ports.refuse("a", 1, [open(), add()], Conflict::Dangling, "a thread before its customer").await;
    ports.apply("a", 1, [add(), open()], "a thread behind its customer").await;
    let first = number_in(NumberStatus::Quarantined, number("pool", &our(1, 2), NumberClass::Pool));
    let second = number_in(NumberStatus::Active, first.clone());
    ports.apply("a", 2, [put_number(first), put_number(second.clone())], "two changes of one row").await;
    let found = ports.numbers.lookup(&id("a"), &id("pool")).await.unwrap();
    assert_eq!(found, Some(second), "the last change counts");
}

pub async fn a_front_desk_is_required(ports: &Ports) {
    settle(ports, "a", 1).await;
    settle(ports, "b", 2).await;
    let require = || Change::Require(Requirement::FrontDesk);
    let desk = || number_in(NumberStatus::Quarantined, number("desk", &our(1, 1), NumberClass::FrontDesk));
    ports.apply("a", 1, [require()], "there is one").await;
    ports.refuse("a", 1, [put_number(desk()), require()], Conflict::Stale, "the last one leaves").await;
    let other = new_number(number("desk_2", &our(1, 4), NumberClass::FrontDesk));
    ports.apply("a", 1, [other, put_number(desk()), require()], "another one is left").await;
    let last = number_in(NumberStatus::Inactive, number("desk_2", &our(1, 4), NumberClass::FrontDesk));
    ports.apply("a", 2, [require(), put_number(last)], "it held in front of the change").await;
    ports
        .refuse("a", 3, [require()], Conflict::Stale, "none is left; that of another tenant does not count")
        .await;
}

pub async fn open_threads_are_required(ports: &Ports) {
    use crate::party::ThreadStatus::{Archived, Blocked, Closed};
    settle(ports, "a", 1).await;
    let more = [
        new_thread(thread("thr_0", "cus_2", "pool")),
        new_thread(thread_in(Blocked, None, thread("thr_3", "cus_1", "desk"))),
        new_thread(thread_in(Closed, Some(at(5)), thread("thr_4", "cus_1", "staff"))),
        new_thread(thread_in(Archived, Some(at(5)), thread("thr_5", "cus_2", "staff"))),
        Change::Customer(customer("cus_3", STRANGER)),
    ];
    ports.apply("a", 1, more, "more threads").await;
    let require = |number: &str, threads: &[&str]| {
        let threads = threads.iter().map(|thread| id(thread)).collect();
        Change::Require(Requirement::OpenThreads(id(number), threads))
    };
    for (number, threads) in
        [("pool", &["thr_0", "thr_1"][..]), ("desk", &["thr_2", "thr_3"]), ("staff", &[]), ("none", &[])]
    {
        ports.apply("a", 1, [require(number, threads)], &format!("the open threads on {number}")).await;
    }
    for (number, threads, what) in [
        ("pool", &["thr_1"][..], "one is missing"),
        ("pool", &["thr_0", "thr_1", "thr_2"], "one too many"),
        ("pool", &["thr_0", "thr_2"], "another one"),
        ("staff", &["thr_4"], "a closed one"),
        ("desk", &[], "none, but there are"),
    ] {
        ports.refuse("a", 1, [require(number, threads)], Conflict::Stale, what).await;
    }
    let fresh = new_thread(thread("thr_9", "cus_3", "pool"));
    let seen = require("pool", &["thr_0", "thr_1"]);
    ports.refuse("a", 1, [fresh.clone(), seen.clone()], Conflict::Stale, "a thread in front of it").await;
    ports.apply("a", 1, [seen, fresh], "a thread behind it").await;
}
