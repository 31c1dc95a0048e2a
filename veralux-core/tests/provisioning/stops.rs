//! One process that stops at each place in turn, and another one that comes.

use std::sync::Arc;

use veralux_core::id::OperationId;
use veralux_core::port::OperationState;
use veralux_core::service::{Progress, Provisioning, RuntimePublisher, WorkRunner};
use veralux_core::time::SECOND;

use crate::interrupt::{poll, run};
use crate::world::{World, number, purchase};

#[test]
fn two_at_once_buy_once() {
    // The second comes wherever the first stands.
    for stops in 0..60 {
        let world = World::new(true, 0);
        let id = world.start(purchase()).unwrap().id;
        let (one, tenant, own) = (world.provisioning(), world.tenant.clone(), id.clone());
        let mut first: std::pin::Pin<Box<dyn Future<Output = _>>> =
            Box::pin(async move { one.run(&tenant, &own).await });
        let is_over = (0..stops).any(|_| poll(&mut first).is_some());
        let second = world.run(&id);
        assert!(!matches!(second, Progress::Failed(_)), "{stops}: {second:?}");
        if !is_over {
            drop(run(first));
        }
        world.pass(120);
        assert_eq!(world.operation(&id).state, OperationState::Done, "{stops}");
        assert_eq!(world.shop.bought(&number()), 1, "{stops}");
        let asked = world.shop.asked();
        assert_eq!(asked.iter().filter(|asked| **asked == "order").count(), 1, "{stops}: {asked:?}");
    }
}

/// Runs an operation and dies at its `stops`th stop; true when it was over before.
fn dies_after(world: &World, id: &OperationId, stops: usize) -> bool {
    let (one, tenant, own) = (world.provisioning(), world.tenant.clone(), id.clone());
    let mut run: std::pin::Pin<Box<dyn Future<Output = _>>> =
        Box::pin(async move { one.run(&tenant, &own).await });
    (0..stops).any(|_| poll(&mut run).is_some())
}

#[test]
fn whoever_dies_anywhere_leaves_it_to_others() {
    for stops in 0..60 {
        let world = World::new(true, 0);
        let id = world.start(purchase()).unwrap().id;
        let is_over = dies_after(&world, &id, stops);
        world.pass((Provisioning::LEASE + Provisioning::SETTLES) / SECOND);
        assert_eq!(world.operation(&id).state, OperationState::Done, "{stops}");
        assert_eq!(world.shop.bought(&number()), 1, "{stops}");
        assert_eq!(world.told("number.purchase_finished"), 1, "{stops}");
        if is_over {
            return;
        }
    }
    panic!("a purchase has more stops than that");
}

#[test]
fn a_server_without_an_account_at_the_provider_leaves_it_to_those_that_have_one() {
    // It comes wherever the first was when it died.
    for stops in 0..60 {
        let world = World::new(true, 0);
        let id = world.start(purchase()).unwrap().id;
        let is_over = dies_after(&world, &id, stops);
        world.clock.advance(Provisioning::LEASE + Provisioning::SETTLES);
        let publisher = RuntimePublisher::new(world.stores.clone(), None);
        let without = Provisioning::new(world.stores.clone(), publisher, Vec::new());
        let left = run(WorkRunner::new(world.stores.clone(), vec![Arc::new(without)]).run_due(9)).unwrap();
        assert!(left.errors.is_empty(), "{stops}: {:?}", left.errors);
        world.pass(150);
        assert_eq!(world.operation(&id).state, OperationState::Done, "{stops}");
        assert_eq!(world.shop.bought(&number()), 1, "{stops}");
        if is_over {
            return;
        }
    }
    panic!("a purchase has more stops than that");
}
