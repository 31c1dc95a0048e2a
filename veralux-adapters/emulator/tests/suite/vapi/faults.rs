//! Nothing is made twice and nothing is lost, whatever fails.

use std::pin::Pin;

use veralux_core::port::{ProviderFault, ProviderResult};
use veralux_emulator::Fault;
use veralux_providers::vapi::{NumberChange, Vapi};

use super::*;

/// Each way to fail, with what an act is told.
fn faults() -> Vec<(&'static str, Fault, ProviderFault)> {
    let refuse = |status, retry_after| Fault::Refuse { status, retry_after, body: String::new() };
    let limited = |wait: Option<u64>| ProviderFault::RateLimited { wait: wait.map(Duration::from_secs) };
    vec![
        ("too many", refuse(429, None), limited(None)),
        ("too many, with a wait", refuse(429, Some(60)), limited(Some(60))),
        ("broken", refuse(500, None), ProviderFault::Unsettled),
        ("cut before it acted", Fault::CutBefore, ProviderFault::Unsettled),
        ("cut after it acted", Fault::CutAfter, ProviderFault::Unsettled),
        ("broken after it acted", Fault::FailAfter { status: 503 }, ProviderFault::Unsettled),
        ("slow", Fault::Slow { millis: 900 }, ProviderFault::Unsettled),
        ("a page for people", Fault::Html, ProviderFault::Unsettled),
        ("far too much", Fault::Huge { bytes: (1 << 20) + 1 }, ProviderFault::Unsettled),
    ]
}

type Doing<'a> = Pin<Box<dyn Future<Output = ProviderResult<String>> + Send + 'a>>;
type Act = fn(&Vapi, Ids) -> Doing<'_>;

/// What was there before.
#[derive(Clone)]
struct Ids {
    assistant: String,
    tool: String,
    number: String,
    credential: String,
}

async fn furnished() -> (Stage, Ids) {
    let stage = stage().await;
    let vapi = &stage.vapi;
    let assistant = vapi.create_assistant(&tenant(), &desk()).await.unwrap().id;
    let tool = vapi.create_tool(&tool("https://v.example/t")).await.unwrap().id;
    let number = imported(vapi, None, None).await.id;
    let credential = vapi.create_twilio_credential("first", &account()).await.unwrap().id;
    (stage, Ids { assistant, tool, number, credential })
}

/// How many of each kind there are.
fn counts(stage: &Stage) -> [usize; 5] {
    let vapi = stage.emulator.vapi();
    [
        vapi.assistants().len(),
        vapi.tools().len(),
        vapi.numbers().len(),
        vapi.credentials().len(),
        vapi.calls().len(),
    ]
}

#[tokio::test]
async fn what_is_made_is_made_once() {
    let acts: [(&str, [usize; 5], Act); 5] = [
        ("assistant", [2, 1, 1, 1, 0], |vapi, _| {
            Box::pin(async move {
                let second = AssistantChange { name: Some("Second".to_owned()), ..desk() };
                Ok(vapi.create_assistant(&tenant(), &second).await?.id)
            })
        }),
        ("tool", [1, 2, 1, 1, 0], |vapi, _| {
            Box::pin(async move {
                let second = ToolDefinition { name: "second".to_owned(), ..tool("https://v.example/t") };
                Ok(vapi.create_tool(&second).await?.id)
            })
        }),
        ("phone-number", [1, 1, 2, 1, 0], |vapi, _| {
            Box::pin(async move {
                let (number, account) = (E164::parse("+14155550111").unwrap(), account());
                let import = TwilioImport {
                    number: &number,
                    account: &account,
                    name: None,
                    assistant_id: None,
                    server: None,
                };
                Ok(vapi.import_twilio_number(&import).await?.id)
            })
        }),
        ("credential", [1, 1, 1, 2, 0], |vapi, _| {
            Box::pin(async move { Ok(vapi.create_twilio_credential("second", &account()).await?.id) })
        }),
        ("call", [1, 1, 1, 1, 1], |vapi, ids| {
            Box::pin(async move { Ok(vapi.create_call(&call(&ids.assistant, &ids.number), now()).await?.id) })
        }),
    ];
    for (kind, after, act) in acts {
        for (what, fault, expected) in faults() {
            let (stage, ids) = furnished().await;
            stage.emulator.faults().next("POST", &format!("/vapi/{kind}"), 1, fault);
            let error = act(&stage.vapi, ids.clone()).await.unwrap_err();
            assert_eq!(error.fault, expected, "{kind}: {what}");
            let posts = stage.emulator.journal().of("POST", &format!("/vapi/{kind}")).len();
            let made = act(&stage.vapi, ids.clone()).await.unwrap();
            assert_eq!(act(&stage.vapi, ids).await.unwrap(), made, "{kind}: {what}");
            assert_eq!(counts(&stage), after, "{kind}: {what}");
            let more = stage.emulator.journal().of("POST", &format!("/vapi/{kind}")).len() - posts;
            assert!(more <= 1, "{kind}: {what}: not repeated by itself");
            assert!(stage.emulator.vapi().taken_over().is_empty());
            stage.done();
        }
    }
}

