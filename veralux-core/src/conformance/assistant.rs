//! Assistants at platforms, and the installation's tools.

use super::Ports;
use super::make::{at, id, new_tenant, phone};
use crate::digest::{Digest, Encoder};
use crate::port::{
    AssistantLink, Change, Commit, Conflict, Error, ErrorRecord, MAX_ASSISTANTS, MAX_TOOLS, RawAnswer,
    SyncState, ToolRegistration,
};

pub(super) fn digest(text: &str) -> Digest {
    Encoder::new("conformance", 1).text(text).finish()
}

pub(super) fn link(assistant: &str) -> AssistantLink {
    AssistantLink {
        platform: "vapi".to_owned(),
        assistant: assistant.to_owned(),
        phone_number: None,
        number: None,
        definition: digest("1"),
        sync: SyncState::Pending,
        generation: 1,
        error: None,
        updated_at: at(0),
        revision: 1,
    }
}

fn error() -> ErrorRecord {
    let raw = RawAnswer::new(400, "[\"property ä' should not exist\\\"\"]".as_bytes());
    ErrorRecord::new(Some("400"), "the platform refuses the definition", Some(raw))
}

/// The link with everything there is to say of it, a revision later.
pub(super) fn told(link: AssistantLink) -> AssistantLink {
    AssistantLink {
        phone_number: Some("pn O'Reilly ä".to_owned()),
        number: Some(phone("+14155550166")),
        definition: digest("2"),
        sync: SyncState::Failed,
        generation: 2,
        error: Some(error()),
        updated_at: at(9),
        revision: link.revision + 1,
        ..link
    }
}

pub(super) fn put(after: AssistantLink) -> Change {
    let before = Some(after.revision - 1).filter(|before| *before > 0);
    Change::AssistantLink { after: Box::new(after), before }
}

pub(super) fn remove(assistant: &str, before: u64) -> Change {
    Change::RemoveAssistantLink { platform: "vapi".to_owned(), assistant: assistant.to_owned(), before }
}

async fn holder(ports: &Ports, platform: &str, assistant: &str) -> Option<String> {
    let found = ports.directory.find_tenant_by_assistant(platform, assistant).await.unwrap();
    found.map(|tenant| tenant.to_string())
}

pub async fn assistants_by_revision(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a"), put(link("one"))], "an assistant").await;
    let found = async |tenant: &str, platform: &str, assistant: &str| {
        ports.assistants.lookup(&id(tenant), platform, assistant).await.unwrap()
    };
    assert_eq!(found("a", "vapi", "one").await, Some(link("one")), "as it was stored");
    assert_eq!(found("a", "vapi", "two").await, None, "another");
    assert_eq!(found("a", "other", "one").await, None, "at another platform");
    assert_eq!(found("b", "vapi", "one").await, None, "another tenant's");
    ports.refuse("a", 1, [put(link("one"))], Conflict::Exists, "once more").await;
    let next = told(link("one"));
    ports.refuse("a", 1, [put(told(next.clone()))], Conflict::Stale, "from the future").await;
    ports.apply("a", 1, [put(next.clone())], "changed").await;
    assert_eq!(found("a", "vapi", "one").await, Some(next.clone()), "all of it");
    ports.refuse("a", 2, [put(next)], Conflict::Stale, "the revision before").await;
    let elsewhere = AssistantLink { platform: "other".to_owned(), ..link("one") };
    ports.apply("a", 2, [put(link("0")), put(elsewhere)], "others").await;
    let all = ports.assistants.list(&id("a")).await.unwrap();
    let names: Vec<_> = all.iter().map(|link| format!("{} {}", link.platform, link.assistant)).collect();
    assert_eq!(names, ["other one", "vapi 0", "vapi one"], "by platform and id");
    ports.refuse("a", 3, [remove("one", 1)], Conflict::Stale, "removing an old revision").await;
    ports.apply("a", 3, [remove("one", 2)], "removing").await;
    ports.refuse("a", 4, [remove("one", 2)], Conflict::Stale, "removing it again").await;
    assert_eq!(found("a", "vapi", "one").await, None, "it is gone");
    let long = ports.commit("a", 4, [put(link(&"x".repeat(257)))]).await;
    assert!(matches!(long, Err(Error::Invalid(_))), "an id that is too long: {long:?}");
}

pub async fn an_assistant_leads_to_one_tenant(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a"), put(link("one"))], "an assistant").await;
    ports.apply("b", 0, [new_tenant("b")], "another tenant").await;
    assert_eq!(holder(ports, "vapi", "one").await.as_deref(), Some("a"));
    assert_eq!(holder(ports, "other", "one").await, None, "at another platform");
    ports.refuse("b", 1, [put(link("one"))], Conflict::AssistantTaken, "another tenant").await;
    let elsewhere = AssistantLink { platform: "other".to_owned(), ..link("one") };
    ports.apply("b", 1, [put(elsewhere)], "the same id at another platform").await;
    assert_eq!(holder(ports, "other", "one").await.as_deref(), Some("b"));
    let both = [remove("one", 1), put(AssistantLink { generation: 5, ..link("one") })];
    ports.apply("a", 2, both, "removed and made anew in one commit").await;
    assert_eq!(holder(ports, "vapi", "one").await.as_deref(), Some("a"));
    ports.apply("a", 3, [remove("one", 1)], "given up").await;
    assert_eq!(holder(ports, "vapi", "one").await, None, "nobody's");
    ports.apply("b", 4, [put(link("one"))], "then another may").await;
    assert_eq!(holder(ports, "vapi", "one").await.as_deref(), Some("b"));
}

