//! A JSON reader that borrows (RFC 8259).
//!
//! The runtime reads with JavaScript's `JSON.parse`, and our verdict must equal its own. So three things are kept that
//! `serde_json::Value` loses or refuses: the text of every number (`1.0`, `1e400`, 30 digits), strings with half a
//! surrogate pair (`"\ud800"`), and where each member of an object stands in the text.

use std::ops::Range;

use super::text::Text;

/// Levels of arrays and objects in the deepest document; what `serde_json` reads with its limit of 128.
pub(super) const MAX_DEPTH: usize = 127;

/// One value, borrowed from the document.
#[derive(Debug, Clone)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    /// As written, proven to be a JSON number.
    Number(&'a str),
    Text(Text<'a>),
    List(Vec<Node<'a>>),
    Object(Members<'a>),
}

/// The members of an object, as written: a key may occur twice.
#[derive(Debug, Clone, Default)]
pub(super) struct Members<'a>(Vec<Member<'a>>);

/// One member of an object.
#[derive(Debug, Clone)]
pub(super) struct Member<'a> {
    pub(super) key: Text<'a>,
    pub(super) value: Node<'a>,
    /// Bytes of the document from the key's quote to the end of the value.
    pub(super) span: Range<usize>,
    /// Bytes of the value alone.
    pub(super) value_span: Range<usize>,
}

/// Why a text is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Malformed {
    /// Not JSON; the byte at which that shows.
    Syntax(usize),
    /// More than [`MAX_DEPTH`] levels.
    Depth,
}

/// Reads a whole document: one value and nothing behind it.
pub(super) fn read(text: &str) -> Result<Node<'_>, Malformed> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    reader.skip_space();
    let node = reader.value()?;
    reader.skip_space();
    if reader.at == text.len() { Ok(node) } else { Err(reader.syntax()) }
}

