use std::sync::Arc;

use tokio::task::JoinSet;
use veralux_core::digest::Encoder;
use veralux_core::party::TenantStatus;
use veralux_core::port::{AssistantLink, Call, CallState, Change, Commit, Ledger, Page, SyncState};
use veralux_core::service::{
    CallNews, CallRefusal, Calls, Clue, Context, FoundBy, IncomingCall, LONGEST_CALL, Stores, Taken,
    TelephonyCleanUp, TenantPatch, Tenants, ToolRequest, Tools,
};
use veralux_core::time::{Instant, MINUTE, SECOND};

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
    let provider_call = provider_call.to_owned();
    IncomingCall { provider: "twilio", provider_call, called: did(called), caller, found_by: FoundBy::Did }
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
    let mut kept: Vec<_> =
        all(&bench.stores).await.into_iter().map(|call| (call.state, call.outcome)).collect();
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

#[tokio::test]
async fn news_of_a_call_that_is_not_known_record_it() {
    let ended = CallNews::Ended("completed".to_owned());
    for (what, news, state) in [
        ("its end", ended.clone(), CallState::Ended),
        ("its start", CallNews::Started(None), CallState::Active),
    ] {
        let (bench, calls) = bench().await;
        for _ in 0..2 {
            calls.tell(&SYSTEM, &tenant("oak"), &incoming(A, "CA1"), &news).await.unwrap();
        }
        assert_eq!(begin(&calls, A, "CA1").await, Ok(()), "{what}, then the call itself");
        let kept = all(&bench.stores).await;
        assert_eq!(kept.len(), 1, "{what}");
        assert_eq!((kept[0].state, kept[0].revision), (state, 1), "{what}");
        calls.tell(&SYSTEM, &tenant("oak"), &incoming(A, "CA1"), &ended).await.unwrap();
        assert_eq!(all(&bench.stores).await[0].state, CallState::Ended, "{what}");
    }
}

#[tokio::test]
async fn the_clean_up_closes_what_nobody_ended() {
    let (bench, calls) = bench().await;
    assert_eq!(begin(&calls, A, "CA1").await, Ok(()));
    bench.clock.advance(LONGEST_CALL);
    assert_eq!(begin(&calls, A, "CA2").await, Ok(()));
    let job = TelephonyCleanUp::new(bench.stores.clone());
    assert_eq!(job.run(&SYSTEM).await.unwrap().closed, 0, "it has not been too long yet");
    bench.clock.advance(1);
    assert_eq!(job.run(&SYSTEM).await.unwrap().closed, 1);
    assert_eq!(job.run(&SYSTEM).await.unwrap().closed, 0);
    let kept: Vec<_> = all(&bench.stores).await.into_iter().map(|call| (call.state, call.outcome)).collect();
    let never_ended = (CallState::Ended, Some("never_ended".to_owned()));
    assert_eq!(kept, [never_ended, (CallState::Ringing, None)]);
}

fn link(assistant: &str, number: Option<&str>, phone_number: Option<&str>) -> AssistantLink {
    AssistantLink {
        platform: "vapi".to_owned(),
        assistant: assistant.to_owned(),
        phone_number: phone_number.map(ToOwned::to_owned),
        number: number.map(did),
        definition: Encoder::new("test", 1).finish(),
        sync: SyncState::Synced,
        generation: 1,
        error: None,
        updated_at: Instant::from_micros(0),
        revision: 1,
    }
}

async fn add(stores: &Stores, id: &str, link: AssistantLink) {
    let change = Change::AssistantLink { after: Box::new(link), before: None };
    stores.ledger.commit(Commit::new(tenant(id), Instant::from_micros(0)).change(change)).await.unwrap();
}

#[tokio::test]
async fn an_assistant_comes_before_metadata_before_a_parameter() {
    let (bench, calls) = bench().await;
    add(&bench.stores, "oak", link("a1", None, None)).await;
    let assistant = |id: &str| Clue::Assistant(id.to_owned());
    let metadata = |id: &str| Clue::Metadata(id.to_owned());
    let parameter = |id: &str| Clue::Parameter(id.to_owned());
    for (what, clues, found) in [
        ("nothing", vec![], None),
        ("an assistant", vec![assistant("a1")], Some(("oak", FoundBy::Assistant))),
        (
            "against the others, whatever their order",
            vec![parameter("elm"), metadata("elm"), assistant("a1")],
            Some(("oak", FoundBy::Assistant)),
        ),
        (
            "an assistant that nobody has",
            vec![assistant("a9"), metadata("elm"), parameter("oak")],
            Some(("elm", FoundBy::Metadata)),
        ),
        ("no such tenant", vec![metadata("fir"), parameter("elm")], Some(("elm", FoundBy::Parameter))),
        ("nobody", vec![assistant("a9"), metadata("a b"), parameter("")], None),
    ] {
        let answer = calls.resolve("vapi", &clues).await.unwrap();
        let answer = answer.as_ref().map(|(tenant, step)| (tenant.as_str(), *step));
        assert_eq!(answer, found, "{what}");
    }
    assert_eq!(calls.resolve("other", &[assistant("a1")]).await.unwrap(), None, "another platform's");
}

