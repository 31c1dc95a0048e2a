//! The core's service of assistants over the client, against the emulator: accounts handed over, numbers linked, tools.

use veralux_core::credential::Provider;
use veralux_core::id::NumberId;
use veralux_core::memory::{MemoryStore, StepClock};
use veralux_core::party::NumberClass;
use veralux_core::port::{self, AssistantPlatform, Stores, SyncState, WorkKind};
use veralux_core::service::{
    Assistants, Context, CredentialVault, HeldKeys, ImportNumber, Numbers, Registering, TenantRequest,
    Tenants, ToolRegistry, VaultLimits, WorkRunner,
};
use veralux_core::time::SECOND;
use veralux_emulator::Fault;

use super::*;

const BASE: &str = "https://veralux.example.com";
const ROOT_KEY: &str = "1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
pub(super) const TOKEN: &str = "00112233445566778899aabbccddeeff";

/// A tenant with a number of Twilio's, and an assistant at the emulator.
pub(super) struct Desk {
    pub(super) stage: Stage,
    pub(super) stores: Stores,
    clock: Arc<StepClock>,
    pub(super) vault: Arc<CredentialVault>,
    pub(super) assistants: Assistants,
    assistant: String,
    number: NumberId,
}

impl Desk {
    pub(super) async fn open() -> Self {
        let stage = stage().await;
        let clock = Arc::new(StepClock::new(now()));
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock.clone(), Arc::new(SeededRandom::new(3)));
        let request = TenantRequest { id: tenant(), name: "Acme".to_owned(), business_number: None };
        Tenants::new(stores.clone()).put(&Context::SYSTEM, request).await.unwrap();
        let request =
            ImportNumber { e164: number(), class: NumberClass::FrontDesk, provider: "twilio".to_owned() };
        let number = Numbers::new(stores.clone()).import(&Context::SYSTEM, &tenant(), request).await.unwrap();
        let keys = HeldKeys::start(&stores, Secret::new(ROOT_KEY)).await.unwrap();
        let vault = Arc::new(CredentialVault::new(stores.clone(), Arc::new(keys), VaultLimits::default()));
        let assistant = stage.vapi.create_assistant(&tenant(), &desk()).await.unwrap().id;
        let platform: Arc<dyn AssistantPlatform> = Arc::new(stage.vapi.clone());
        let tools = ToolRegistry::new(stores.clone(), Some(platform.clone()), Some(BASE));
        let assistants = Assistants::new(stores.clone(), vault.clone(), Some(platform), None, tools);
        Self { stage, stores, clock, vault, assistants, assistant, number: number.id }
    }

    pub(super) async fn connect(&self, json: &str) {
        self.vault.put(&Context::SYSTEM, &tenant(), Provider::Twilio, json.as_bytes(), false).await.unwrap();
    }

    /// Does what is due, as a server does.
    pub(super) async fn work(&self) {
        let runner = WorkRunner::new(self.stores.clone(), vec![Arc::new(self.assistants.clone())]);
        let run = runner.run_due(16).await.unwrap();
        assert!(run.errors.is_empty(), "{:?}", run.errors);
    }

    pub(super) async fn later(&self, seconds: i64) {
        self.clock.advance(seconds * SECOND);
        self.work().await;
    }

    pub(super) async fn export(&self) -> port::CredentialExport {
        self.assistants.export(&tenant()).await.unwrap().unwrap()
    }

    async fn link(&self) -> port::AssistantLink {
        self.assistants.link(&Context::SYSTEM, &tenant(), &self.assistant, &self.number).await.unwrap()
    }

    async fn linked(&self) -> Option<port::AssistantLink> {
        self.assistants.lookup_link(&tenant(), &self.assistant).await.unwrap()
    }

    pub(super) async fn events(&self) -> Vec<String> {
        let page = port::Page::first(200);
        let events = self.stores.audit.list(&tenant(), &page).await.unwrap().items;
        events.iter().map(|event| event.draft.event_type.to_string()).collect()
    }

    pub(super) fn asked(&self, method: &str, path: &str) -> usize {
        let all = self.stage.emulator.journal().seen();
        all.iter().filter(|seen| seen.method == method && seen.target.starts_with(path)).count()
    }
}

