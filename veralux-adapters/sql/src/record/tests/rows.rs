//! A row of each record that can be read, with the names that its columns have in errors.

use super::Column;
use crate::fake::Value;

const DIGEST: &[u8] = &[7; 32];
const FAULT: &str = r#"{"code":"21610","sentence":"the recipient has opted out","raw":null}"#;

pub(super) const ASSISTANT: &[Column] = &[
    text("platform", "vapi"),
    text("assistant", "as_1"),
    text("phone_number", "pn_1").or_null(),
    word("number", "+14155550101").or_null(),
    bytes("definition", DIGEST),
    word("sync", "synced"),
    number("generation", 1),
    word("error", FAULT).or_null(),
    number("updated_at", 1),
    number("revision", 1),
];

pub(super) const CALL: &[Column] = &[
    word("id", "cal_1"),
    text("provider", "twilio"),
    text("provider_call", "CA1"),
    word("called", "+14155550101"),
    text("caller", "+442079460001").or_null(),
    word("state", "active"),
    text("outcome", "completed").or_null(),
    number("started_at", 1),
    number("ended_at", 2).or_null(),
    text("stream", "MZ1").or_null(),
    number("revision", 1),
];

pub(super) const CALLER_ID: &[Column] = &[
    word("id", "cid_1"),
    word("number", "+14155550301"),
    text("name", "Front desk").or_null(),
    word(
        "verification",
        r#"{"status":"pending","issuedAt":"2026-03-01T12:00:00Z","tries":0,"lockedUntil":null,"settledAt":null}"#,
    ),
    text("code", "$2b$").or_null(),
    number("created_at", 1),
    number("revision", 1),
];

pub(super) const CENSUS: &[Column] =
    &[number("root_key", 1), number("count", 2), number("count", 3), number("count", 1)];

pub(super) const CLAIMED: &[Column] = &[
    number("was_due", 1),
    number("behind", 1),
    word("tenant", "oak"),
    word("kind", "send_message"),
    text("id", "msg_1"),
    number("due", 2),
];

