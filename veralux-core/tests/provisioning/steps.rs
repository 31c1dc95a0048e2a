use veralux_core::id::NumberId;
use veralux_core::number::Act;
use veralux_core::party::{NumberClass, NumberStatus};
use veralux_core::port::{
    Clock as _, NumberFeatures, NumberKind, NumberSearch, Operation, OperationState, Page, ProviderFault,
    Step, StepState,
};
use veralux_core::service::{
    Context, Error, ImportNumber, Numbers, Progress, Provision, Provisioning, RuntimePublisher,
};
use veralux_core::time::SECOND;

use crate::interrupt::{Fate, poll, run};
use crate::shop::{Mood, RATE_LIMITED};
use crate::world::{NUMBER, SYSTEM, World, code, import, number, purchase, steps};

const HELD: &str = "PN14155550123";

fn failed(progress: Progress) -> Error {
    match progress {
        Progress::Failed(error) => error,
        other => panic!("not failed: {other:?}"),
    }
}

/// The step that is not over.
fn open(operation: &Operation) -> &Step {
    operation.steps.iter().find(|step| !step.is_over()).unwrap()
}

/// A number of the tenant's that is in the account, and inactive with us.
fn given_up(world: &World) -> NumberId {
    world.shop.state.lock().unwrap().held.insert(number(), true);
    let numbers = Numbers::new(world.stores.clone());
    let request = ImportNumber { e164: number(), class: NumberClass::Pool, provider: "shop".to_owned() };
    let id = run(numbers.import(&SYSTEM, &world.tenant, request)).unwrap().id;
    run(RuntimePublisher::new(world.stores.clone(), None).map_did(&SYSTEM, &world.tenant, &number()))
        .unwrap();
    run(numbers.act(&SYSTEM, &world.tenant, &id, &Act::Deactivate { reassign: None }, None)).unwrap();
    id
}

#[test]
fn a_purchase_goes_through_its_steps() {
    for (what, has_orders, asked, prepared, order) in [
        (
            "with orders",
            true,
            vec!["prepare", "find_order", "find", "order", "find", "find", "attach"],
            ("prepare", "done", "app_1"),
            "ord_1",
        ),
        (
            "without",
            false,
            vec!["prepare", "find", "order", "find", "find", "attach"],
            ("prepare", "skipped", "-"),
            "ord_1",
        ),
    ] {
        let world = World::new(has_orders, 0);
        let started = world.start(purchase()).unwrap();
        assert_eq!(started.steps.iter().filter(|step| step.state == StepState::Pending).count(), 6, "{what}");
        assert!(matches!(world.run(&started.id), Progress::Done), "{what}");
        let operation = world.operation(&started.id);
        let own = world.number().unwrap();
        assert_eq!(operation.state, OperationState::Done, "{what}");
        assert_eq!(
            steps(&operation),
            [
                prepared,
                ("order", "done", order),
                ("arrive", "done", HELD),
                ("attach", "done", HELD),
                ("import", "done", own.id.as_str()),
                ("map_did", "done", "-"),
            ],
            "{what}"
        );
        assert_eq!(world.shop.asked(), asked, "{what}");
        assert_eq!((own.class, own.provider.as_str()), (NumberClass::Pool, "shop"), "{what}");
        assert_eq!(world.did(), Some(world.tenant.clone()), "{what}");
        assert!(operation.steps.iter().all(|step| step.attempts == 1 && step.settles_at.is_none()), "{what}");
        assert!(matches!(world.run(&started.id), Progress::Done), "{what}: again");
        assert_eq!(world.shop.asked(), Vec::<&str>::new(), "{what}: nothing is asked");
    }
}

#[test]
fn what_is_in_the_account_is_not_bought() {
    for (what, provision, order) in
        [("a purchase", purchase(), Some(("order", "skipped", HELD))), ("an import", import(), None)]
    {
        let world = World::new(true, 0);
        world.shop.state.lock().unwrap().held.insert(number(), true);
        let id = world.start(provision).unwrap().id;
        assert!(matches!(world.run(&id), Progress::Done), "{what}");
        let operation = world.operation(&id);
        let found = steps(&operation).into_iter().find(|(name, ..)| *name == "order");
        assert_eq!((found, world.shop.bought(&number())), (order, 0), "{what}");
        assert!(!world.shop.asked().contains(&"attach"), "{what}: it leads to us already");
    }
}