pub(super) fn with_token() -> String {
    format!(r#"{{"accountSid":"{SID}","authToken":"{TOKEN}"}}"#)
}

pub(super) fn with_key() -> String {
    let key = "SK00000000000000000000000000000001";
    format!(
        r#"{{"accountSid":"{SID}","authToken":"{TOKEN}","apiKeySid":"{key}","apiKeySecret":"hunter2hunter2hunter2hunter2hunt"}}"#
    )
}

#[tokio::test]
async fn an_assistant_answers_a_number_whose_messages_stay_ours() {
    let desk = Desk::open().await;
    desk.connect(&with_key()).await;
    assert_eq!(desk.assistants.tools().sync().await.unwrap()[0].1, Registering::Registered);
    assert_eq!(desk.link().await.sync, SyncState::Pending, "stored before the platform is asked");
    desk.work().await;
    let link = desk.linked().await.unwrap();
    assert_eq!((link.sync, link.error), (SyncState::Synced, None));
    let imported = desk.stage.emulator.journal().seen();
    let imported = imported.iter().find(|seen| seen.method == "POST" && seen.target == "/vapi/phone-number");
    let body: serde_json::Value = serde_json::from_slice(&imported.unwrap().body).unwrap();
    assert_eq!((&body["smsEnabled"], &body["number"]), (&json!(false), &json!(NUMBER)));
    assert_eq!(desk.stage.emulator.vapi().taken_over(), [] as [String; 0]);
    let numbers = desk.stage.emulator.vapi().numbers();
    assert_eq!((numbers.len(), &numbers[0]["assistantId"]), (1, &json!(desk.assistant)));
    let assistant = desk.stage.vapi.assistant(&desk.assistant).await.unwrap().unwrap();
    assert_eq!(assistant.tool_ids().len(), 1, "it may call our tool");
    let of = desk.stores.directory.find_tenant_by_assistant("vapi", &desk.assistant).await.unwrap();
    assert_eq!(of, Some(tenant()));
    // Taken away again.
    desk.assistants.unlink(&Context::SYSTEM, &tenant(), &desk.assistant).await.unwrap();
    desk.work().await;
    assert_eq!((desk.linked().await, desk.stage.emulator.vapi().numbers().len()), (None, 0));
    assert_eq!(desk.stores.work.count(WorkKind::AssistantSync).await.unwrap(), 0);
    desk.stage.done();
}

#[tokio::test]
async fn a_link_survives_faults_and_says_what_a_person_must_do() {
    let desk = Desk::open().await;
    // No account yet: a person must act, and does.
    desk.link().await;
    desk.work().await;
    let link = desk.linked().await.unwrap();
    assert_eq!(link.sync, SyncState::Failed);
    assert_eq!(link.error.unwrap().sentence, "Connect Twilio in Settings > Integrations.");
    desk.connect(&with_token()).await;
    for (what, method, path, fault) in [
        ("import lost behind", "POST", "/vapi/phone-number", Fault::CutAfter),
        ("import lost before", "POST", "/vapi/phone-number", Fault::CutBefore),
        ("link broken", "PATCH", "/vapi/phone-number", Fault::FailAfter { status: 500 }),
    ] {
        desk.stage.emulator.faults().next(method, path, 1, fault);
        desk.link().await;
        for _ in 0..4 {
            desk.work().await;
            desk.clock.advance(30 * SECOND);
        }
        let link = desk.linked().await.unwrap();
        assert_eq!((link.sync, link.error), (SyncState::Synced, None), "{what}");
        assert_eq!(desk.stage.emulator.vapi().numbers().len(), 1, "{what}: once");
        desk.stage.emulator.faults().clear();
        desk.assistants.unlink(&Context::SYSTEM, &tenant(), &desk.assistant).await.unwrap();
        desk.work().await;
        assert_eq!(desk.stage.emulator.vapi().numbers().len(), 0, "{what}: taken away");
    }
    // An assistant that is not there.
    let none = "00000000-0000-4000-8000-000000000000";
    desk.assistants.link(&Context::SYSTEM, &tenant(), none, &desk.number).await.unwrap();
    desk.work().await;
    let link = desk.assistants.lookup_link(&tenant(), none).await.unwrap().unwrap();
    assert_eq!(link.error.unwrap().sentence, "The platform has no assistant with this id. Check it there.");
    let taken = desk.assistants.link(&Context::SYSTEM, &tenant(), &desk.assistant, &desk.number).await;
    assert_eq!(taken.unwrap_err().code(), Some("number_linked"));
}

#[tokio::test]
async fn an_assistant_belongs_to_one_tenant() {
    let desk = Desk::open().await;
    let other = TenantId::parse("other").unwrap();
    let request = TenantRequest { id: other.clone(), name: "Other".to_owned(), business_number: None };
    Tenants::new(desk.stores.clone()).put(&Context::SYSTEM, request).await.unwrap();
    let e164 = E164::parse("+14155550101").unwrap();
    let request = ImportNumber { e164, class: NumberClass::FrontDesk, provider: "twilio".to_owned() };
    let theirs = Numbers::new(desk.stores.clone()).import(&Context::SYSTEM, &other, request).await.unwrap();
    desk.link().await;
    let taken = desk.assistants.link(&Context::SYSTEM, &other, &desk.assistant, &theirs.id).await;
    assert_eq!(taken.unwrap_err().code(), Some("assistant_taken"));
}

#[tokio::test]
async fn a_tool_is_registered_once_by_two_nodes_at_once_and_again_when_it_changes() {
    let desk = Desk::open().await;
    let definition = |description: &str| port::ToolDefinition {
        name: "book".to_owned(),
        description: description.to_owned(),
        parameters: json!({ "type": "object", "properties": {}, "required": [] }),
        url: format!("{BASE}/api/vapi/tools/book"),
    };
    let platform: Arc<dyn AssistantPlatform> = Arc::new(desk.stage.vapi.clone());
    let node = |description| {
        ToolRegistry::of(desk.stores.clone(), Some(platform.clone()), vec![definition(description)])
    };
    let (one, two) = (node("Books a visit"), node("Books a visit"));
    let (first, second) = tokio::join!(one.sync(), two.sync());
    let mut outcomes = [first.unwrap().remove(0).1, second.unwrap().remove(0).1];
    outcomes.sort_by_key(|outcome| *outcome != Registering::Registered);
    assert_eq!(outcomes[0], Registering::Registered);
    assert!(matches!(outcomes[1], Registering::Taken | Registering::Kept), "{outcomes:?}");
    assert_eq!(desk.asked("POST", "/vapi/tool"), 1);
    // Nothing is asked for what is there.
    let before = desk.stage.emulator.journal().seen().len();
    assert_eq!(one.sync().await.unwrap(), [("book".to_owned(), Registering::Kept)]);
    assert_eq!(desk.stage.emulator.journal().seen().len(), before);
    // Another definition is the same tool, changed.
    let id = one.ids().await.unwrap();
    let changed = node("Books a visit to the dentist");
    assert_eq!(changed.sync().await.unwrap(), [("book".to_owned(), Registering::Registered)]);
    assert_eq!((changed.ids().await.unwrap(), desk.asked("POST", "/vapi/tool")), (id, 1));
    let tools = desk.stage.emulator.vapi().tools();
    assert_eq!(tools[0]["function"]["description"], "Books a visit to the dentist");
    desk.stage.done();
}

#[tokio::test]
async fn a_tool_names_a_credential_with_the_webhook_secret_as_it_is_now() {
    let desk = Desk::open().await;
    let registry = |secret: Option<&str>| {
        let vapi = desk.stage.vapi.clone().with_webhook_secret(secret.map(Secret::new));
        ToolRegistry::new(desk.stores.clone(), Some(Arc::new(vapi)), Some(BASE))
    };
    let vapi = desk.stage.emulator.vapi();
    for (what, secret, outcome, token) in [
        ("without a secret", None, Registering::Registered, None),
        ("it is set", Some("secret-of-the-webhook"), Registering::Registered, Some("secret-of-the-webhook")),
        ("as before", Some("secret-of-the-webhook"), Registering::Kept, Some("secret-of-the-webhook")),
        (
            "it changes",
            Some("another-of-the-webhook"),
            Registering::Registered,
            Some("another-of-the-webhook"),
        ),
    ] {
        assert_eq!(registry(secret).sync().await.unwrap()[0].1, outcome, "{what}");
        let (tools, credentials) = (vapi.tools(), vapi.credentials());
        assert_eq!((tools.len(), credentials.len()), (1, usize::from(token.is_some())), "{what}");
        let plan = credentials.first().map(|own| &own["authenticationPlan"]);
        assert_eq!(plan.map(|plan| plan["token"].as_str().unwrap()), token, "{what}");
        let named = credentials.first().map(|own| &own["id"]);
        assert_eq!(tools[0]["server"].get("credentialId"), named, "{what}");
    }
    desk.stage.done();
}

#[tokio::test]
async fn who_was_linked_before_there_were_tools_gets_them() {
    let desk = Desk::open().await;
    desk.connect(&with_token()).await;
    let tools = desk.assistants.tools();
    let ids = async || {
        let assistant = desk.stage.vapi.assistant(&desk.assistant).await.unwrap().unwrap();
        assistant.tool_ids().into_iter().map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    desk.link().await;
    assert_eq!(tools.refresh_links().await.unwrap(), 0, "there are no tools");
    desk.work().await;
    assert_eq!(ids().await, [] as [String; 0]);
    tools.sync().await.unwrap();
    assert_eq!(tools.refresh_links().await.unwrap(), 1);
    assert_eq!(desk.linked().await.unwrap().sync, SyncState::Pending);
    assert_eq!(tools.refresh_links().await.unwrap(), 0, "it is on its way");
    desk.work().await;
    assert_eq!(
        (ids().await, desk.linked().await.unwrap().sync),
        (tools.ids().await.unwrap(), SyncState::Synced)
    );
    assert_eq!(tools.refresh_links().await.unwrap(), 0, "it has them");
    // Who is being unlinked stays so.
    desk.assistants.unlink(&Context::SYSTEM, &tenant(), &desk.assistant).await.unwrap();
    assert_eq!(tools.refresh_links().await.unwrap(), 0);
    desk.work().await;
    assert_eq!(desk.linked().await, None);
    desk.stage.done();
}

#[tokio::test]
async fn a_tool_that_could_not_be_registered_is_registered_later() {
    for (what, fault, again) in [
        ("lost behind", Fault::CutAfter, true),
        ("lost before", Fault::CutBefore, true),
        ("away", Fault::Refuse { status: 503, retry_after: None, body: String::new() }, true),
        ("refused", Fault::Refuse { status: 400, retry_after: None, body: String::new() }, false),
    ] {
        let desk = Desk::open().await;
        desk.stage.emulator.faults().next("POST", "/vapi/tool", 1, fault);
        let tools = desk.assistants.tools();
        assert_eq!(tools.sync().await.unwrap()[0].1, Registering::Failed { again }, "{what}");
        let row = desk.stores.tools.list().await.unwrap().remove(0);
        assert!(row.error.is_some() && row.state == SyncState::Failed, "{what}");
        assert_eq!(tools.sync().await.unwrap()[0].1, Registering::Registered, "{what}");
        assert_eq!(desk.stage.emulator.vapi().tools().len(), 1, "{what}: once");
    }
}

#[tokio::test]
async fn work_is_left_to_servers_that_have_the_platforms_key() {
    let desk = Desk::open().await;
    desk.link().await;
    desk.connect(&with_token()).await;
    let tools = ToolRegistry::new(desk.stores.clone(), None, Some(BASE));
    let none = Assistants::new(desk.stores.clone(), desk.vault.clone(), None, None, tools);
    let runner = WorkRunner::new(desk.stores.clone(), vec![Arc::new(none.clone())]);
    assert!(runner.run_due(4).await.unwrap().errors.is_empty());
    assert_eq!(desk.linked().await.unwrap().sync, SyncState::Pending);
    desk.later(121).await;
    assert_eq!(desk.linked().await.unwrap().sync, SyncState::Synced, "it came back");
    assert_eq!(desk.stores.work.count(WorkKind::AssistantSync).await.unwrap(), 0);
    let refused = none.link(&Context::SYSTEM, &tenant(), "a", &desk.number).await.unwrap_err();
    assert_eq!(refused.code(), Some("provider_not_configured"));
}
