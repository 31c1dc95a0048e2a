//! What Vapi takes, as its description has it, and how it refuses the rest.

use serde_json::{Map, Value};

/// The fields of an object.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) fields: &'static [(&'static str, Is)],
    pub(super) required: &'static [&'static str],
}

/// What a field may hold.
#[derive(Debug)]
pub(super) enum Is {
    Any,
    Bool,
    /// At most so many characters.
    Text(usize),
    Word(&'static [&'static str]),
    Number(f64, f64),
    Texts,
    List,
    Object,
    In(&'static Shape),
    ListOf(&'static Shape),
    /// An object whose shape hangs on a field of it.
    By(&'static str, fn(&str) -> Option<&'static Shape>),
}

use Is::{Any, Bool, In, List, ListOf, Number, Object, Text, Texts, Word};

const LONG: usize = 100_000;

const SERVER: Shape = Shape {
    fields: &[
        ("timeoutSeconds", Number(1.0, 300.0)),
        ("credentialId", Text(64)),
        ("staticIpAddressesEnabled", Bool),
        ("encryptedPaths", Texts),
        ("url", Text(2048)),
        ("headers", Object),
        ("backoffPlan", Object),
    ],
    required: &[],
};

const MESSAGE: Shape = Shape {
    fields: &[("content", Text(LONG)), ("role", Word(&["assistant", "function", "user", "system", "tool"]))],
    required: &["content", "role"],
};

/// The fields that every model has, and those of one.
macro_rules! model {
    ($required:expr $(, ($name:literal, $is:expr))*) => {
        Shape {
            fields: &[
                ("messages", ListOf(&MESSAGE)),
                ("tools", List),
                ("toolIds", Texts),
                ("toolRefs", List),
                ("provider", Text(64)),
                ("model", Text(256)),
                ("temperature", Number(0.0, 2.0)),
                ("maxTokens", Number(50.0, 10_000.0)),
                ("emotionRecognitionEnabled", Bool),
                ("numFastTurns", Number(0.0, 1e9)),
                $(($name, $is),)*
            ],
            required: $required,
        }
    };
}

static OPENAI_MODEL: Shape = model!(
    &["provider", "model"],
    ("fallbackModels", Texts),
    ("toolStrictCompatibilityMode", Text(64)),
    ("promptCacheRetention", Text(16)),
    ("promptCacheKey", Text(64)),
    ("reasoningEffort", Text(16))
);
static ANTHROPIC_MODEL: Shape = model!(&["provider", "model"], ("thinking", Object));
static CUSTOM_MODEL: Shape = model!(
    &["provider", "model", "url"],
    ("metadataSendMode", Text(16)),
    ("headers", Object),
    ("url", Text(2048)),
    ("wordLevelConfidenceEnabled", Bool),
    ("timeoutSeconds", Number(0.0, 600.0))
);
static MODEL: Shape = model!(&["provider", "model"]);

fn model(provider: &str) -> Option<&'static Shape> {
    match provider {
        "openai" => Some(&OPENAI_MODEL),
        "anthropic" => Some(&ANTHROPIC_MODEL),
        "custom-llm" => Some(&CUSTOM_MODEL),
        "groq" | "google" | "together-ai" | "deep-seek" | "openrouter" => Some(&MODEL),
        _ => None,
    }
}

pub(super) static ASSISTANT: Shape = Shape {
    fields: &[
        ("transcriber", Object),
        ("model", Is::By("provider", model)),
        ("voice", Object),
        ("firstMessage", Text(LONG)),
        ("firstMessageInterruptionsEnabled", Bool),
        ("firstMessageMode", Text(64)),
        ("clientMessages", Texts),
        ("serverMessages", Texts),
        ("maxDurationSeconds", Number(10.0, 43_200.0)),
        ("backgroundSound", Text(2048)),
        ("modelOutputInMessagesEnabled", Bool),
        ("name", Text(40)),
        ("voicemailMessage", Text(1000)),
        ("endCallMessage", Text(1000)),
        ("endCallPhrases", Texts),
        ("metadata", Object),
        ("backgroundSpeechDenoisingPlan", Object),
        ("analysisPlan", Object),
        ("artifactPlan", Object),
        ("startSpeakingPlan", Object),
        ("stopSpeakingPlan", Object),
        ("monitorPlan", Object),
        ("credentialIds", Texts),
        ("server", In(&SERVER)),
        ("keypadInputPlan", Object),
    ],
    required: &[],
};

