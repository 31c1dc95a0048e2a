//! The detector as a filter over lines: a JSON document in, a JSON document out.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Detector, Finding, Kind, Severity, ThreadState};

/// Longest line, and longest message that is none of a line, in bytes.
pub const MAX_SCAN_BYTES: usize = 4 << 20;

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
    #[serde(skip_serializing_if = "Value::is_null")]
    id: &'a Value,
    error: Fault<'a>,
}

/// What is known of a document that is none.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named {
    id: Value,
}

#[derive(Serialize)]
struct Fault<'a> {
    code: &'a str,
    detail: &'a str,
}

/// Scans one document, `{"id","text"}` or `{"id","messages":[…]}`, and answers with one line without its end.
///
/// A line that is no such document is answered with `{"error":{"code","detail"}}`, and its `id` if it has one, which never
/// repeats more of its content. It has at most [`MAX_SCAN_BYTES`].
pub fn scan_line(detector: &Detector, line: impl AsRef<[u8]>) -> String {
    let line = line.as_ref();
    if line.len() > MAX_SCAN_BYTES {
        return failure(&Value::Null, "line_too_long", "a line has at most 4194304 bytes")
            .unwrap_or_default();
    }
    let answer = match serde_json::from_slice::<Document>(line) {
        Err(error) if error.is_data() => {
            // A name that comes twice, among others, leaves no document whose id could be told.
            let Named { id } = serde_json::from_slice(line).unwrap_or_default();
            let twice = error.to_string().starts_with("duplicate field");
            let detail = if twice {
                "`id`, `text` and `messages` may be there once only"
            } else {
                "`text` must be a text, `messages` a list of texts"
            };
            failure(&id, "invalid_document", detail)
        }
        Err(_) => failure(&Value::Null, "invalid_json", "the line must be one JSON document"),
        Ok(document) => match (&document.text, &document.messages) {
            (Some(text), None) => scan_whole(detector, &document.id, text, |at| at),
            (None, Some(messages)) => {
                let mut state = ThreadState::default();
                let mut findings = Vec::new();
                for (index, message) in messages.iter().enumerate() {
                    let found = detector.scan_thread(&mut state, message.text());
                    findings.extend(found.into_iter().map(|finding| wire(Some(index), finding)));
                }
                to_json(&Answer { id: &document.id, findings })
            }
            _ => {
                let detail = "exactly one of `text` and `messages` is required";
                failure(&document.id, "invalid_document", detail)
            }
        },
    };
    // Texts, numbers and enums always serialise.
    answer.unwrap_or_default()
}

/// Scans one message that is not part of a document, and answers like [`scan_line`]. Spans are bytes of the message as it came,
/// also where it is no UTF-8.
pub fn scan_plain(detector: &Detector, message: &[u8]) -> String {
    if message.len() > MAX_SCAN_BYTES {
        let answer = failure(&Value::Null, "text_too_long", "a message has at most 4194304 bytes");
        return answer.unwrap_or_default();
    }
    let answer = match String::from_utf8_lossy(message) {
        Cow::Borrowed(text) => scan_whole(detector, &Value::Null, text, |at| at),
        Cow::Owned(text) => {
            let pieces = pieces(message);
            scan_whole(detector, &Value::Null, &text, |at| original(&pieces, at))
        }
    };
    answer.unwrap_or_default()
}

fn scan_whole(detector: &Detector, id: &Value, text: &str, place: impl Fn(usize) -> usize) -> Option<String> {
    let placed = |finding| {
        let found = wire(None, finding);
        WireFinding { start: place(found.start), end: place(found.end), ..found }
    };
    to_json(&Answer { id, findings: detector.scan(text).into_iter().map(placed).collect() })
}

/// Where a piece of a message begins in what is scanned of it and in itself, and whether it is the same there.
struct Piece {
    read: usize,
    came: usize,
    same: bool,
}

/// The pieces of a message that is not all UTF-8: what is, and what is read as U+FFFD in its place.
fn pieces(message: &[u8]) -> Vec<Piece> {
    let (mut read, mut came) = (0, 0);
    let mut pieces = Vec::new();
    for chunk in message.utf8_chunks() {
        pieces.push(Piece { read, came, same: true });
        read += chunk.valid().len();
        came += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            pieces.push(Piece { read, came, same: false });
            read += char::REPLACEMENT_CHARACTER.len_utf8();
            came += chunk.invalid().len();
        }
    }
    pieces.push(Piece { read, came, same: true });
    pieces
}

fn original(pieces: &[Piece], at: usize) -> usize {
    let behind = pieces.partition_point(|piece| piece.read <= at);
    pieces
        .get(behind.saturating_sub(1))
        .map_or(at, |piece| if piece.same { piece.came + (at - piece.read) } else { piece.came })
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

fn failure(id: &Value, code: &str, detail: &str) -> Option<String> {
    to_json(&Failure { id, error: Fault { code, detail } })
}

fn to_json(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn spans_of_a_message_are_bytes_of_it_as_it_came() {
        let detector = Detector::new();
        for (message, spans) in [
            (&b"call 415 555 0123"[..], &[(5, 17)][..]),
            (b"\xff\xfe call 415 555 0123", &[(8, 20)]),
            (b"caf\xe9, \xe2\x82 call 415 555 0123 \xf0\x9f\x92", &[(14, 26)]),
            (b"\xc3\xbc \xff call 415 555 0123 or ann@example.org\xff", &[(10, 22), (26, 41)]),
        ] {
            let answer = answer(&scan_plain(&detector, message));
            let found: Vec<(u64, u64)> = answer["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(|finding| (finding["start"].as_u64().unwrap(), finding["end"].as_u64().unwrap()))
                .collect();
            assert_eq!(found, spans, "{message:?}");
        }
    }

    #[test]
    fn what_is_refused_says_why_and_of_which_document() {
        let detector = Detector::new();
        let long = format!(r#"{{"id":1,"text":"{}"}}"#, "a".repeat(MAX_SCAN_BYTES));
        for (line, id, code, detail) in [
            (&b"{\"id\":\"a\",\"text\":5}"[..], "a", "invalid_document", "`text` must be a text"),
            (b"{\"id\":\"a\",\"text\":\"x\",\"text\":\"y\"}", "a", "invalid_document", "once only"),
            (b"{\"text\":\"caf\xe9\"}", "", "invalid_json", "one JSON document"),
            (long.as_bytes(), "", "line_too_long", "at most 4194304 bytes"),
        ] {
            let answer = answer(&scan_line(&detector, line));
            assert_eq!(answer["id"].as_str().unwrap_or_default(), id, "{answer}");
            assert_eq!(answer["error"]["code"], code);
            assert!(answer["error"]["detail"].as_str().unwrap().contains(detail), "{answer}");
        }
        let long = answer(&scan_plain(&detector, &vec![b'a'; MAX_SCAN_BYTES + 1]));
        assert_eq!(long["error"]["code"], "text_too_long");
    }
}
