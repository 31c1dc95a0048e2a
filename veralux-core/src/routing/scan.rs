//! From a text to the nodes of its JSON (RFC 8259, section 2 and following), strictly.

/// Containers within containers that a document may hold.
pub(super) const MAX_DEPTH: usize = 16;

/// One value; a container is followed by its content, an object's keys being texts before their values.
#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    /// As written.
    Number(&'a str),
    /// As written, and there is nothing to unescape.
    Plain(&'a str),
    /// As written, with escapes that are known to be good.
    Escaped(&'a str),
    /// The index of the first node behind it.
    Array(usize),
    /// The index of the first node behind it.
    Object(usize),
}

/// Where a text stops being JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotJson {
    /// Byte at which it was noticed.
    pub at: usize,
}

/// A place in a text, and the nodes before it.
pub(super) struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node<'a>>,
}

impl<'a> Scan<'a> {
    /// The nodes of a text that is one JSON value.
    pub(super) fn nodes(text: &'a str) -> Result<Vec<Node<'a>>, NotJson> {
        let nodes = Vec::with_capacity(text.len() / 8 + 8);
        let mut scan = Self { text, bytes: text.as_bytes(), at: 0, nodes };
        match scan.value(0).and_then(|()| scan.finish()) {
            Some(()) => Ok(scan.nodes),
            None => Err(NotJson { at: scan.at.min(text.len()) }),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// The next byte that is not white space, which stays where it is.
    fn token(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
        self.peek()
    }

    fn finish(&mut self) -> Option<()> {
        self.token().is_none().then_some(())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.token()? {
            b'"' => self.string(),
            b'{' => self.container(depth, b'}', Node::Object),
            b'[' => self.container(depth, b']', Node::Array),
            b't' => self.literal("true", Node::Bool(true)),
            b'f' => self.literal("false", Node::Bool(false)),
            b'n' => self.literal("null", Node::Null),
            _ => self.number(),
        }
    }

    fn literal(&mut self, word: &str, node: Node<'a>) -> Option<()> {
        self.bytes.get(self.at..)?.starts_with(word.as_bytes()).then_some(())?;
        self.at += word.len();
        self.nodes.push(node);
        Some(())
    }

    fn container(&mut self, depth: usize, close: u8, node: fn(usize) -> Node<'a>) -> Option<()> {
        (depth < MAX_DEPTH).then_some(())?;
        let start = self.nodes.len();
        self.nodes.push(Node::Null);
        self.at += 1;
        if self.token()? == close {
            self.at += 1;
        } else {
            loop {
                if close == b'}' {
                    (self.token()? == b'"').then_some(())?;
                    self.string()?;
                    (self.token()? == b':').then_some(())?;
                    self.at += 1;
                }
                self.value(depth + 1)?;
                let next = self.token()?;
                (next == b',' || next == close).then_some(())?;
                self.at += 1;
                if next == close {
                    break;
                }
            }
        }
        let end = self.nodes.len();
        *self.nodes.get_mut(start)? = node(end);
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        self.at += 1;
        let (start, mut escaped) = (self.at, false);
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += 2;
                }
                0..0x20 => return None,
                _ => self.at += 1,
            }
        }
        let raw = self.text.get(start..self.at)?;
        if escaped && unescape(raw).is_none() {
            return None;
        }
        self.nodes.push(if escaped { Node::Escaped(raw) } else { Node::Plain(raw) });
        self.at += 1;
        Some(())
    }

    fn number(&mut self) -> Option<()> {
        let start = self.at;
        self.skip(b"-");
        if !self.skip(b"0") {
            self.digits()?;
        }
        if self.skip(b".") {
            self.digits()?;
        }
        if self.skip(b"eE") {
            self.skip(b"+-");
            self.digits()?;
        }
        self.nodes.push(Node::Number(self.text.get(start..self.at)?));
        Some(())
    }

    fn skip(&mut self, any_of: &[u8]) -> bool {
        let found = self.peek().is_some_and(|byte| any_of.contains(&byte));
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// A text without its escapes; `None` where one is not of RFC 8259, or half of a surrogate pair.
pub(super) fn unescape(raw: &str) -> Option<String> {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escape.chars();
        match chars.next()? {
            c @ ('"' | '\\' | '/') => out.push(c),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'u' => {
                let mut unit = hex(&mut chars)?;
                if (0xd800..0xdc00).contains(&unit) {
                    let low = (chars.next()? == '\\' && chars.next()? == 'u').then(|| hex(&mut chars))??;
                    unit = 0x10000
                        + ((unit - 0xd800) << 10)
                        + low.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                }
                out.push(char::from_u32(unit)?);
            }
            _ => return None,
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Some(out)
}

fn hex(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    (0..4).try_fold(0, |unit, _| Some(unit * 16 + chars.next()?.to_digit(16)?))
}