static PARAMETERS: Shape = Shape {
    fields: &[("type", Word(&["object"])), ("properties", Object), ("required", Texts)],
    required: &["type", "properties"],
};
static FUNCTION: Shape = Shape {
    fields: &[
        ("name", Text(64)),
        ("strict", Bool),
        ("description", Text(1000)),
        ("parameters", In(&PARAMETERS)),
    ],
    required: &["name"],
};
pub(super) static TOOL: Shape = Shape {
    fields: &[
        ("messages", List),
        ("type", Word(&["function", "dtmf", "endCall", "transferCall"])),
        ("async", Bool),
        ("server", In(&SERVER)),
        ("variableExtractionPlan", Object),
        ("parameters", List),
        ("function", In(&FUNCTION)),
        ("rejectionPlan", Object),
        ("destinations", List),
        ("sipInfoDtmfEnabled", Bool),
    ],
    required: &["type"],
};

static TWILIO_NUMBER: Shape = Shape {
    fields: &[
        ("fallbackDestination", Any),
        ("provider", Word(&["twilio"])),
        ("smsEnabled", Bool),
        ("number", Text(40)),
        ("twilioAccountSid", Text(64)),
        ("twilioAuthToken", Text(128)),
        ("twilioApiKey", Text(64)),
        ("twilioApiSecret", Text(128)),
        ("name", Text(40)),
        ("assistantId", Text(64)),
        ("squadId", Text(64)),
        ("server", In(&SERVER)),
    ],
    required: &["provider", "number", "twilioAccountSid"],
};

static CUSTOMER: Shape = Shape {
    fields: &[
        ("numberE164CheckEnabled", Bool),
        ("extension", Text(10)),
        ("assistantOverrides", Object),
        ("number", Text(40)),
        ("sipUri", Text(2048)),
        ("name", Text(40)),
        ("email", Text(40)),
        ("externalId", Text(40)),
    ],
    required: &[],
};
pub(super) static CALL: Shape = Shape {
    fields: &[
        ("assistantVersion", Any),
        ("transport", Object),
        ("name", Text(40)),
        ("schedulePlan", Object),
        ("assistantId", Text(64)),
        ("assistant", In(&ASSISTANT)),
        ("assistantOverrides", Object),
        ("squadId", Text(64)),
        ("phoneNumberId", Text(64)),
        ("phoneNumber", Object),
        ("customerId", Text(64)),
        ("customer", In(&CUSTOMER)),
    ],
    required: &[],
};
pub(super) static CALL_CHANGE: Shape = Shape { fields: &[("name", Text(40))], required: &[] };

static TWILIO_CREDENTIAL: Shape = Shape {
    fields: &[
        ("provider", Word(&["twilio"])),
        ("authToken", Text(128)),
        ("apiKey", Text(64)),
        ("apiSecret", Text(128)),
        ("accountSid", Text(64)),
        ("name", Text(40)),
    ],
    required: &["provider", "accountSid"],
};
static BEARER_PLAN: Shape = Shape {
    fields: &[
        ("type", Text(16)),
        ("token", Text(512)),
        ("headerName", Text(128)),
        ("bearerPrefixEnabled", Bool),
    ],
    required: &["type", "token"],
};
static HMAC_PLAN: Shape = Shape {
    fields: &[
        ("type", Text(16)),
        ("secretKey", Text(512)),
        ("algorithm", Word(&["sha256", "sha512", "sha1"])),
        ("signatureHeader", Text(128)),
        ("timestampHeader", Text(128)),
        ("signaturePrefix", Text(64)),
        ("includeTimestamp", Bool),
        ("payloadFormat", Text(256)),
        ("messageIdHeader", Text(128)),
        ("signatureEncoding", Word(&["hex", "base64"])),
        ("secretIsBase64", Bool),
    ],
    required: &["type", "secretKey", "algorithm"],
};