#[test]
fn what_passes_is_waited_for() {
    let half = 5 * SECOND / 2;
    for (what, fault, least, most) in [
        ("trouble", ProviderFault::Transient, half, 5 * SECOND),
        ("a limit", RATE_LIMITED, 120 * SECOND, 123 * SECOND),
    ] {
        let world = World::new(false, 0);
        let id = world.start(purchase()).unwrap().id;
        world.shop.moods([Mood::Well, Mood::Well, Mood::Refuses(fault)]);
        let Progress::Waits(at) = world.run(&id) else { panic!("{what}: it waits") };
        let wait = at.micros() - world.clock.now().micros();
        assert!((least..=most).contains(&wait), "{what}: {wait}");
        let operation = world.operation(&id);
        let step = open(&operation);
        let error = step.error.as_ref().unwrap();
        assert_eq!((step.name.as_str(), step.state, step.settles_at), ("order", StepState::Running, None));
        assert_eq!(
            (error.code.as_deref(), error.sentence.as_str()),
            (Some(fault.code()), "The shop is moody. Try again."),
            "{what}"
        );
        assert_eq!(error.raw.as_ref().unwrap().body(), "the shop's answer", "{what}");
        world.pass(130);
        assert_eq!(world.operation(&id).state, OperationState::Done, "{what}");
        assert_eq!(world.shop.bought(&number()), 1, "{what}");
        assert!(world.operation(&id).steps.iter().all(|step| step.error.is_none()), "{what}");
    }
}

#[test]
fn an_order_whose_answer_is_lost_is_looked_for() {
    let well = Mood::Well;
    for (what, has_orders, mood, seconds) in [
        ("it had been placed", true, Mood::Unheard, 0),
        ("it had been placed, and there are no orders", false, Mood::Unheard, 0),
        ("it is placed late", true, Mood::Late(21 * SECOND), 25),
        ("it is placed late, and there are no orders", false, Mood::Late(29 * SECOND), 30),
        ("it never arrived", true, Mood::Lost, 30),
        ("it never arrived, and there are no orders", false, Mood::Lost, 30),
    ] {
        let world = World::new(has_orders, 0);
        let id = world.start(purchase()).unwrap().id;
        let looks = if has_orders { 3 } else { 2 };
        world.shop.moods(std::iter::repeat_n(well, looks).chain([mood]));
        let began = world.clock.now();
        let progress = world.run(&id);
        assert_eq!(matches!(progress, Progress::Done), seconds == 0, "{what}: {progress:?}");
        world.pass(29);
        assert!(world.shop.asked().iter().filter(|asked| **asked == "order").count() == 1, "{what}");
        world.pass(10);
        assert_eq!(world.operation(&id).state, OperationState::Done, "{what}");
        let ended = world.operation(&id).updated_at;
        assert_eq!((ended.micros() - began.micros()).div_euclid(SECOND), seconds, "{what}");
        assert_eq!(world.shop.bought(&number()), 1, "{what}");
    }
}

