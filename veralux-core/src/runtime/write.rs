//! Writes JSON, and its canonical form.

use std::fmt::Write as _;

use super::json::Node;
use super::text::Text;

/// Writes a string with its quotes.
pub(super) fn string(out: &mut String, text: &str) {
    points(out, text.chars().map(u32::from));
}

/// Writes a value in canonical form, after RFC 8785: no white space, keys sorted by UTF-16 code units, only those
/// escapes that JSON demands. Unlike there, a number stays as written, so that no digit is lost, of two members with
/// one key the last counts, and half a surrogate pair is written as an escape instead of being refused.
pub(super) fn canonical(out: &mut String, node: Node<'_>) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(value) => out.push_str(if value { "true" } else { "false" }),
        Node::Number(text) => out.push_str(text),
        Node::Text(text) => canonical_text(out, text),
        Node::List(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                canonical(out, item);
            }
            out.push(']');
        }
        Node::Object(members) => {
            out.push('{');
            for (index, (key, value)) in members.sorted().into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                canonical_text(out, key);
                out.push(':');
                canonical(out, value);
            }
            out.push('}');
        }
    }
}

fn canonical_text(out: &mut String, text: Text<'_>) {
    points(out, text.points());
}

/// The escapes of RFC 8785, 3.2.2.2.
fn points(out: &mut String, points: impl Iterator<Item = u32>) {
    out.push('"');
    for point in points {
        match char::from_u32(point) {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\t') => out.push_str("\\t"),
            Some('\n') => out.push_str("\\n"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            Some(c) if c >= ' ' => out.push(c),
            _ => {
                let _ = write!(out, "\\u{point:04x}");
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::reader::read;
    use super::*;

    #[test]
    fn canonical_form() {
        for (text, expected) in [
            (r#" { "b" : 1.0 , "a" : [ true , null ] } "#, r#"{"a":[true,null],"b":1.0}"#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2}"#),
            (r#"["\u0041\/\u001F\u0008\ud83d\udc4d\uD83D"]"#, r#"["A/\u001f\b👍\ud83d"]"#),
            // RFC 8785, 3.2.3.
            (
                r#"{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}"#,
                "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}",
            ),
        ] {
            let mut out = String::new();
            canonical(&mut out, read(text).unwrap().root());
            assert_eq!(out, expected);
        }
    }
}