fn plan(kind: &str) -> Option<&'static Shape> {
    match kind {
        "bearer" => Some(&BEARER_PLAN),
        "hmac" => Some(&HMAC_PLAN),
        _ => None,
    }
}

static WEBHOOK_CREDENTIAL: Shape = Shape {
    fields: &[
        ("provider", Word(&["webhook"])),
        ("authenticationPlan", Is::By("type", plan)),
        ("name", Text(40)),
    ],
    required: &["provider", "authenticationPlan"],
};

/// The shape of a number or credential of a provider that is emulated.
pub(super) fn of_provider(kind: super::Kind, provider: Option<&str>) -> Option<&'static Shape> {
    match (kind, provider) {
        (super::Kind::PhoneNumber, Some("twilio")) => Some(&TWILIO_NUMBER),
        (super::Kind::Credential, Some("twilio")) => Some(&TWILIO_CREDENTIAL),
        (super::Kind::Credential, Some("webhook")) => Some(&WEBHOOK_CREDENTIAL),
        _ => None,
    }
}

/// What is wrong with an object, in `class-validator`'s words. A partial one may leave out what is required.
pub(super) fn faults(shape: &Shape, object: &Map<String, Value>, partial: bool) -> Vec<String> {
    let mut found = Vec::new();
    collect(shape, object, partial, "", &mut found);
    found
}

fn collect(shape: &Shape, object: &Map<String, Value>, partial: bool, place: &str, found: &mut Vec<String>) {
    for name in object.keys().filter(|name| !shape.fields.iter().any(|(own, _)| own == name)) {
        found.push(format!("{place}property {name} should not exist"));
    }
    if !partial {
        for name in shape.required.iter().filter(|name| !object.contains_key(**name)) {
            found.push(format!("{place}{name} should not be null or undefined"));
        }
    }
    for (name, is) in shape.fields {
        if let Some(value) = object.get(*name) {
            field(is, &format!("{place}{name}"), value, found);
        }
    }
}

fn field(is: &Is, name: &str, value: &Value, found: &mut Vec<String>) {
    let within = format!("{name}.");
    let wrong = match (is, value) {
        (Any, _) | (Bool, Value::Bool(_)) | (List, Value::Array(_)) | (Object, Value::Object(_)) => None,
        (Text(most), Value::String(text)) if text.chars().count() <= *most => None,
        (Text(most), Value::String(_)) => Some(format!("must be shorter than or equal to {most} characters")),
        (Word(words), Value::String(text)) if words.contains(&text.as_str()) => None,
        (Word(words), _) => Some(format!("must be one of the following values: {}", words.join(", "))),
        (Number(least, most), Value::Number(number)) => {
            let fits = number.as_f64().is_some_and(|number| (*least..=*most).contains(&number));
            (!fits).then(|| format!("must be between {least} and {most}"))
        }
        (Texts, Value::Array(items)) => {
            let fits = items.iter().all(Value::is_string);
            (!fits).then(|| "each value must be a string".to_owned())
        }
        (In(shape), Value::Object(object)) => {
            collect(shape, object, false, &within, found);
            None
        }
        (Is::By(tag, shapes), Value::Object(object)) => {
            match object.get(*tag).and_then(Value::as_str).and_then(shapes) {
                Some(shape) => {
                    collect(shape, object, false, &within, found);
                    None
                }
                None => Some(format!("must have a known {tag}")),
            }
        }
        (ListOf(shape), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                field(&In(shape), &format!("{name}.{index}"), item, found);
            }
            None
        }
        (Text(_), _) => Some("must be a string".to_owned()),
        (Bool, _) => Some("must be a boolean value".to_owned()),
        (Number(..), _) => Some("must be a number conforming to the specified constraints".to_owned()),
        (Texts | List | ListOf(_), _) => Some("must be an array".to_owned()),
        (Object | In(_) | Is::By(..), _) => Some("must be an object".to_owned()),
    };
    found.extend(wrong.map(|wrong| format!("{name} {wrong}")));
}