impl<'a> Members<'a> {
    /// The value of a key. Of two members with one key the last counts, as in JavaScript.
    pub(super) fn find(&self, key: &str) -> Option<&Node<'a>> {
        self.0.iter().rev().find(|member| member.key.is(key)).map(|member| &member.value)
    }

    /// Every member as written.
    pub(super) fn as_written(&self) -> &[Member<'a>] {
        &self.0
    }

    /// The members that count, one a key, in the order of RFC 8785 (UTF-16 code units).
    pub(super) fn sorted(&self) -> Vec<&Member<'a>> {
        let mut members: Vec<&Member<'a>> = self.0.iter().rev().collect();
        // Stable, so the last of one key as written stays the first here and survives.
        members.sort_by(|a, b| a.key.order(&b.key));
        members.dedup_by(|later, kept| later.key.order(&kept.key).is_eq());
        members
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<Node<'a>, Malformed> {
        match self.peek() {
            Some(b'"') => self.string().map(Node::Text),
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::list),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Node::Bool(true)),
            Some(b'f') => self.word("false", Node::Bool(false)),
            Some(b'n') => self.word("null", Node::Null),
            _ => Err(self.syntax()),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Node<'a>, Malformed>) -> Result<Node<'a>, Malformed> {
        if self.depth == MAX_DEPTH {
            return Err(Malformed::Depth);
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let node = read(self)?;
        self.depth -= 1;
        Ok(node)
    }

    fn object(&mut self) -> Result<Node<'a>, Malformed> {
        let mut members = Vec::new();
        if self.take(b'}') {
            return Ok(Node::Object(Members(members)));
        }
        loop {
            let start = self.at;
            let key = self.string()?;
            self.skip_space();
            self.expect(b':')?;
            self.skip_space();
            let value_start = self.at;
            let value = self.value()?;
            members.push(Member { key, value, span: start..self.at, value_span: value_start..self.at });
            if self.ends(b'}')? {
                return Ok(Node::Object(Members(members)));
            }
        }
    }

    fn list(&mut self) -> Result<Node<'a>, Malformed> {
        let mut items = Vec::new();
        if self.take(b']') {
            return Ok(Node::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.ends(b']')? {
                return Ok(Node::List(items));
            }
        }
    }

    /// Behind an item: either the closing bracket, or a comma and the start of the next item.
    fn ends(&mut self, bracket: u8) -> Result<bool, Malformed> {
        self.skip_space();
        if self.take(bracket) {
            return Ok(true);
        }
        self.expect(b',')?;
        self.skip_space();
        Ok(false)
    }

    fn string(&mut self) -> Result<Text<'a>, Malformed> {
        self.expect(b'"')?;
        let start = self.at;
        let mut escaped = false;
        loop {
            let plain = self.rest().iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            self.at += plain.unwrap_or(self.rest().len());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                _ => return Err(self.syntax()),
            }
        }
        let raw = self.text.get(start..self.at).ok_or(self.syntax())?;
        self.at += 1;
        Ok(Text::new(raw, escaped))
    }

    fn escape(&mut self) -> Result<(), Malformed> {
        self.at += 1;
        let kind = self.peek();
        match kind {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                for _ in 0..4 {
                    match self.peek() {
                        Some(byte) if byte.is_ascii_hexdigit() => self.at += 1,
                        _ => return Err(self.syntax()),
                    }
                }
            }
            _ => return Err(self.syntax()),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<Node<'a>, Malformed> {
        let start = self.at;
        self.take(b'-');
        if !self.take(b'0') {
            self.digits()?;
        }
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        self.text.get(start..self.at).map(Node::Number).ok_or(self.syntax())
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.syntax()) } else { Ok(()) }
    }

    fn word(&mut self, word: &str, node: Node<'a>) -> Result<Node<'a>, Malformed> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.syntax());
        }
        self.at += word.len();
        Ok(node)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        if self.take(byte) { Ok(()) } else { Err(self.syntax()) }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn syntax(&self) -> Malformed {
        Malformed::Syntax(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn malformed_texts_and_where_it_shows() {
        for (text, at) in [
            ("", 0),
            ("\u{feff}{}", 0),
            ("{} x", 3),
            ("[1,]", 3),
            ("[1 2]", 3),
            ("{\"a\" 1}", 5),
            ("{a:1}", 1),
            ("{\"a\":1,}", 7),
            ("[01]", 2),
            ("[1.]", 3),
            ("[.5]", 1),
            ("[+1]", 1),
            ("[1e]", 3),
            ("[-]", 2),
            ("tru", 0),
            ("\"a", 2),
            ("\"a\nb\"", 2),
            ("\"\\x\"", 2),
            ("\"\\u12g4\"", 5),
            ("[1]\u{a0}", 3),
            ("NaN", 0),
        ] {
            assert_eq!(read(text).err(), Some(Malformed::Syntax(at)), "{text:?}");
        }
    }

    #[test]
    fn the_depth_is_what_serde_json_reads() {
        for (levels, ours) in [(MAX_DEPTH, true), (MAX_DEPTH + 1, false)] {
            let text = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
            assert_eq!(read(&text).is_ok(), ours, "{levels}");
            assert_eq!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), ours, "{levels}");
        }
        assert_eq!(read(&"[".repeat(100_000)).err(), Some(Malformed::Depth));
    }

    #[test]
    fn the_last_of_two_members_counts() {
        let node = read(r#"{"b":0,"a":1,"\u0061":2,"\ud800":3,"\ud801":4}"#).unwrap();
        let Node::Object(members) = node else { panic!("an object") };
        assert!(matches!(members.find("a"), Some(Node::Number("2"))));
        let values: Vec<String> = members.sorted().iter().map(|m| format!("{:?}", m.value)).collect();
        assert_eq!(values, ["Number(\"2\")", "Number(\"0\")", "Number(\"3\")", "Number(\"4\")"]);
    }

    proptest::proptest! {
        #[test]
        fn what_serde_json_reads_we_read(text in r#"[\[\]{},:" \\0-9eE.+\-truefalsn\n]{0,24}"#) {
            let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            // The alphabet has no `u`-escape with surrogates; an exponent may be out of serde_json's range only.
            if theirs || !text.contains(['e', 'E']) {
                proptest::prop_assert_eq!(read(&text).is_ok(), theirs);
            }
        }
    }
}
