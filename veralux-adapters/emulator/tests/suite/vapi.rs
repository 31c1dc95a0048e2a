//! The client of Vapi against the emulator.

mod assistants;
mod copies;
mod faults;
mod messages;
mod records;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde_json::json;
use veralux_core::credential::TwilioBody;
use veralux_core::id::TenantId;
use veralux_core::memory::{FixedClock, SeededRandom};
use veralux_core::phone::E164;
use veralux_core::secret::Secret;
use veralux_core::time::Instant;
use veralux_emulator::{Emulator, Parts, Served, Specs};
use veralux_providers::vapi::{
    AssistantChange, ModelChange, NewCall, PhoneNumber, Server, ToolDefinition, TwilioImport, Vapi,
};
use veralux_providers::{Https, Outside};

const KEY: &str = "5e4c0000-0000-4000-8000-000000000001";
const SID: &str = "AC00000000000000000000000000000001";
const NUMBER: &str = "+14155550100";

/// An emulator, and a client that waits half a second for an answer.
pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) served: Served,
    vapi: Vapi,
}

pub(crate) fn now() -> Instant {
    Instant::parse("2026-11-20T12:00:00Z").unwrap()
}

/// What clients ask with, and how long they wait.
pub(crate) fn outside() -> Outside {
    let https = Https::with_timeout(Duration::from_millis(500)).unwrap().with_max_answer_bytes(1 << 20);
    Outside {
        transport: Arc::new(https),
        clock: Arc::new(FixedClock::new(now())),
        random: Arc::new(SeededRandom::new(2)),
    }
}

/// An emulator that checks everything against the descriptions.
pub(crate) fn emulator() -> Emulator {
    static SPECS: OnceLock<Option<Arc<Specs>>> = OnceLock::new();
    let specs = SPECS.get_or_init(|| crate::descriptions::specs().map(Arc::new)).clone();
    let (clock, random) = (Arc::new(FixedClock::new(now())), Arc::new(SeededRandom::new(1)));
    Emulator::new(Parts { clock, random, specs }).unwrap()
}

async fn stage() -> Stage {
    let emulator = emulator();
    emulator.vapi().add_key(KEY);
    let served = emulator.serve().await.unwrap();
    let vapi = Vapi::at(format!("{}/vapi", served.origin), Secret::new(KEY), outside());
    Stage { emulator, served, vapi }
}

fn tenant() -> TenantId {
    TenantId::parse("acme").unwrap()
}

fn number() -> E164 {
    E164::parse(NUMBER).unwrap()
}

fn account() -> TwilioBody {
    TwilioBody {
        account_sid: SID.to_owned(),
        auth_token: Some(Secret::new("0123456789abcdef0123456789abcdef")),
        previous_auth_token: None,
        previous_until: None,
        api_key_sid: Some("SK00000000000000000000000000000001".to_owned()),
        api_key_secret: Some(Secret::new("hunter2hunter2hunter2")),
    }
}

fn server(url: &str, credential_id: Option<&str>) -> Server {
    let credential_id = credential_id.map(ToOwned::to_owned);
    Server { url: url.to_owned(), credential_id, timeout_seconds: Some(10) }
}

fn model() -> ModelChange {
    ModelChange {
        provider: Some("openai".to_owned()),
        model: Some("gpt-4o".to_owned()),
        ..ModelChange::default()
    }
}

fn desk() -> AssistantChange {
    AssistantChange {
        name: Some("Front desk".to_owned()),
        first_message: Some("Hello".to_owned()),
        model: Some(model()),
        ..AssistantChange::default()
    }
}

fn tool(url: &str) -> ToolDefinition {
    ToolDefinition {
        name: "book".to_owned(),
        description: "Books a visit".to_owned(),
        parameters: json!({ "type": "object", "properties": { "day": { "type": "string" } }, "required": ["day"] }),
        server: server(url, None),
    }
}

async fn imported(vapi: &Vapi, assistant_id: Option<&str>, server: Option<&Server>) -> PhoneNumber {
    let (number, account) = (number(), account());
    let import =
        TwilioImport { number: &number, account: &account, name: Some("Main"), assistant_id, server };
    vapi.import_twilio_number(&import).await.unwrap()
}

fn call(assistant: &str, phone: &str) -> NewCall {
    NewCall {
        reference: "visit-7".to_owned(),
        tenant: tenant(),
        assistant_id: assistant.to_owned(),
        phone_number_id: phone.to_owned(),
        customer: E164::parse("+14155550199").unwrap(),
        customer_name: Some("Ann".to_owned()),
        variables: std::iter::once(("day".to_owned(), "Monday".to_owned())).collect(),
        earliest_at: None,
    }
}

impl Stage {
    /// Everything was as the description says.
    pub(crate) fn done(&self) {
        assert_eq!(self.emulator.journal().violations(), [] as [String; 0]);
    }
}
