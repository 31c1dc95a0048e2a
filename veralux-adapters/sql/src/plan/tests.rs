use super::*;
use crate::fake::{Fake, Value as Cell};

fn plan() -> Plan {
    let mut plan = Plan::new();
    plan.statement("one").bind("a").bind(7_i64).must_write(1, Refusal::Is(Conflict::Stale));
    plan.statement("two").key_exists_means(Refusal::Is(Conflict::Claimed));
    plan.statement("three")
        .must_answer(Refusal::Is(Conflict::Full))
        .value_exists_means(Refusal::Is(Conflict::NumberTaken));
    plan
}

fn conflict(refusal: Option<&Refusal>) -> Option<Conflict> {
    match refusal? {
        Refusal::Is(conflict) => Some(conflict.clone()),
        Refusal::Ask(..) => panic!("nothing is asked here"),
    }
}

#[test]
fn the_first_statement_that_does_not_do_what_it_must_counts() {
    for (done, expected, what) in [
        (vec![(1, false), (0, false), (0, true)], None, "all do what they must"),
        (vec![(0, false), (0, false), (0, false)], Some(Conflict::Stale), "the first of two"),
        (vec![(2, false)], Some(Conflict::Stale), "more rows than one"),
        (vec![(1, false), (9, true), (1, false)], Some(Conflict::Full), "writing is no answer"),
        (vec![(1, false), (9, true)], None, "what was not run is not judged"),
        (vec![], None, "nothing was run"),
    ] {
        assert_eq!(conflict(plan().judge(done)), expected, "{what}");
    }
}

#[test]
fn a_broken_rule_means_what_the_statement_says() {
    for (index, violated, expected) in [
        (0, Violated::PrimaryKey, Some(Conflict::Exists)),
        (0, Violated::Unique, Some(Conflict::Exists)),
        (0, Violated::ForeignKey, Some(Conflict::Dangling)),
        (1, Violated::PrimaryKey, Some(Conflict::Claimed)),
        (1, Violated::Unique, Some(Conflict::Exists)),
        (2, Violated::PrimaryKey, Some(Conflict::Exists)),
        (2, Violated::Unique, Some(Conflict::NumberTaken)),
        (3, Violated::Unique, None),
    ] {
        assert_eq!(conflict(plan().refusal(index, violated)), expected, "{index}, {violated:?}");
    }
}

#[test]
fn values_belong_to_the_last_statement() {
    let plan = plan();
    let values: Vec<_> = plan.queries().iter().map(|query| (query.sql(), query.values().len())).collect();
    assert_eq!(values, [("one", 2), ("two", 0), ("three", 0)]);
    assert!(plan.queries()[0].values() == [Value::from("a"), Value::from(7_i64)]);
    let refusal = Refusal::ask("four", Finding::PairTaken, Conflict::Stale).bind("b");
    assert!(matches!(refusal, Refusal::Ask(query, ..) if query.values() == [Value::from("b")]));
}

#[test]
fn a_value_is_never_shown() {
    let mut plan = Plan::new();
    plan.statement("one").bind("private-value").bind(Value::any_text("private-value"));
    assert!(!format!("{plan:?}").contains("private-value"));
}

#[test]
fn a_finding_names_the_conflict() {
    for (finding, cell, expected) in [
        (Finding::Is(Conflict::InUse), Cell::Null, Ok(Conflict::InUse)),
        (Finding::PairTaken, Cell::Text("thr_1"), Ok(Conflict::PairTaken("thr_1".parse().unwrap()))),
        (Finding::PairTaken, Cell::Null, Err(Corrupt("thread"))),
        (Finding::VersionMoved, Cell::Number(7), Ok(Conflict::VersionMoved { current: 7 })),
        (Finding::VersionMoved, Cell::Number(-7), Err(Corrupt("version"))),
        (
            Finding::DidTaken,
            Cell::Text("+14155550201"),
            Ok(Conflict::DidTaken("+14155550201".parse().unwrap())),
        ),
        (Finding::DidTaken, Cell::Text("private-value"), Err(Corrupt("did"))),
        (
            Finding::CodesExhausted(5),
            Cell::Number(7),
            Ok(Conflict::CodesExhausted { until: veralux_core::time::Instant::from_micros(12) }),
        ),
    ] {
        assert_eq!(finding.read::<Fake>(&vec![cell]), expected, "{finding:?}");
    }
}