#[test]
fn what_is_refused_waits_for_a_person() {
    for (fault, name) in [
        (ProviderFault::Rejected, "provider_rejected"),
        (ProviderFault::NotConnected, "provider_not_connected"),
        (ProviderFault::Permanent, "provider_broken"),
    ] {
        let world = World::new(true, 0);
        let id = world.start(purchase()).unwrap().id;
        world.shop.moods([Mood::Well, Mood::Well, Mood::Well, Mood::Refuses(fault)]);
        assert_eq!(failed(world.run(&id)).code(), Some(name));
        assert_eq!(failed(world.run(&id)).to_string(), "The shop is moody. Try again.", "still");
        let operation = world.operation(&id);
        let step = open(&operation);
        assert_eq!((operation.state, step.name.as_str()), (OperationState::Failed, "order"));
        assert_eq!((step.state, step.ended_at), (StepState::Failed, Some(world.clock.now())));
        world.pass(3_600);
        assert_eq!(world.operation(&id).state, OperationState::Failed, "by itself nothing happens");
        let person = Context::SYSTEM;
        let again = run(world.provisioning().retry(&person, &world.tenant, &id)).unwrap();
        assert_eq!((again.state, open(&again).name.as_str()), (OperationState::Running, "order"));
        world.shop.asked();
        assert!(matches!(world.run(&id), Progress::Done));
        assert!(!world.shop.asked().contains(&"prepare"), "it goes on where it failed");
        let refused = run(world.provisioning().retry(&person, &world.tenant, &id));
        assert_eq!(code(refused), "operation_not_failed");
        let told = ["started", "failed", "retried", "finished"];
        assert_eq!(told.map(|what| world.told(&format!("number.purchase_{what}"))), [1; 4]);
    }
}

#[test]
fn an_order_that_fails_in_the_end_is_placed_anew_by_a_person() {
    let world = World::new(true, 60);
    world.shop.state.lock().unwrap().failing = 1;
    let id = world.start(purchase()).unwrap().id;
    assert_eq!(failed(world.run(&id)).code(), Some("order_failed"));
    world.shop.state.lock().unwrap().orders[0].state = veralux_core::port::OrderState::Pending;
    // The second time the shop takes the order, and says later that it has failed.
    run(world.provisioning().retry(&SYSTEM, &world.tenant, &id)).unwrap();
    assert!(matches!(world.run(&id), Progress::Waits(_)));
    assert_eq!(open(&world.operation(&id)).name, "arrive");
    for order in &mut world.shop.state.lock().unwrap().orders {
        order.state = veralux_core::port::OrderState::Failed;
    }
    world.pass(60);
    let operation = world.operation(&id);
    assert_eq!((operation.state, open(&operation).name.as_str()), (OperationState::Failed, "order"));
    assert_eq!(steps(&operation)[2], ("arrive", "pending", "-"));
    run(world.provisioning().retry(&SYSTEM, &world.tenant, &id)).unwrap();
    world.pass(200);
    assert_eq!(world.operation(&id).state, OperationState::Done);
    let references: Vec<String> =
        world.shop.now().orders.iter().map(|order| order.reference.clone()).collect();
    assert_eq!(references, [id.to_string(), format!("{id}-1"), format!("{id}-2")]);
    assert_eq!(world.shop.bought(&number()), 1);
}

#[test]
fn a_bought_number_that_another_tenant_has_taken_is_not_lost() {
    let world = World::new(true, 0);
    let id = world.start(purchase()).unwrap().id;
    world.shop.moods([Mood::Well; 6].into_iter().chain([Mood::Refuses(ProviderFault::Transient)]));
    assert!(matches!(world.run(&id), Progress::Waits(_)));
    assert_eq!(open(&world.operation(&id)).name, "attach");
    world.held_elsewhere();
    world.pass(10);
    let error = open(&world.operation(&id)).error.clone().unwrap();
    assert_eq!(world.operation(&id).state, OperationState::Failed);
    assert_eq!(error.code.as_deref(), Some("held_by_another_tenant"));
    assert_eq!(
        error.sentence,
        "another tenant holds this number; it was bought and is in the account at shop: give it back there, or try \
         again when it is free here"
    );
    assert_eq!(world.number(), None);
}

#[test]
fn a_number_that_another_tenant_takes_first_is_not_bought() {
    let world = World::new(true, 0);
    let id = world.start(purchase()).unwrap().id;
    world.held_elsewhere();
    assert_eq!(failed(world.run(&id)).code(), Some("held_by_another_tenant"));
    assert_eq!(world.shop.bought(&number()), 0);
}

