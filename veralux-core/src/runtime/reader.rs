//! Reads JSON (RFC 8259): the grammar of `JSON.parse`, and our limit on depth.

use super::json::{Tape, Token};
use super::text::Text;

/// Levels of arrays and objects in the deepest document; what `serde_json` reads with its limit of 128.
pub(super) const MAX_DEPTH: usize = 127;

/// A member of the outermost object, as it stands in the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) key: Text<'a>,
    /// From the key's quote to the end of the value.
    pub(super) member: &'a str,
    pub(super) value: &'a str,
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
pub(super) fn read(text: &str) -> Result<Tape<'_>, Malformed> {
    let mut reader = Reader::new(text);
    reader.skip_space();
    reader.value()?;
    reader.skip_space();
    if reader.at == text.len() { Ok(Tape::new(reader.tokens)) } else { Err(reader.syntax()) }
}

/// The members of the outermost object; none for a document that is not an object.
pub(super) fn entries(text: &str) -> Result<Vec<Entry<'_>>, Malformed> {
    let mut reader = Reader::new(text);
    let mut entries = Vec::new();
    reader.skip_space();
    if !reader.take(b'{') {
        return Ok(entries);
    }
    reader.skip_space();
    while !reader.take(b'}') {
        let start = reader.at;
        let key = reader.key()?;
        let value_start = reader.at;
        reader.value()?;
        let member = reader.since(start)?;
        entries.push(Entry { key, member, value: reader.since(value_start)? });
        reader.skip_space();
        if reader.take(b',') {
            reader.skip_space();
        }
    }
    Ok(entries)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    tokens: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        // A token in eight bytes is what a document of many short strings has.
        Self { text, at: 0, depth: 0, tokens: Vec::with_capacity(text.len() / 8 + 1) }
    }

    fn value(&mut self) -> Result<(), Malformed> {
        let token = match self.peek() {
            Some(b'"') => Token::Text(self.string()?),
            Some(b'{') => return self.nested(Token::Object, Self::object),
            Some(b'[') => return self.nested(Token::List, Self::list),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", Token::Bool(true))?,
            Some(b'f') => self.word("false", Token::Bool(false))?,
            Some(b'n') => self.word("null", Token::Null)?,
            _ => return Err(self.syntax()),
        };
        self.tokens.push(token);
        Ok(())
    }

    fn nested(
        &mut self,
        token: fn(usize) -> Token<'a>,
        read: fn(&mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        if self.depth == MAX_DEPTH {
            return Err(Malformed::Depth);
        }
        self.depth += 1;
        self.at += 1;
        self.skip_space();
        let start = self.tokens.len();
        self.tokens.push(token(0));
        read(self)?;
        self.depth -= 1;
        let own = self.tokens.len() - start - 1;
        if let Some(opening) = self.tokens.get_mut(start) {
            *opening = token(own);
        }
        Ok(())
    }

    fn object(&mut self) -> Result<(), Malformed> {
        if self.take(b'}') {
            return Ok(());
        }
        loop {
            let key = self.key()?;
            self.tokens.push(Token::Text(key));
            self.value()?;
            if self.ends(b'}')? {
                return Ok(());
            }
        }
    }

    /// A key with its colon, up to the start of the value.
    fn key(&mut self) -> Result<Text<'a>, Malformed> {
        let key = self.string()?;
        self.skip_space();
        self.expect(b':')?;
        self.skip_space();
        Ok(key)
    }

    fn list(&mut self) -> Result<(), Malformed> {
        if self.take(b']') {
            return Ok(());
        }
        loop {
            self.value()?;
            if self.ends(b']')? {
                return Ok(());
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
        let raw = self.since(start)?;
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

    fn number(&mut self) -> Result<Token<'a>, Malformed> {
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
        self.since(start).map(Token::Number)
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<(), Malformed> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.syntax()) } else { Ok(()) }
    }

    fn word(&mut self, word: &str, token: Token<'a>) -> Result<Token<'a>, Malformed> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.syntax());
        }
        self.at += word.len();
        Ok(token)
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

    fn since(&self, start: usize) -> Result<&'a str, Malformed> {
        self.text.get(start..self.at).ok_or(self.syntax())
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
    fn entries_are_cut_from_the_text() {
        let text = " {\"a\" : [1, {}] ,\t\"b\":{\"c\":2}\n} ";
        let entries: Vec<_> =
            entries(text).unwrap().iter().map(|e| (e.key.raw(), e.member, e.value)).collect();
        assert_eq!(entries, [("a", "\"a\" : [1, {}]", "[1, {}]"), ("b", "\"b\":{\"c\":2}", "{\"c\":2}")]);
        assert!(super::entries("[]").unwrap().is_empty());
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
