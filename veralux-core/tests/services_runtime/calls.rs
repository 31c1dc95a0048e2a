use std::sync::Arc;

use tokio::task::JoinSet;
use veralux_core::party::TenantStatus;
use veralux_core::port::{Call, CallState, Ledger, Page};
use veralux_core::service::{
    CallNews, CallRefusal, Calls, Context, IncomingCall, LONGEST_CALL, Stores, Taken, TenantPatch, Tenants,
};
use veralux_core::time::{MINUTE, SECOND};

use crate::setup::{A, B, Bench, C, Interrupted, SYSTEM, did, tenant};

/// `oak` takes three calls at once and five in a minute at A; B is mapped without a configuration.
async fn bench() -> (Bench, Calls) {
    let bench = Bench::start().await;
    let text = crate::setup::document("oak", &[A], "s3cret").replace(
        r#""maxConcurrentCallsTenant":1,"maxCallsPerMinuteTenant":1"#,
        r#""maxConcurrentCallsTenant":3,"maxCallsPerMinuteTenant":5"#,
    );
    bench.publisher.publish(&SYSTEM, &tenant("oak"), text.as_bytes(), None).await.unwrap();
    bench.publisher.map_did(&SYSTEM, &tenant("elm"), &did(B)).await.unwrap();
    let calls = Calls::new(bench.stores.clone());
    (bench, calls)
}

fn incoming(called: &str, provider_call: &str) -> IncomingCall {
    let caller = Some("+442079460001".to_owned());
    IncomingCall { provider: "twilio", provider_call: provider_call.to_owned(), called: did(called), caller }
}

async fn begin(calls: &Calls, called: &str, provider_call: &str) -> Result<(), CallRefusal> {
    match calls.begin(&SYSTEM, &incoming(called, provider_call)).await.unwrap() {
        Taken::Connect { .. } => Ok(()),
        Taken::Refused(refusal) => Err(refusal),
    }
}

async fn end(calls: &Calls, provider_call: &str) -> bool {
    let news = CallNews::Ended("completed".to_owned());
    calls.note(&SYSTEM, &tenant("oak"), "twilio", provider_call, &news).await.unwrap()
}

async fn all(stores: &Stores) -> Vec<Call> {
    stores.calls.list(&tenant("oak"), false, &Page::first(50)).await.unwrap().items
}

#[tokio::test]
async fn what_becomes_of_a_call() {
    let (bench, calls) = bench().await;
    assert_eq!(begin(&calls, C, "CA0").await, Err(CallRefusal::NotInService));
    assert_eq!(begin(&calls, B, "CA0").await, Err(CallRefusal::NotConfigured));
    assert_eq!(begin(&calls, A, "CA1").await, Ok(()));
    let patch = TenantPatch { status: Some(TenantStatus::Suspended), ..TenantPatch::default() };
    Tenants::new(bench.stores.clone()).patch(&SYSTEM, &tenant("oak"), patch).await.unwrap();
    assert_eq!(begin(&calls, A, "CA2").await, Err(CallRefusal::Suspended));
    let mut kept: Vec<_> = all(&bench.stores).await.into_iter().map(|call| (call.state, call.outcome)).collect();
    let refused = (CallState::Refused, Some("suspended".to_owned()));
    kept.sort_by_key(|(state, _)| *state);
    assert_eq!(kept, [(CallState::Ringing, None), refused]);
}

#[tokio::test]
async fn a_call_told_twice_is_taken_once_and_answered_the_same() {
    let (bench, calls) = bench().await;
    for called in ["CA1", "CA1", "CA2", "CA3", "CA1"] {
        assert_eq!(begin(&calls, A, called).await, Ok(()), "{called}");
    }
    assert_eq!(begin(&calls, A, "CA4").await, Err(CallRefusal::AtCapacity));
    assert!(end(&calls, "CA2").await);
    assert_eq!(begin(&calls, A, "CA4").await, Err(CallRefusal::AtCapacity), "it was told so");
    assert_eq!(begin(&calls, A, "CA5").await, Ok(()));
    assert_eq!(all(&bench.stores).await.len(), 5);
}