#[tokio::test]
async fn which_assistant_answers() {
    let (bench, calls) = bench().await;
    let oak = tenant("oak");
    let ask = async |called: Option<&str>, phone_number: Option<&str>| {
        let called = called.map(did);
        let at = (called.as_ref(), phone_number);
        calls.assistant_for(&SYSTEM, (&oak, FoundBy::Parameter), "vapi", at).await.unwrap()
    };
    assert_eq!(ask(Some(A), None).await, Err(CallRefusal::NotConfigured), "there is none");
    add(&bench.stores, "oak", link("a1", Some(A), Some("p1"))).await;
    assert_eq!(ask(Some(C), None).await.as_deref(), Ok("a1"), "the only one");
    add(&bench.stores, "oak", link("a2", Some(B), Some("p2"))).await;
    for (what, called, phone_number, expected) in [
        ("by the number", Some(B), None, Some("a2")),
        ("by the platform's id of it", None, Some("p1"), Some("a1")),
        ("the number counts first", Some(A), Some("p2"), Some("a1")),
        ("neither", Some(C), Some("p3"), None),
        ("nothing is known", None, None, None),
    ] {
        assert_eq!(ask(called, phone_number).await.ok().as_deref(), expected, "{what}");
    }
    let patch = TenantPatch { status: Some(TenantStatus::Suspended), ..TenantPatch::default() };
    Tenants::new(bench.stores.clone()).patch(&SYSTEM, &oak, patch).await.unwrap();
    assert_eq!(ask(Some(A), None).await, Err(CallRefusal::Suspended));
    let number = |assistant, phone| calls.number_of(&oak, "vapi", assistant, phone);
    assert_eq!(number(Some("a2"), None).await.unwrap(), Some(did(B)));
    assert_eq!(number(Some("a2"), Some("p1")).await.unwrap(), Some(did(A)));
    assert_eq!(number(None, None).await.unwrap(), None);
}

#[tokio::test]
async fn the_built_in_tool_tells_what_is_published() {
    let (bench, _) = bench().await;
    let tools = Tools::new(bench.stores.clone());
    let arguments = serde_json::Map::new();
    let oak = tenant("oak");
    let call = async |name: &str, arguments| {
        let request = ToolRequest { tenant: (&oak, FoundBy::Assistant), name, arguments };
        tools.call(&SYSTEM, &request).await.unwrap()
    };
    let status = async || call("businessStatus", Some(&arguments)).await.unwrap();
    assert_eq!(status().await, "This is oak. Opening hours are not published.");
    let publish = async |rest: &str| {
        let text = crate::setup::document("oak", &[A], "s3cret").replace(r#""exact":1.00"#, rest);
        bench.publisher.publish(&SYSTEM, &oak, text.as_bytes(), None).await.unwrap();
    };
    publish(r#""quickReplies":[{"match":["price"],"reply":"Ten."},{"match":["are you open"],"reply":"Nine to five."}]"#)
        .await;
    assert_eq!(status().await, "This is oak. Nine to five.");
    publish(r#""assistantContext":{"About":"Dentists","Opening hours":"Weekdays."}"#).await;
    assert_eq!(status().await, "This is oak. Weekdays.");
    assert!(call("bookTable", Some(&arguments)).await.is_err(), "no such tool");
    assert!(call("businessStatus", None).await.is_err(), "no arguments that can be read");
    let patch = TenantPatch { status: Some(TenantStatus::Suspended), ..TenantPatch::default() };
    Tenants::new(bench.stores.clone()).patch(&SYSTEM, &oak, patch).await.unwrap();
    assert!(call("businessStatus", Some(&arguments)).await.is_err(), "suspended");
    let events = bench.stores.audit.list(&oak, &Page::first(200)).await.unwrap().items;
    let called = events.iter().filter(|event| event.draft.event_type.as_str() == "tool.called").count();
    assert_eq!(called, 6);
}