pub async fn as_many_assistants_as_may_be(ports: &Ports) {
    let all = (0..MAX_ASSISTANTS).map(|index| put(link(&format!("as_{index}"))));
    ports.apply("a", 0, all, "as many as may be").await;
    ports.refuse("a", 1, [put(link("more"))], Conflict::Full, "one more").await;
    ports.apply("b", 1, [put(link("more"))], "another tenant's").await;
    ports.apply("a", 1, [put(told(link("as_0")))], "one is changed").await;
    ports.apply("a", 2, [remove("as_1", 1), put(link("new"))], "one for another").await;
    assert_eq!(ports.assistants.list(&id("a")).await.unwrap().len(), MAX_ASSISTANTS);
}

pub async fn one_assistant_in_a_race(ports: &Ports) {
    let runners = (0..8).map(|index| {
        let ledger = ports.ledger.clone();
        let commit = Commit::new(id(&format!("t{index}")), at(5)).change(put(link("one")));
        async move { ledger.commit(commit).await }
    });
    let answers = ports.race(runners).await;
    let lost: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
    assert_eq!(lost.len(), 7, "one wins: {lost:?}");
    for error in lost {
        assert_eq!(error.conflict(), Some(&Conflict::AssistantTaken), "{error:?}");
    }
}

pub(super) fn tool(name: &str) -> ToolRegistration {
    ToolRegistration {
        platform: "vapi".to_owned(),
        name: name.to_owned(),
        digest: digest("1"),
        remote_id: None,
        state: SyncState::Pending,
        error: None,
        registered_at: None,
        updated_at: at(0),
        revision: 1,
    }
}

pub async fn tools_by_revision(ports: &Ports) {
    let put = async |tool: &ToolRegistration, before| match ports.tools.put(tool, before).await {
        Ok(()) => None,
        Err(error) => Some(error.conflict().cloned().unwrap_or_else(|| panic!("{error:?}"))),
    };
    assert_eq!(ports.tools.list().await.unwrap(), [], "none at first");
    assert_eq!(put(&tool("book"), Some(1)).await, Some(Conflict::Stale), "changing what is not there");
    assert_eq!(put(&tool("book"), None).await, None, "a tool");
    assert_eq!(put(&tool("book"), None).await, Some(Conflict::Exists), "once more");
    let full = ToolRegistration {
        digest: digest("2"),
        remote_id: Some("tool O'Reilly ä".to_owned()),
        state: SyncState::Failed,
        error: Some(error()),
        registered_at: Some(at(7)),
        updated_at: at(8),
        revision: 2,
        ..tool("book")
    };
    assert_eq!(put(&full, Some(1)).await, None, "changed");
    assert_eq!(put(&full, Some(1)).await, Some(Conflict::Stale), "the revision before");
    let elsewhere = ToolRegistration { platform: "other".to_owned(), ..tool("book") };
    assert_eq!((put(&elsewhere, None).await, put(&tool("ask"), None).await), (None, None), "others");
    assert_eq!(ports.tools.list().await.unwrap(), [elsewhere, tool("ask"), full], "by platform and name");
    let long = ports.tools.put(&tool(&"x".repeat(65)), None).await;
    assert!(matches!(long, Err(Error::Invalid(_))), "a name that is too long: {long:?}");
}

pub async fn as_many_tools_as_may_be(ports: &Ports) {
    for index in 0..MAX_TOOLS {
        ports.tools.put(&tool(&format!("tool_{index}")), None).await.unwrap();
    }
    let refused = ports.tools.put(&tool("more"), None).await.unwrap_err();
    assert_eq!(refused.conflict(), Some(&Conflict::Full), "one more");
    let next = ToolRegistration { revision: 2, ..tool("tool_0") };
    ports.tools.put(&next, Some(1)).await.unwrap();
    assert_eq!(ports.tools.list().await.unwrap().len(), MAX_TOOLS);
}

pub async fn one_tool_in_a_race(ports: &Ports) {
    for (what, before) in [("registering", None), ("changing", Some(1))] {
        let runners = (0..8).map(|_| {
            let (tools, revision) = (ports.tools.clone(), before.unwrap_or(0) + 1);
            async move { tools.put(&ToolRegistration { revision, ..tool("book") }, before).await.is_ok() }
        });
        let won = ports.race(runners).await.into_iter().filter(|won| *won).count();
        assert_eq!(won, 1, "{what}: one does it");
    }
}