#[tokio::test]
async fn of_many_at_once_as_many_are_taken_as_there_is_room_for() {
    let (bench, calls) = bench().await;
    let mut told = JoinSet::new();
    for index in 0..40 {
        let calls = calls.clone();
        // Each is told of twice at the same time.
        told.spawn(async move { begin(&calls, A, &format!("CA{}", index / 2)).await.is_ok() });
    }
    let told = told.join_all().await;
    assert_eq!(told.iter().filter(|taken| **taken).count(), 6, "three calls, told twice");
    let open = all(&bench.stores).await.iter().filter(|call| call.state.is_open()).count();
    assert_eq!(open, 3);
}

#[tokio::test]
async fn a_minute_has_room_for_so_many() {
    let (bench, calls) = bench().await;
    for index in 0..5 {
        let call = format!("CA{index}");
        assert_eq!(begin(&calls, A, &call).await, Ok(()), "{call}");
        assert!(end(&calls, &call).await);
        bench.clock.advance(SECOND);
    }
    assert_eq!(begin(&calls, A, "CA5").await, Err(CallRefusal::AtCapacity));
    bench.clock.advance(MINUTE - 5 * SECOND);
    assert_eq!(begin(&calls, A, "CA6").await, Ok(()), "the first is a minute old");
}

#[tokio::test]
async fn a_call_whose_end_was_never_told_stops_counting() {
    let (bench, calls) = bench().await;
    for call in ["CA1", "CA2", "CA3"] {
        assert_eq!(begin(&calls, A, call).await, Ok(()));
    }
    bench.clock.advance(LONGEST_CALL);
    assert_eq!(begin(&calls, A, "CA4").await, Err(CallRefusal::AtCapacity));
    bench.clock.advance(1);
    assert_eq!(begin(&calls, A, "CA5").await, Ok(()));
}

#[tokio::test]
async fn news_in_any_order_and_twice() {
    let started = || CallNews::Started(Some("MZ1".to_owned()));
    let ended = |why: &str| CallNews::Ended(why.to_owned());
    for (what, news, state, outcome, revision) in [
        ("the usual", vec![started(), ended("completed")], CallState::Ended, Some("completed"), 3),
        (
            "twice",
            vec![started(), started(), ended("completed"), ended("completed")],
            CallState::Ended,
            Some("completed"),
            3,
        ),
        ("the end first", vec![ended("failed"), started()], CallState::Ended, Some("failed"), 2),
        ("the first end counts", vec![ended("busy"), ended("completed")], CallState::Ended, Some("busy"), 2),
        (
            "answered, then its stream",
            vec![CallNews::Started(None), started(), CallNews::Started(None)],
            CallState::Active,
            None,
            3,
        ),
    ] {
        let (bench, calls) = bench().await;
        assert_eq!(begin(&calls, A, "CA1").await, Ok(()));
        for news in &news {
            assert!(calls.note(&SYSTEM, &tenant("oak"), "twilio", "CA1", news).await.unwrap(), "{what}");
        }
        let call = all(&bench.stores).await.remove(0);
        assert_eq!(
            (call.state, call.outcome.as_deref(), call.revision),
            (state, outcome, revision),
            "{what}"
        );
        let known = calls.note(&SYSTEM, &tenant("elm"), "twilio", "CA1", &started()).await.unwrap();
        assert!(!known, "another tenant's");
    }
}

#[tokio::test]
async fn news_that_others_write_at_the_same_time_are_not_lost() {
    let (bench, calls) = bench().await;
    assert_eq!(begin(&calls, A, "CA1").await, Ok(()));
    let first = calls.clone();
    let work = async move {
        let started = CallNews::Started(Some("MZ1".to_owned()));
        first.note(&Context::SYSTEM, &tenant("oak"), "twilio", "CA1", &started).await.unwrap();
    };
    let ledger: Arc<dyn Ledger> = Arc::new(Interrupted::new(bench.stores.ledger.clone(), work));
    let interrupted = Calls::new(Stores { ledger, ..bench.stores.clone() });
    assert!(end(&interrupted, "CA1").await);
    let call = all(&bench.stores).await.remove(0);
    assert_eq!((call.state, call.stream.as_deref()), (CallState::Ended, Some("MZ1")));
}
