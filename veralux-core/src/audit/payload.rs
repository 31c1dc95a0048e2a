//! Particulars of an event: a bounded JSON object with one canonical text.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

/// Longest canonical text of a payload in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 16 * 1024;
/// How deep objects and lists may lie in each other, the payload itself counted.
pub const MAX_PAYLOAD_DEPTH: usize = 8;

/// Names of fields under which a secret or the text of a message would travel, without `_`, `-` and case.
const FORBIDDEN: &[&str] = &[
    "accesstoken",
    "apikey",
    "authorization",
    "authtoken",
    "body",
    "clientsecret",
    "messagebody",
    "password",
    "plaintext",
    "privatekey",
    "refreshtoken",
    "secret",
    "text",
    "token",
];

/// Why a JSON value is not a payload. Never holds a value, only the name of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PayloadError {
    /// Not an object.
    #[error("a payload must be a JSON object")]
    NotAnObject,
    /// More than [`MAX_PAYLOAD_BYTES`] in canonical form.
    #[error("a payload has at most {MAX_PAYLOAD_BYTES} bytes")]
    TooLong,
    /// Deeper than [`MAX_PAYLOAD_DEPTH`].
    #[error("a payload is at most {MAX_PAYLOAD_DEPTH} levels deep")]
    TooDeep,
    /// A number with a fraction or outside 64 bits: it has no single text.
    #[error("a payload holds whole numbers of 64 bits only; write others as text")]
    Number,
    /// A field whose name says that it holds a secret or the text of a message.
    #[error("a payload must not have a field `{0}`")]
    Forbidden(String),
}

/// Particulars of an event: a JSON object of texts, whole numbers, booleans, nulls, lists and objects.
///
/// Its canonical text has sorted keys (by UTF-8 bytes), no white space and the escapes of RFC 8785, 3.2.2.2; it is
/// what the chain hashes. `Debug` shows the names of the fields only.
///
/// ```
/// use veralux_core::audit::Payload;
/// let payload = Payload::parse(&serde_json::json!({"until": "2027-01-01", "days": 90})).unwrap();
/// assert_eq!(payload.canonical(), r#"{"days":90,"until":"2027-01-01"}"#);
/// assert!(Payload::parse(&serde_json::json!({"apiKey": "x"})).is_err());
/// ```
#[derive(Clone, PartialEq, Eq, Default, Serialize)]
pub struct Payload(BTreeMap<String, Node>);

#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
enum Node {
    Null,
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Text(String),
    List(Vec<Node>),
    Object(BTreeMap<String, Node>),
}

impl Payload {
    /// Takes a JSON object.
    ///
    /// # Errors
    /// [`PayloadError`]: no object, too long, too deep, a number without one text, a forbidden field.
    pub fn parse(value: &serde_json::Value) -> Result<Self, PayloadError> {
        let object = value.as_object().ok_or(PayloadError::NotAnObject)?;
        let payload = Self(fields(object, 1)?);
        if payload.canonical().len() > MAX_PAYLOAD_BYTES { Err(PayloadError::TooLong) } else { Ok(payload) }
    }

    /// No particulars.
    pub const fn empty() -> Self {
        Self(BTreeMap::new())
    }

    /// The one text of this payload.
    pub fn canonical(&self) -> String {
        let mut out = String::new();
        write_object(&self.0, &mut out);
        out
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload")?;
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Self::parse(&value).map_err(serde::de::Error::custom)
    }
}

fn fields(
    object: &serde_json::Map<String, serde_json::Value>,
    depth: usize,
) -> Result<BTreeMap<String, Node>, PayloadError> {
    object
        .iter()
        .map(|(key, value)| {
            let plain: String =
                key.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect();
            if FORBIDDEN.contains(&plain.as_str()) {
                return Err(PayloadError::Forbidden(key.clone()));
            }
            Ok((key.clone(), node(value, depth)?))
        })
        .collect()
}

/// `depth` is that of the object or list in which the value lies.
fn node(value: &serde_json::Value, depth: usize) -> Result<Node, PayloadError> {
    use serde_json::Value;
    if matches!(value, Value::Array(_) | Value::Object(_)) && depth >= MAX_PAYLOAD_DEPTH {
        return Err(PayloadError::TooDeep);
    }
    Ok(match value {
        Value::Null => Node::Null,
        Value::Bool(truth) => Node::Bool(*truth),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(value), _) => Node::Signed(value),
            (None, Some(value)) => Node::Unsigned(value),
            (None, None) => return Err(PayloadError::Number),
        },
        Value::String(text) => Node::Text(text.clone()),
        Value::Array(items) => {
            Node::List(items.iter().map(|item| node(item, depth + 1)).collect::<Result<_, _>>()?)
        }
        Value::Object(object) => Node::Object(fields(object, depth + 1)?),
    })
}

fn write_node(node: &Node, out: &mut String) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Node::Signed(value) => out.push_str(&value.to_string()),
        Node::Unsigned(value) => out.push_str(&value.to_string()),
        Node::Text(text) => write_text(text, out),
        Node::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_node(item, out);
            }
            out.push(']');
        }
        Node::Object(fields) => write_object(fields, out),
    }
}

fn write_object(fields: &BTreeMap<String, Node>, out: &mut String) {
    out.push('{');
    for (index, (key, value)) in fields.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(key, out);
        out.push(':');
        write_node(value, out);
    }
    out.push('}');
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            // Writing into a `String` does not fail.
            '\0'..='\u{1f}' => drop(write!(out, "\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_text_for_each_payload() {
        for (value, expected) in [
            (json!({}), "{}"),
            (json!({"b": 1, "a": [true, null, -3]}), r#"{"a":[true,null,-3],"b":1}"#),
            (json!({"b": {"z": "", "y": u64::MAX}}), r#"{"b":{"y":18446744073709551615,"z":""}}"#),
            (json!({"é": "a\"\\\u{8}\t\n\u{c}\r\u{1f}/ü"}), r#"{"é":"a\"\\\b\t\n\f\r\u001f/ü"}"#),
        ] {
            let payload = Payload::parse(&value).unwrap();
            assert_eq!(payload.canonical(), expected);
            assert_eq!(serde_json::from_str::<serde_json::Value>(expected).unwrap(), value);
            assert_eq!(serde_json::to_value(&payload).unwrap(), value);
        }
    }

    #[test]
    fn values_that_are_no_payload() {
        let mut deep = json!({});
        for _ in 0..MAX_PAYLOAD_DEPTH {
            deep = json!({"a": deep});
        }
        for (value, error) in [
            (json!([]), PayloadError::NotAnObject),
            (json!("x"), PayloadError::NotAnObject),
            (json!({"a": 1.5}), PayloadError::Number),
            (json!({"a": "x".repeat(MAX_PAYLOAD_BYTES)}), PayloadError::TooLong),
            (json!({"a": [{"Auth-Token": 1}]}), PayloadError::Forbidden("Auth-Token".into())),
            (json!({"message_body": 1}), PayloadError::Forbidden("message_body".into())),
            (deep, PayloadError::TooDeep),
        ] {
            assert_eq!(Payload::parse(&value), Err(error));
        }
    }

    #[test]
    fn debug_shows_names_only() {
        let payload = Payload::parse(&json!({"to": "+14155550123"})).unwrap();
        assert_eq!(format!("{payload:?}"), r#"Payload{"to"}"#);
    }
}