#[test]
fn a_number_that_leads_to_another_tenant_is_not_bought() {
    let world = World::new(true, 0);
    let id = world.start(purchase()).unwrap().id;
    let publisher = RuntimePublisher::new(world.stores.clone(), None);
    run(publisher.map_did(&SYSTEM, &world.other, &number())).unwrap();
    assert_eq!(failed(world.run(&id)).code(), Some("held_by_another_tenant"));
    let third = World::new(true, 0);
    let publisher = RuntimePublisher::new(third.stores.clone(), None);
    run(publisher.map_did(&SYSTEM, &third.other, &number())).unwrap();
    assert_eq!(code(third.start(purchase())), "held_by_another_tenant");
    assert_eq!((world.shop.bought(&number()), third.shop.bought(&number())), (0, 0));
}

#[test]
fn what_is_imported_must_be_in_the_account() {
    let world = World::new(false, 0);
    let id = world.start(import()).unwrap().id;
    assert_eq!(failed(world.run(&id)).code(), Some("not_in_account"));
    world.shop.state.lock().unwrap().held.insert(number(), false);
    run(world.provisioning().retry(&SYSTEM, &world.tenant, &id)).unwrap();
    assert!(matches!(world.run(&id), Progress::Done));
    let operation = world.operation(&id);
    let names: Vec<&str> = operation.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["find", "prepare", "attach", "import", "map_did"]);
    assert_eq!(world.number().map(|own| own.class), Some(NumberClass::Staff));
    assert_eq!(world.told("number.import_finished"), 1);
}

#[test]
fn a_number_is_given_back() {
    let world = World::new(true, 0);
    let id = given_up(&world);
    let release = world.start(Provision::Release(id.clone())).unwrap();
    let request = ImportNumber { e164: number(), class: NumberClass::Pool, provider: "import".to_owned() };
    let numbers = Numbers::new(world.stores.clone());
    let refused = run(numbers.import(&SYSTEM, &world.tenant, request.clone()));
    assert_eq!(code(refused), "operation_running", "it is on its way out");
    world.shop.moods([Mood::Well, Mood::Unheard]);
    assert!(matches!(world.run(&release.id), Progress::Waits(_)));
    world.pass(10);
    assert_eq!(
        steps(&world.operation(&release.id)),
        [("unmap_did", "done", "-"), ("release", "skipped", "-")],
        "the answer was lost, the number is gone"
    );
    assert_eq!((world.did(), world.shop.now().released), (None, 1));
    let own = world.number().unwrap();
    assert_eq!((own.status, own.given_back_at.is_some()), (NumberStatus::Inactive, true));
    let again = code(world.start(Provision::Release(id.clone())));
    assert_eq!(again, "number_given_back", "by now it may be somebody else's there");
    run(numbers.import(&SYSTEM, &world.tenant, request)).unwrap();
    assert_eq!(code(world.start(Provision::Release(id))), "invalid_provider", "it came from elsewhere");
}

#[test]
fn what_was_given_back_another_tenant_may_take() {
    let world = World::new(true, 0);
    let id = given_up(&world);
    let release = world.start(Provision::Release(id.clone())).unwrap();
    world.shop.moods([Mood::Refuses(ProviderFault::Rejected)]);
    failed(world.run(&release.id));
    assert_eq!(world.number().map(|own| own.given_back_at), Some(None), "not before it is gone");
    let theirs = || run(world.provisioning().start(&SYSTEM, &world.other, purchase()));
    assert_eq!(code(theirs()), "held_by_another_tenant");
    run(world.provisioning().retry(&SYSTEM, &world.tenant, &release.id)).unwrap();
    assert!(matches!(world.run(&release.id), Progress::Done));
    let bought = run(world.provisioning().run(&world.other, &theirs().unwrap().id));
    assert!(matches!(bought.unwrap(), Progress::Done));
    assert_eq!(code(world.start(purchase())), "held_by_another_tenant");
    assert_eq!(code(world.start(Provision::Release(id.clone()))), "number_given_back");
    let request = ImportNumber { e164: number(), class: NumberClass::Pool, provider: "import".to_owned() };
    let noted = run(Numbers::new(world.stores.clone()).import(&SYSTEM, &world.tenant, request));
    assert_eq!(code(noted), "held_by_another_tenant", "nor noted by hand");
    assert_eq!(world.number().map(|own| own.id), Some(id), "what was stays");
}

