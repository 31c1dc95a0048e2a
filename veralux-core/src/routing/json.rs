//! JSON as the engine reads and writes it (RFC 8259), without a tree of allocations.
//!
//! A document becomes one flat list of nodes that borrow from its text. Numbers stay text, so that no value changes
//! on the way through.

use std::borrow::Cow;

use super::scan::{Node, NotJson, Scan, unescape};

/// A document that is known to be JSON.
#[derive(Debug)]
pub(super) struct Document<'a> {
    nodes: Vec<Node<'a>>,
}

impl<'a> Document<'a> {
    pub(super) fn scan(text: &'a str) -> Result<Self, NotJson> {
        Scan::nodes(text).map(|nodes| Self { nodes })
    }

    pub(super) fn root(&self) -> Value<'_, 'a> {
        Value { nodes: &self.nodes, at: 0 }
    }
}

/// One value of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Value<'d, 'a> {
    nodes: &'d [Node<'a>],
    at: usize,
}

impl<'d, 'a> Value<'d, 'a> {
    fn node(self) -> Node<'a> {
        self.nodes.get(self.at).copied().unwrap_or(Node::Null)
    }

    fn behind(self) -> usize {
        match self.node() {
            Node::Array(end) | Node::Object(end) => end,
            _ => self.at + 1,
        }
    }

    pub(super) fn is_null(self) -> bool {
        matches!(self.node(), Node::Null)
    }

    pub(super) fn boolean(self) -> Option<bool> {
        if let Node::Bool(value) = self.node() { Some(value) } else { None }
    }

    pub(super) fn number(self) -> Option<&'a str> {
        if let Node::Number(text) = self.node() { Some(text) } else { None }
    }

    pub(super) fn text(self) -> Option<Cow<'a, str>> {
        match self.node() {
            Node::Plain(text) => Some(Cow::Borrowed(text)),
            Node::Escaped(text) => unescape(text).map(Cow::Owned),
            _ => None,
        }
    }

    /// The items of an array.
    pub(super) fn items(self) -> Option<impl Iterator<Item = Value<'d, 'a>>> {
        let Node::Array(end) = self.node() else { return None };
        let mut at = self.at + 1;
        Some(std::iter::from_fn(move || {
            let item = Value { nodes: self.nodes, at };
            (at < end).then(|| {
                at = item.behind();
                item
            })
        }))
    }

    /// The names and values of an object, as often as they were given.
    pub(super) fn entries(self) -> Option<impl Iterator<Item = (Cow<'a, str>, Value<'d, 'a>)>> {
        let Node::Object(end) = self.node() else { return None };
        let mut at = self.at + 1;
        Some(std::iter::from_fn(move || {
            let name = Value { nodes: self.nodes, at };
            let value = Value { nodes: self.nodes, at: at + 1 };
            (at < end).then(|| {
                at = value.behind();
                (name.text().unwrap_or_default(), value)
            })
        }))
    }

    /// Writes the value without white space and with the names of each object sorted by bytes: values that mean the
    /// same have the same text, whatever a store did to their order.
    pub(super) fn write_sorted(self, out: &mut String) {
        match self.node() {
            Node::Null => out.push_str("null"),
            Node::Bool(value) => out.push_str(if value { "true" } else { "false" }),
            Node::Number(text) => out.push_str(text),
            Node::Plain(_) | Node::Escaped(_) => push_quoted(out, &self.text().unwrap_or_default()),
            Node::Array(_) => {
                out.push('[');
                for (index, item) in self.items().into_iter().flatten().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    item.write_sorted(out);
                }
                out.push(']');
            }
            Node::Object(_) => {
                let mut entries: Vec<_> = self.entries().into_iter().flatten().collect();
                entries.sort_by(|(one, _), (two, _)| one.cmp(two));
                out.push('{');
                for (index, (name, value)) in entries.into_iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { "," });
                    push_quoted(out, &name);
                    out.push(':');
                    value.write_sorted(out);
                }
                out.push('}');
            }
        }
    }
}

/// Writes a text in quotation marks.
pub(super) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    push_escaped(out, text);
    out.push('"');
}

/// Writes a text with the escapes of RFC 8785, 3.2.2.2: the two that must be, and the control characters.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    if !text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        out.push_str(text);
        return;
    }
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            c if u32::from(c) < 0x20 => {
                out.push_str(if u32::from(c) < 0x10 { "\\u000" } else { "\\u001" });
                out.push(char::from_digit(u32::from(c) % 16, 16).unwrap_or('0'));
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::MAX_DEPTH;
    use super::*;
    use proptest::prelude::*;

    fn ours(text: &str) -> Option<serde_json::Value> {
        let document = Document::scan(text).ok()?;
        let mut out = String::new();
        document.root().write_sorted(&mut out);
        Some(serde_json::from_str(&out).expect("what is written must be JSON"))
    }

    #[test]
    fn agrees_with_serde_json() {
        for text in [
            "null",
            " [ ] ",
            "{}",
            "{\"a\":1,\"b\":[true,false,null]}",
            "-0",
            "0.5e+7",
            "1E9",
            "\"\\u00e9\\ud83d\\ude00\\n\\/\"",
            "\"é\"",
            "[1,2]x",
            "",
            "[",
            "[1,",
            "{\"a\"",
            "{\"a\":}",
            "{a:1}",
            "01",
            "1.",
            "-",
            ".5",
            "+1",
            "1e",
            "tru",
            "\"\\x\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud800\\u0041\"",
            "\"\\u12\"",
            "\"a\nb\"",
            "\"",
            "\"\\",
            "[1 2]",
            "{\"a\":1,}",
            "[,]",
            "'a'",
        ] {
            let theirs: Option<serde_json::Value> = serde_json::from_str(text).ok();
            assert_eq!(ours(text), theirs, "{text}");
        }
    }

    #[test]
    fn too_deep_is_refused() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Document::scan(&nested(MAX_DEPTH)).is_ok());
        assert!(Document::scan(&nested(MAX_DEPTH + 1)).is_err());
    }

    proptest! {
        #[test]
        fn any_text_of_json_characters_agrees(text in r#"[\[\]{}",:\\0-9eEu.+tdnul -]{0,24}"#) {
            let theirs: Option<serde_json::Value> = serde_json::from_str(&text).ok();
            // A number beyond a double is JSON to us, and an error to serde_json.
            if !text.contains(['e', 'E']) {
                prop_assert_eq!(ours(&text), theirs, "{}", text);
            }
        }

        #[test]
        fn any_text_survives_quoting(text in "\\PC*|[\\x00-\\x7f]*") {
            let mut quoted = String::new();
            push_quoted(&mut quoted, &text);
            prop_assert_eq!(&quoted, &serde_json::to_string(&text).unwrap());
            prop_assert_eq!(Document::scan(&quoted).unwrap().root().text().unwrap(), text);
        }
    }
}
