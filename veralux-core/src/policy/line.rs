//! The detector as a filter over lines: a JSON document in, a JSON document out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Detector, Finding, Kind, Severity, ThreadState};

#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    id: Value,
    text: Option<String>,
    messages: Option<Vec<Message>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Message {
    Text(String),
    Object { text: String },
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    findings: Vec<WireFinding>,
}

#[derive(Serialize)]
struct WireFinding {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<usize>,
    kind: Kind,
    start: usize,
    end: usize,
    value: String,
    rule: &'static str,
    score: u8,
    severity: Severity,
}

#[derive(Serialize)]
struct Failure<'a> {
    error: Fault<'a>,
}

#[derive(Serialize)]
struct Fault<'a> {
    code: &'a str,
    detail: &'a str,
}

/// Scans one document, `{"id","text"}` or `{"id","messages":[…]}`, and answers with one line without its end.
///
/// A line that is no such document is answered with `{"error":{"code","detail"}}`, which never repeats its content.
pub fn scan_line(detector: &Detector, line: &str) -> String {
    let answer = match serde_json::from_str::<Document>(line) {
        Err(error) if error.is_data() => {
            failure("invalid_document", "`text` must be a text, `messages` a list of texts")
        }
        Err(_) => failure("invalid_json", "the line must be one JSON document"),
        Ok(document) => match (&document.text, &document.messages) {
            (Some(text), None) => {
                let findings = detector.scan(text).into_iter().map(|finding| wire(None, finding)).collect();
                to_json(&Answer { id: &document.id, findings })
            }
            (None, Some(messages)) => {
                let mut state = ThreadState::default();
                let mut findings = Vec::new();
                for (index, message) in messages.iter().enumerate() {
                    let found = detector.scan_thread(&mut state, message.text());
                    findings.extend(found.into_iter().map(|finding| wire(Some(index), finding)));
                }
                to_json(&Answer { id: &document.id, findings })
            }
            _ => failure("invalid_document", "exactly one of `text` and `messages` is required"),
        },
    };
    // Texts, numbers and enums always serialise.
    answer.unwrap_or_default()
}

impl Message {
    fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Object { text } => text,
        }
    }
}

fn wire(message: Option<usize>, finding: Finding) -> WireFinding {
    let Finding { kind, span, value, rule, score, severity } = finding;
    WireFinding { message, kind, start: span.start, end: span.end, value, rule, score, severity }
}

fn failure(code: &str, detail: &str) -> Option<String> {
    to_json(&Failure { error: Fault { code, detail } })
}

fn to_json(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}