#[test]
fn who_imports_meanwhile_keeps_the_number() {
    let world = World::new(true, 0);
    let id = given_up(&world);
    let numbers = Numbers::new(world.stores.clone());
    // Between the look of an import and its commit the release is started.
    world.fates([Fate::Kept]);
    let request = ImportNumber { e164: number(), class: NumberClass::Pool, provider: "shop".to_owned() };
    let (numbers, tenant) = (numbers.clone(), world.tenant.clone());
    let mut importing: std::pin::Pin<Box<dyn Future<Output = _>>> =
        Box::pin(async move { numbers.import(&SYSTEM, &tenant, request).await });
    assert!(poll(&mut importing).is_none(), "in front of its commit");
    let release = world.start(Provision::Release(id)).unwrap();
    assert_eq!(code(run(importing)), "stale");
    assert!(matches!(world.run(&release.id), Progress::Done));
}

#[test]
fn what_cannot_be_started() {
    let world = World::new(true, 0);
    let elsewhere =
        Provision::Purchase { number: number(), class: NumberClass::Pool, provider: "x".to_owned() };
    assert_eq!(code(world.start(elsewhere)), "invalid_provider");
    let nowhere = NumberId::parse("num_none").unwrap();
    assert_eq!(code(world.start(Provision::Release(nowhere))), "number_not_found");
    let mute = world.with_urls(None);
    assert_eq!(code(run(mute.start(&SYSTEM, &world.tenant, purchase()))), "public_url_required");
    let none = Provisioning::new(
        world.stores.clone(),
        RuntimePublisher::new(world.stores.clone(), None),
        Vec::new(),
    );
    let refused = run(none.start(&SYSTEM, &world.tenant, purchase()));
    assert_eq!(code(refused), "provider_not_configured");
    let stranger = veralux_core::id::TenantId::parse("ash").unwrap();
    let refused = run(world.provisioning().start(&SYSTEM, &stranger, purchase()));
    assert_eq!(code(refused), "tenant_not_found");

    let first = world.start(purchase()).unwrap();
    let second = world.start(import()).unwrap_err();
    assert_eq!(second.code(), Some("operation_running"));
    assert!(second.to_string().contains(first.id.as_str()), "{second}");
    assert!(!second.to_string().contains(NUMBER));
    let others = run(world.provisioning().start(&SYSTEM, &world.other, purchase()));
    assert!(others.is_ok(), "another tenant's is none of its business");
    assert!(matches!(world.run(&first.id), Progress::Done));
    assert_eq!(code(world.start(purchase())), "number_exists");
    let own = world.number().unwrap();
    assert_eq!(code(world.start(Provision::Release(own.id))), "number_in_use");
    let refused = run(world.provisioning().start(&SYSTEM, &world.other, import()));
    assert_eq!(code(refused), "held_by_another_tenant");
    let listed = run(world.provisioning().list(&world.tenant, &Page::first(9))).unwrap().items;
    assert_eq!(listed.iter().map(|it| &it.id).collect::<Vec<_>>(), [&first.id]);
}

#[test]
fn offers_are_handed_on() {
    let world = World::new(true, 0);
    let search = NumberSearch {
        country: "US".to_owned(),
        kind: NumberKind::Local,
        area_code: None,
        contains: None,
        features: NumberFeatures::default(),
        limit: 3,
    };
    let provisioning = world.provisioning();
    assert_eq!(run(provisioning.search(&world.tenant, "shop", &search)).unwrap().len(), 3);
    world.shop.moods([Mood::Refuses(ProviderFault::NotConnected)]);
    let refused = run(provisioning.search(&world.tenant, "shop", &search));
    assert_eq!(code(refused), "provider_not_connected");
    assert_eq!(code(run(provisioning.search(&world.tenant, "x", &search))), "invalid_provider");
}