/// Whether it is mapped, and the schedule; the rest are other records.
pub(super) const CONVERSATION: &[Column] = &[
    truth("mapped", true),
    word("windows", r#"[["win_2","ann",1,9,1],["win_1","ann",1,9,1]]"#).or_null(),
    word(
        "overrides",
        r#"[["ovr_2","staff","ann",1,null,1,null,""],["ovr_1","owner_inbox",null,1,9,1,null,""]]"#,
    )
    .or_null(),
];

pub(super) const CREDENTIAL: &[Column] = &[
    word("id", "crd_1"),
    word("provider", "twilio"),
    number("generation", 1),
    bytes("envelope", b"sealed"),
    number("root_key", 1),
    number("key_version", 1),
    word("state", "active"),
    text("hint", "AC...1").or_null(),
    text("account", "AC1").or_null(),
    number("expires_at", 9).or_null(),
    word("last_check", r#"{"at":"2026-03-01T12:00:00Z","outcome":"verified","class":null}"#).or_null(),
    word("last_error", r#"["refused","2026-03-01T12:00:00Z"]"#).or_null(),
    word("lease", r#"{"holder":"node","until":"2026-03-01T12:00:00Z"}"#).or_null(),
    number("created_at", 1),
    number("sealed_at", 1),
    number("revision", 1),
];

pub(super) const CUSTOMER: &[Column] =
    &[word("id", "cus_1"), word("phone", "+442079460001"), number("created_at", 1)];

pub(super) const DECISION: &[Column] = &[
    word("id", "dec_1"),
    word("thread", "thr_1").or_null(),
    word("message", "msg_1").or_null(),
    number("at", 1),
    text("snapshot", "{}"),
    text("decision", "{}"),
    text("detector_version", "1"),
];

pub(super) const DELIVERY: &[Column] = &[
    word("state", "sent"),
    number("attempts", 1),
    number("retries", 0),
    number("attempt_at", 1).or_null(),
    word("error", FAULT).or_null(),
    number("failed_at", 1).or_null(),
    number("dead_since", 1).or_null(),
    number("updated_at", 1),
    number("revision", 1),
];

pub(super) const DUE: &[Column] = &[number("sequence", 1), word("did", "+14155550201").or_null()];

pub(super) const EVENT: &[Column] = &[
    word("tenant", "oak"),
    number("sequence", 1),
    word("id", "evt_1"),
    number("at", 1),
    word(
        "draft",
        r#"{"type":"number.imported","actor":{"kind":"system","id":null,"role":null},
            "entity":{"kind":"number","id":"num_1"},"requestId":null,"correlationId":null,"payload":{}}"#,
    ),
    bytes("previous", DIGEST),
    bytes("hash", DIGEST),
];

pub(super) const EXPORT: &[Column] = &[
    word("provider", "twilio"),
    word("target", "vapi"),
    text("remote_id", "cred_1").or_null(),
    number("generation", 1),
    word("state", "synced"),
    text("error", "refused").or_null(),
    number("at", 1),
    number("revision", 1),
];

pub(super) const FAILURE: &[Column] = &[number("failed_at", 1)];

pub(super) const FORWARDING: &[Column] = &[
    word("id", "fwd_1"),
    word("caller_id", "cid_1"),
    word("number", "+14155550301"),
    word("destination", "+14155550302"),
    word("carrier", "verizon"),
    text("country", "US"),
    word("mode", "safety_net"),
    number("ring_time", 25).or_null(),
    text("activation_code", "*71"),
    text("deactivation_code", "*73"),
    word("status", "active"),
    number("confirmed_at", 1).or_null(),
    number("created_at", 1),
    number("updated_at", 1),
    number("revision", 1),
];

pub(super) const HEAD: &[Column] = &[number("sequence", 1), bytes("hash", DIGEST)];

pub(super) const KEY: &[Column] = &[
    word("tenant", "oak"),
    word("id", "key_1"),
    text("name", "CI"),
    word("role", "admin"),
    bytes("digest", DIGEST),
    text("last_four", "abcd"),
    number("created_at", 1),
    number("expires_at", 1).or_null(),
    number("revoked_at", 1).or_null(),
];

/// Behind it comes its delivery.
pub(super) const MESSAGE: &[Column] = &[
    word("id", "msg_1"),
    word("thread", "thr_1").or_null(),
    word("number", "num_1").or_null(),
    word("direction", "inbound"),
    word("sender_role", "customer"),
    text("sender_id", "cus_1").or_null(),
    word("sender_phone", "+442079460001").or_null(),
    text("sender_name", "OAKBANK").or_null(),
    any_text("body", "Hello\u{0}"),
    word("media", r#"[{"url":"https://media.example/1","contentType":"image/png"}]"#).or_null(),
    word("findings", "[]").or_null(),
    word("action", "deliver"),
    word("target", "staff").or_null(),
    // Without it the target is refused.
    text("target_id", "ann").or_null(),
    word("decision", "dec_1"),
    number("received_at", 1),
    // One without the other is refused.
    text("provider", "twilio").or_null(),
    text("provider_id", "SM1").or_null(),
];

pub(super) const NUMBER: &[Column] = &[
    word("id", "num_1"),
    word("e164", "+14155550101"),
    word("class", "staff"),
    word("status", "quarantined"),
    word("staff", "ann").or_null(),
    // All three or none.
    text("quarantine_reason", "spam").or_null(),
    number("quarantine_since", 1).or_null(),
    number("quarantine_until", 9).or_null(),
    text("provider", "twilio"),
    number("last_used_at", 1).or_null(),
    // Only while inactive.
    Column { value: Value::Null, ..number("given_back_at", 2) }.or_null(),
    number("created_at", 1),
    number("revision", 1),
];

pub(super) const OPERATION: &[Column] = &[
    word("id", "opr_1"),
    word("kind", "purchase"),
    text("provider", "telnyx"),
    word("number", "+14155550401"),
    word("class", "pool"),
    word("state", "running"),
    word("steps", "[]"),
    text("requested_by", "key_1"),
    number("created_at", 1),
    number("updated_at", 1),
    number("revision", 1),
];

pub(super) const OVERRIDE: &[Column] = &[
    word("id", "ovr_1"),
    word("thread", "thr_1"),
    word("target", "staff"),
    // Without it the target is refused.
    text("target_id", "ann").or_null(),
    number("starts_at", 1),
    number("ends_at", 9).or_null(),
    number("created_at", 1),
    number("removed_at", 2).or_null(),
    text("reason", "holiday"),
];

pub(super) const PENDING_PROJECTION: &[Column] =
    &[word("tenant", "oak"), number("sequence", 1), number("since", 1)];

pub(super) const RESOLVED: &[Column] = &[word("tenant", "oak"), text("document", "{}")];

pub(super) const ROOT_KEY: &[Column] = &[
    number("id", 1),
    word("state", "primary"),
    bytes("check_value", &[7; 16]),
    number("created_at", 1),
    number("revision", 1),
];

pub(super) const RUNTIME_HEAD: &[Column] = &[
    word("tenant", "oak"),
    text("document", "{}").or_null(),
    number("version", 1),
    word("dids", r#"["+14155550202","+14155550201"]"#),
];

pub(super) const RUNTIME_VERSION: &[Column] = &[
    number("version", 1),
    bytes("digest", DIGEST),
    text("document", "{}"),
    word("dids", "[]"),
    word("kind", "publish"),
    text("actor", "key_1"),
    number("published_at", 1),
];

pub(super) const SCAN: &[Column] = &[
    word("entries", r#"[{"kind":"phone","value":"+14155550101"}]"#).or_null(),
    number("revision", 1).or_null(),
    text("state", "{}").or_null(),
    number("revision", 1).or_null(),
];

pub(super) const SECRET: &[Column] = &[
    text("key", "S"),
    number("generation", 1),
    bytes("envelope", b"sealed"),
    number("root_key", 1),
    number("key_version", 1),
    number("sealed_at", 1),
];

pub(super) const TENANT: &[Column] = &[
    word("tenant", "oak"),
    text("name", "Oak Dental"),
    word("status", "active"),
    word("business_number", "+14155550100").or_null(),
    number("created_at", 1),
    number("updated_at", 1),
    number("revision", 1),
];

pub(super) const TENANT_KEY: &[Column] =
    &[number("version", 1), number("root_key", 1), bytes("wrapped", b"sealed"), number("created_at", 1)];

pub(super) const THREAD: &[Column] = &[
    word("id", "thr_1"),
    word("kind", "one_time"),
    word("status", "active"),
    word("customer", "cus_1"),
    word("number", "num_1"),
    truth("opted_out", false),
    number("created_at", 1),
    number("pair_free_at", 2).or_null(),
    number("revision", 1),
];

pub(super) const TOOL: &[Column] = &[
    text("platform", "vapi"),
    text("name", "businessStatus"),
    bytes("digest", DIGEST),
    text("remote_id", "tool_1").or_null(),
    word("state", "synced"),
    word("error", FAULT).or_null(),
    number("registered_at", 1).or_null(),
    number("updated_at", 1),
    number("revision", 1),
];

pub(super) const UNCLAIMED: &[Column] = &[
    text("provider", "twilio"),
    text("event", "SM1"),
    number("received_at", 1),
    text("reason", "nobody's number"),
    any_text("body", "\u{0}"),
];

pub(super) const VIOLATION: &[Column] = &[
    word("id", "vio_1"),
    word("thread", "thr_1").or_null(),
    word("message", "msg_1").or_null(),
    word("direction", "inbound"),
    word("sender_role", "customer"),
    text("sender_id", "cus_1").or_null(),
    word("sender_phone", "+442079460001").or_null(),
    text("sender_name", "OAKBANK").or_null(),
    any_text("draft", "Hello\u{0}").or_null(),
    word("findings", "[]"),
    text("detector_version", "1"),
    word("status", "open"),
    number("created_at", 1),
    word("ruling", r#"{"by":"key_1","at":"2026-03-01T12:00:00Z","action":"dismiss","reason":"ours"}"#)
        .or_null(),
    number("revision", 1),
];

pub(super) const WINDOW: &[Column] = &[
    word("id", "win_1"),
    word("thread", "thr_1"),
    word("staff", "ann"),
    number("starts_at", 1),
    number("ends_at", 9),
    number("created_at", 1),
];

/// A text as it is.
const fn text(name: &'static str, value: &'static str) -> Column {
    Column { name, value: Value::Text(value), is_parsed: false, may_be_null: false }
}

/// A text that is a value of a type: an id, a word of a vocabulary, a phone number, JSON.
const fn word(name: &'static str, value: &'static str) -> Column {
    Column { name, value: Value::Text(value), is_parsed: true, may_be_null: false }
}

const fn any_text(name: &'static str, value: &'static str) -> Column {
    Column { name, value: Value::AnyText(value), is_parsed: false, may_be_null: false }
}

const fn number(name: &'static str, value: i64) -> Column {
    Column { name, value: Value::Number(value), is_parsed: false, may_be_null: false }
}

const fn truth(name: &'static str, value: bool) -> Column {
    Column { name, value: Value::Truth(value), is_parsed: false, may_be_null: false }
}

const fn bytes(name: &'static str, value: &'static [u8]) -> Column {
    Column { name, value: Value::Bytes(value), is_parsed: false, may_be_null: false }
}

impl Column {
    /// NULL is no fault of it.
    const fn or_null(mut self) -> Self {
        self.may_be_null = true;
        self
    }
}
