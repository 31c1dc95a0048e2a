use veralux_core::phone::E164;
use veralux_core::service::{CallNews, Calls, Context, FoundBy, IncomingCall};

use super::{CALLER, server};
use crate::server::{FRONT_DESK, Server, t1};

async fn take(server: &Server, id: &str, caller: Option<&str>) {
    let incoming = IncomingCall {
        provider: "twilio",
        provider_call: id.to_owned(),
        called: E164::parse(FRONT_DESK).unwrap(),
        caller: caller.map(ToOwned::to_owned),
        found_by: FoundBy::Did,
    };
    Calls::new(server.stores.clone()).begin(&Context::SYSTEM, &incoming).await.unwrap();
}

#[tokio::test]
async fn calls_are_listed_newest_first_and_looked_up() {
    let server = server().await;
    for (id, caller) in [("CA1", Some(CALLER)), ("CA2", Some("sip:ann@example.org")), ("CA3", None)] {
        take(&server, id, caller).await;
        server.clock.advance(1_000_000);
    }
    let news = CallNews::Ended("completed".to_owned());
    let calls = Calls::new(server.stores.clone());
    assert!(calls.note(&Context::SYSTEM, &t1(), "twilio", "CA1", &news).await.unwrap());
    let list = async |key: &str, query: &str| {
        let answer = server.get(key, &format!("/api/calls{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    };
    let all = list(&server.admin, "").await;
    let field = |page: &serde_json::Value, name: &str| -> Vec<Option<String>> {
        let items = page["items"].as_array().unwrap();
        items.iter().map(|call| call[name].as_str().map(ToOwned::to_owned)).collect()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(field(&all, "providerCallId"), [some("CA3"), some("CA2"), some("CA1")]);
    assert_eq!(field(&all, "state"), [some("refused"), some("ringing"), some("ended")]);
    assert_eq!(field(&all, "caller"), [None, some("sip:ann@example.org"), some(CALLER)]);
    let masked = list(&server.viewer, "").await;
    assert_eq!(field(&masked, "caller"), [None, None, some("+**********01")], "a viewer sees the end of it");
    assert_eq!(field(&list(&server.admin, "?open=true").await, "providerCallId"), [some("CA2")]);
    let first = list(&server.admin, "?limit=2").await;
    let cursor = first["nextCursor"].as_str().unwrap();
    let rest = list(&server.admin, &format!("?limit=2&cursor={cursor}")).await;
    assert_eq!(field(&rest, "providerCallId"), [some("CA1")]);

    let id = all["items"][2]["id"].as_str().unwrap();
    let path = format!("/api/calls/{id}");
    let one = server.get(&server.admin, &path).await.json();
    assert_eq!(one, all["items"][2]);
    assert_eq!((one["outcome"].as_str(), one["called"].as_str()), (Some("completed"), Some(FRONT_DESK)));
    let not_found = (404, "call_not_found".to_owned());
    assert_eq!(server.get(&server.other, &path).await.outcome(), not_found, "another tenant's");
    assert_eq!(server.get(&server.admin, "/api/calls/call_none").await.outcome(), not_found);
}
