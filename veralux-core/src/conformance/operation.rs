//! Operations at providers.

use super::Ports;
use super::make::{at, id, phone, settle};
use crate::party::NumberClass;
use crate::port::{
    AccountOwner, Change, Conflict, Error, ErrorRecord, MAX_STEPS, Operation, OperationKind, OperationState,
    Page, RawAnswer, Step, StepState,
};

const NUMBER: &str = "+14155550177";

pub(super) fn operation(name: &str, number: &str) -> Operation {
    Operation {
        id: id(name),
        kind: OperationKind::Purchase,
        provider: "telnyx".to_owned(),
        number: phone(number),
        class: NumberClass::Pool,
        state: OperationState::Running,
        steps: vec![Step::pending("prepare"), Step::pending("order")],
        requested_by: "key_1".to_owned(),
        created_at: at(0),
        updated_at: at(0),
        revision: 1,
    }
}

pub(super) fn put(after: Operation) -> Change {
    let before = Some(after.revision - 1).filter(|before| *before > 0);
    Change::Operation { after: Box::new(after), before }
}

/// The operation given up, a revision later, with everything there is to say of a step.
pub(super) fn failed(operation: Operation) -> Operation {
    let raw = RawAnswer::new(503, "<html>\"ä\\ %_ '</html>".as_bytes());
    let step = Step {
        name: "order".to_owned(),
        state: StepState::Failed,
        remote: Some("ord O'Reilly ä".to_owned()),
        started_at: Some(at(1)),
        ended_at: Some(at(2)),
        error: Some(ErrorRecord::new(None, "the provider is away", Some(raw))),
        attempts: 3,
        settles_at: Some(at(4)),
        failed_orders: 1,
        account: Some(AccountOwner::Tenant),
    };
    Operation {
        state: OperationState::Failed,
        steps: vec![Step { state: StepState::Skipped, ..Step::pending("prepare") }, step],
        updated_at: at(3),
        revision: operation.revision + 1,
        ..operation
    }
}

pub async fn operations_by_revision(ports: &Ports) {
    settle(ports, "a", 1).await;
    let first = operation("opr_1", NUMBER);
    ports.apply("a", 0, [put(first.clone())], "an operation").await;
    ports.refuse("a", 1, [put(first.clone())], Conflict::Exists, "the same id").await;
    let found = async |tenant: &str| ports.operations.lookup(&id(tenant), &id("opr_1")).await.unwrap();
    assert_eq!(found("a").await, Some(first.clone()), "as it was stored");
    assert_eq!(found("b").await, None, "another tenant's");
    let last = failed(first);
    ports.apply("a", 2, [put(last.clone())], "a step on").await;
    ports.refuse("a", 3, [put(last.clone())], Conflict::Stale, "the revision before").await;
    assert_eq!(found("a").await, Some(last), "all of it");
    let steps = vec![Step::pending("x"); MAX_STEPS + 1];
    let invalid = ports.commit("a", 4, [put(Operation { steps, ..operation("opr_2", NUMBER) })]).await;
    assert!(matches!(invalid, Err(Error::Invalid(_))), "too many steps: {invalid:?}");
    let most = Operation {
        kind: OperationKind::Release,
        state: OperationState::Done,
        class: NumberClass::FrontDesk,
        steps: vec![failed(operation("x", NUMBER)).steps[1].clone(); MAX_STEPS],
        ..operation("opr_3", NUMBER)
    };
    ports.apply("a", 4, [put(most.clone())], "as many as may be").await;
    assert_eq!(ports.operations.lookup(&id("a"), &id("opr_3")).await.unwrap(), Some(most));
}

pub async fn one_operation_a_number(ports: &Ports) {
    settle(ports, "a", 1).await;
    settle(ports, "b", 2).await;
    let first = operation("opr_1", NUMBER);
    ports.apply("a", 0, [put(first.clone())], "an operation").await;
    let second = operation("opr_2", NUMBER);
    ports.refuse("a", 1, [put(second.clone())], Conflict::Exists, "another with this number").await;
    ports.apply("a", 1, [put(operation("opr_3", "+14155550178"))], "one with another number").await;
    ports.apply("b", 1, [put(first.clone())], "another tenant's").await;
    let running = async |tenant: &str| {
        let found = ports.operations.find_running(&id(tenant), &phone(NUMBER)).await.unwrap();
        found.map(|found| found.id.to_string())
    };
    assert_eq!(running("a").await.as_deref(), Some("opr_1"));
    assert_eq!(running("c").await, None, "nobody's");
    let given_up = failed(first);
    ports.apply("a", 2, [put(given_up.clone())], "given up").await;
    assert_eq!(running("a").await, None, "none runs");
    ports.apply("a", 3, [put(second)], "another may").await;
    assert_eq!(running("a").await.as_deref(), Some("opr_2"));
    let resumed = Operation { state: OperationState::Running, revision: 3, ..given_up };
    ports.refuse("a", 4, [put(resumed)], Conflict::Exists, "and is in the way of the first").await;
    assert_eq!(running("b").await.as_deref(), Some("opr_1"), "another tenant's runs on");
}

pub async fn pages(ports: &Ports) {
    settle(ports, "a", 1).await;
    for index in 0..4 {
        let change = put(operation(&format!("opr_{index}"), &format!("+1415555018{index}")));
        ports.apply("a", 0, [change], "an operation").await;
    }
    let list = async |tenant: &str, page: &Page| {
        let listed = ports.operations.list(&id(tenant), page).await.unwrap();
        let names: Vec<_> = listed.items.iter().map(|found| found.id.to_string()).collect();
        (names.join(" "), listed.next)
    };
    let first = list("a", &Page::first(3)).await;
    assert_eq!(first.0, "opr_0 opr_1 opr_2");
    assert_eq!(list("a", &Page::first(3).after(first.1)).await, ("opr_3".to_owned(), None), "the rest");
    assert_eq!(list("a", &Page::newest(2)).await.0, "opr_3 opr_2", "newest first");
    assert_eq!(list("b", &Page::first(3)).await, (String::new(), None), "another tenant's");
}
