//! The runtime contract, version 1: what the control plane publishes and a separate voice runtime reads on every call.
//!
//! The runtime validates what it reads and plays "this number is not fully configured" when that fails. [`check`]
//! gives the same verdict before anything is written. The fields are declared once, a row each, in `config.rs` and
//! `tts.rs`; the typed values, the check, [`json_schema`] and the descriptions all come from those rows.
//!
//! The runtime is JavaScript, and that shows in the rules: a number is a double (`1.0` and `1e2` are whole, `-0` is
//! not above 0, `1e400` is infinite), the length of a string is counted in UTF-16 code units, of two members with one
//! key the last counts, and strings may hold half a surrogate pair.

mod config;
mod document;
mod edit;
mod json;
mod key;
mod reader;
mod rule;
mod schema;
mod text;
mod tts;
mod value;
mod verdict;
mod write;

use serde::Serialize;

use self::json::{Members, Node};
use self::reader::Malformed;
use self::rule::Rule;
use crate::fault::Fault;

pub use self::config::{
    Audio, CallForwarding, Caps, ContractVersion, ForwardingProfile, LlmContext, MAX_QUICK_REPLIES,
    MAX_REPLY_UNITS, MIN_MATCH_UNITS, Pricing, PricingItem, Prompts, QuickReply, RuntimeTenantConfig, Stt,
    SttConfig, SttMode, TransferProfile,
};
pub use self::document::Document;
pub use self::edit::{field, redacted, redacted_digest, with_fields};
pub use self::key::{CALLS_IN_MINUTE_TTL_SECS, KeyNames, PrefixError};
pub use self::schema::json_schema;
pub use self::tts::{Chatterbox, ChatterboxVariant, ClonedVoice, Coqui, Kokoro, Qwen3, Tts, VoiceMode};
pub use self::value::{Personal, UnknownFields};

/// Bytes in the largest document that is read.
pub const MAX_DOCUMENT_BYTES: usize = 1 << 20;
/// Levels of arrays and objects in the deepest document that is read.
pub const MAX_DOCUMENT_DEPTH: usize = reader::MAX_DEPTH;
/// Faults that are reported at most, so that a hostile document does not become a report many times its size.
pub const MAX_FAULTS: usize = 10_000;

/// The verdict on a document, to be written as JSON: `{"valid":false,"errors":[{"path":"…","message":"…"}]}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether the runtime accepts the document.
    pub valid: bool,
    /// Every fault, in the order of the contract's fields.
    pub errors: Vec<Fault>,
}

/// Holds a document against the contract.
///
/// The verdict is the runtime's own. The limits [`MAX_DOCUMENT_BYTES`] and [`MAX_DOCUMENT_DEPTH`] are ours.
///
/// ```
/// use veralux_core::runtime::check;
/// let faults = check(br#"{"contractVersion":"v1","tenantId":"oak","dids":["415"]}"#).unwrap_err();
/// assert_eq!(faults[0].path, "dids.0");
/// assert_eq!(faults[0].message, "must be a phone number in E.164 form, like +14155550123");
/// ```
///
/// # Errors
/// Every fault at once, up to [`MAX_FAULTS`]; never empty. A fault of the runtime's list is always among them; the
/// runtime itself says nothing of a missing webhook secret while another field has the wrong type. A text that is
/// too large or is not JSON is one fault with an empty path.
pub fn check(document: &[u8]) -> Result<Document, Vec<Fault>> {
    checked(document, Document::new)
}

/// [`check`] for a document that was parsed already. Of a number that `serde_json` has rounded, the rounded form is
/// kept.
///
/// # Errors
/// As [`check`].
pub fn check_value(document: &serde_json::Value) -> Result<Document, Vec<Fault>> {
    check(document.to_string().as_bytes())
}

/// [`check`] as data, for a worker or an API that answers with the verdict.
pub fn report(document: &[u8]) -> Report {
    let errors = check(document).err().unwrap_or_default();
    Report { valid: errors.is_empty(), errors }
}

/// Reads a document, checks it and makes of it what the caller wants.
fn checked<T>(document: &[u8], make: impl FnOnce(&str, Members<'_>) -> Option<T>) -> Result<T, Vec<Fault>> {
    let whole = |message: String| vec![Fault { path: String::new(), message }];
    if document.len() > MAX_DOCUMENT_BYTES {
        return Err(whole(format!("must have at most {MAX_DOCUMENT_BYTES} bytes")));
    }
    let text = std::str::from_utf8(document).map_err(|error| {
        whole(format!("must be UTF-8; the byte at offset {} is not", error.valid_up_to()))
    })?;
    let tape = reader::read(text).map_err(|malformed| whole(malformed_message(text, malformed)))?;
    let faults = verdict::faults(tape.root(), &ROOT);
    if !faults.is_empty() {
        return Err(faults);
    }
    let value = match tape.root() {
        Node::Object(members) => make(text, members),
        _ => None,
    };
    value.ok_or_else(|| whole("must be a document of the runtime contract".to_owned()))
}

const ROOT: Rule = Rule::Object(&RuntimeTenantConfig::OBJECT);

fn malformed_message(text: &str, malformed: Malformed) -> String {
    match malformed {
        Malformed::Depth => format!("must have at most {MAX_DOCUMENT_DEPTH} levels of arrays and objects"),
        Malformed::Syntax(at) => {
            let before = text.get(..at).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
            format!("must be JSON; line {line}, column {column} is not")
        }
    }
}