#[tokio::test]
async fn what_is_changed_ends_as_it_was_meant() {
    let acts: [(&str, Act); 5] = [
        ("assistant", |vapi, ids| {
            Box::pin(async move {
                let change =
                    AssistantChange { first_message: Some("New".to_owned()), ..AssistantChange::default() };
                Ok(vapi.patch_assistant(&ids.assistant, &change).await?.id)
            })
        }),
        ("assistant", |vapi, ids| {
            Box::pin(async move { Ok(vapi.link_tools(&ids.assistant, &[&ids.tool]).await?.id) })
        }),
        ("tool", |vapi, ids| {
            Box::pin(async move { Ok(vapi.patch_tool(&ids.tool, &tool("https://v.example/new")).await?.id) })
        }),
        ("phone-number", |vapi, ids| {
            Box::pin(async move {
                let change = NumberChange { assistant_id: Some(&ids.assistant), ..NumberChange::default() };
                Ok(vapi.patch_number(&ids.number, &change).await?.id)
            })
        }),
        ("credential", |vapi, ids| {
            Box::pin(async move {
                let fresh =
                    TwilioBody { api_key_secret: Some(Secret::new("fresh-secret-0000")), ..account() };
                Ok(vapi.patch_twilio_credential(&ids.credential, &fresh).await?.id)
            })
        }),
    ];
    for (kind, act) in acts {
        let (stage, ids) = furnished().await;
        act(&stage.vapi, ids).await.unwrap();
        let meant = state(&stage);
        for (what, fault, expected) in faults() {
            let (stage, ids) = furnished().await;
            stage.emulator.faults().next("PATCH", &format!("/vapi/{kind}"), 1, fault);
            let error = act(&stage.vapi, ids.clone()).await.unwrap_err();
            assert_eq!(error.fault, expected, "{kind}: {what}");
            act(&stage.vapi, ids).await.unwrap();
            assert_eq!(state(&stage), meant, "{kind}: {what}");
            stage.done();
        }
    }
}

/// Everything but when it was changed.
fn state(stage: &Stage) -> String {
    let vapi = stage.emulator.vapi();
    let mut all: Vec<_> =
        [vapi.assistants(), vapi.tools(), vapi.numbers(), vapi.credentials()].into_iter().flatten().collect();
    for record in &mut all {
        record.remove("updatedAt");
    }
    serde_json::to_string(&all).unwrap()
}

#[tokio::test]
async fn what_is_removed_is_gone() {
    let acts: [(&str, [usize; 5], Act); 4] = [
        ("assistant", [0, 1, 1, 1, 0], |vapi, ids| {
            Box::pin(async move { vapi.delete_assistant(&ids.assistant).await.map(|()| String::new()) })
        }),
        ("tool", [1, 0, 1, 1, 0], |vapi, ids| {
            Box::pin(async move { vapi.delete_tool(&ids.tool).await.map(|()| String::new()) })
        }),
        ("phone-number", [1, 1, 0, 1, 0], |vapi, ids| {
            Box::pin(async move { vapi.delete_number(&ids.number).await.map(|()| String::new()) })
        }),
        ("credential", [1, 1, 1, 0, 0], |vapi, ids| {
            Box::pin(async move { vapi.delete_credential(&ids.credential).await.map(|()| String::new()) })
        }),
    ];
    for (kind, after, act) in acts {
        for (what, fault, expected) in faults() {
            // What a removal answers is not read.
            let unread = fault == Fault::Html;
            let (stage, ids) = furnished().await;
            stage.emulator.faults().next("DELETE", &format!("/vapi/{kind}"), 1, fault);
            let first = act(&stage.vapi, ids.clone()).await;
            assert_eq!(
                first.map_err(|error| error.fault).err(),
                (!unread).then_some(expected),
                "{kind}: {what}"
            );
            act(&stage.vapi, ids).await.unwrap();
            assert_eq!(counts(&stage), after, "{kind}: {what}");
            stage.done();
        }
    }
}

#[tokio::test]
async fn what_is_read_is_read_again() {
    let acts: [(&str, Act); 6] = [
        ("assistant", |vapi, ids| {
            Box::pin(async move { Ok(vapi.assistant(&ids.assistant).await?.unwrap().id) })
        }),
        ("assistant", |vapi, _| Box::pin(async move { Ok(vapi.assistants().await?.remove(0).id) })),
        ("tool", |vapi, ids| Box::pin(async move { Ok(vapi.tool(&ids.tool).await?.unwrap().id) })),
        ("phone-number", |vapi, _| {
            Box::pin(async move { Ok(vapi.find_number(&number()).await?.unwrap().id) })
        }),
        ("credential", |vapi, _| Box::pin(async move { Ok(vapi.credentials().await?.remove(0).id) })),
        ("call", |vapi, ids| {
            Box::pin(async move {
                let found = vapi.find_call("none", &ids.assistant, now()).await?;
                Ok(found.map_or_else(String::new, |call| call.id))
            })
        }),
    ];
    let (stage, ids) = furnished().await;
    for (kind, act) in acts {
        let expected = act(&stage.vapi, ids.clone()).await.unwrap();
        for (what, fault, _) in faults() {
            let (given_up, page) = (what == "too many, with a wait", fault == Fault::Html);
            stage.emulator.faults().next("GET", &format!("/vapi/{kind}"), 1, fault);
            let read = act(&stage.vapi, ids.clone()).await.map_err(|error| error.fault);
            let told = match (given_up, page) {
                (true, _) => Err(ProviderFault::RateLimited { wait: Some(Duration::from_mins(1)) }),
                (_, true) => Err(ProviderFault::Permanent),
                _ => Ok(expected.clone()),
            };
            assert_eq!(read, told, "{kind}: {what}");
            stage.emulator.faults().clear();
        }
    }
    stage.done();
}
