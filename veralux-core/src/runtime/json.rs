//! A JSON document, borrowed from its text.
//!
//! The runtime reads with JavaScript's `JSON.parse`, and our verdict must equal its own. So two things are kept that
//! `serde_json::Value` loses or refuses: the text of every number (`1.0`, `1e400`, 30 digits), and strings with half a
//! surrogate pair (`"\ud800"`).
//!
//! A document becomes one flat list of tokens, in which an array or an object says how many of the tokens behind it
//! are its own; nothing is allocated a value.

use super::text::Text;

/// A document that was read.
#[derive(Debug)]
pub(super) struct Tape<'a>(Vec<Token<'a>>);

/// One value, borrowed from the document.
#[derive(Debug, Clone, Copy)]
pub(super) enum Node<'a> {
    Null,
    Bool(bool),
    /// As written, proven to be a JSON number.
    Number(&'a str),
    Text(Text<'a>),
    List(Items<'a>),
    Object(Members<'a>),
}

/// The items of an array.
#[derive(Debug, Clone, Copy)]
pub(super) struct Items<'a>(&'a [Token<'a>]);

/// The members of an object, as written: a key may occur twice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Members<'a>(&'a [Token<'a>]);

/// Keys that one [`Located`] can look for.
pub(super) const MAX_PLACES: usize = 24;

/// No value stands first: its key stands before it.
const ABSENT: u32 = 0;

/// Where the values of the keys are that were looked for. Of two members with one key the last counts.
#[derive(Debug)]
pub(super) struct Located<'a> {
    tokens: &'a [Token<'a>],
    starts: [u32; MAX_PLACES],
}

impl<'a> Tape<'a> {
    pub(super) fn new(tokens: Vec<Token<'a>>) -> Self {
        Self(tokens)
    }

    /// The document's value.
    pub(super) fn root(&self) -> Node<'_> {
        first_node(&self.0).unwrap_or(Node::Null)
    }
}

impl<'a> Items<'a> {
    pub(super) fn len(self) -> usize {
        let mut rest = self.0;
        std::iter::from_fn(|| split(&mut rest)).count()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Node<'a>> {
        let mut rest = self.0;
        std::iter::from_fn(move || next_node(&mut rest))
    }
}

impl<'a> Members<'a> {
    /// The value of a key. Of two members with one key the last counts, as in JavaScript.
    pub(super) fn find(self, key: &str) -> Option<Node<'a>> {
        let mut rest = self.0;
        let mut found = None;
        while let Some((name, _)) = split(&mut rest) {
            let value = split(&mut rest);
            if matches!(name, Token::Text(name) if name.is(key)) {
                found = value;
            }
        }
        found.map(|(first, inside)| node(first, inside))
    }

    /// Every member as written.
    pub(super) fn as_written(self) -> impl Iterator<Item = (Text<'a>, Node<'a>)> {
        let mut rest = self.0;
        std::iter::from_fn(move || match (next_node(&mut rest)?, next_node(&mut rest)?) {
            (Node::Text(key), value) => Some((key, value)),
            _ => None,
        })
    }

    /// The members that count, one a key, in the order of RFC 8785 (UTF-16 code units).
    pub(super) fn sorted(self) -> Vec<(Text<'a>, Node<'a>)> {
        let mut members: Vec<_> = self.as_written().collect();
        members.reverse();
        // Stable, so the last of one key as written is the first here and survives.
        members.sort_by(|(a, _), (b, _)| a.order(b));
        members.dedup_by(|(later, _), (kept, _)| later.order(kept).is_eq());
        members
    }
}

impl<'a> Located<'a> {
    /// Finds the values of several keys in one pass; `place_of` gives a key its place below [`MAX_PLACES`].
    #[inline]
    pub(super) fn new(members: Members<'a>, mut place_of: impl FnMut(Text<'a>) -> Option<usize>) -> Self {
        let tokens = members.0;
        let mut starts = [0; MAX_PLACES];
        let mut rest = tokens;
        while let Some((name, _)) = split(&mut rest) {
            let place = match name {
                Token::Text(name) => place_of(*name),
                _ => None,
            };
            if let Some(start) = place.and_then(|place| starts.get_mut(place)) {
                *start = u32::try_from(tokens.len() - rest.len()).unwrap_or(ABSENT);
            }
            split(&mut rest);
        }
        Self { tokens, starts }
    }

    /// The value of the key with this place.
    pub(super) fn at(&self, place: usize) -> Option<Node<'a>> {
        let start = self.starts.get(place).filter(|start| **start != ABSENT)?;
        first_node(self.tokens.get(usize::try_from(*start).ok()?..)?)
    }
}

/// What stands in the list. An object's tokens are key, value, key, value.
#[derive(Debug, Clone, Copy)]
pub(super) enum Token<'a> {
    Null,
    Bool(bool),
    Number(&'a str),
    Text(Text<'a>),
    /// How many of the tokens behind it are its own.
    List(usize),
    Object(usize),
}

/// Takes the next value off the tokens: its first token and those inside it.
fn split<'a, 'b>(tokens: &mut &'b [Token<'a>]) -> Option<(&'b Token<'a>, &'b [Token<'a>])> {
    let (first, rest) = tokens.split_first()?;
    let (inside, rest) = match first {
        Token::List(own) | Token::Object(own) => rest.split_at_checked(*own)?,
        _ => (&[][..], rest),
    };
    *tokens = rest;
    Some((first, inside))
}

fn next_node<'a>(tokens: &mut &'a [Token<'a>]) -> Option<Node<'a>> {
    split(tokens).map(|(first, inside)| node(first, inside))
}

fn first_node<'a>(mut tokens: &'a [Token<'a>]) -> Option<Node<'a>> {
    next_node(&mut tokens)
}

fn node<'a>(first: &Token<'a>, inside: &'a [Token<'a>]) -> Node<'a> {
    match first {
        Token::Null => Node::Null,
        Token::Bool(value) => Node::Bool(*value),
        Token::Number(text) => Node::Number(text),
        Token::Text(text) => Node::Text(*text),
        Token::List(_) => Node::List(Items(inside)),
        Token::Object(_) => Node::Object(Members(inside)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::reader::read;
    use super::*;

    #[test]
    fn the_last_of_two_members_counts() {
        let tape = read(r#"{"b":0,"a":1,"\u0061":2,"\ud800":3,"\ud801":4}"#).unwrap();
        let Node::Object(members) = tape.root() else { panic!("an object") };
        assert!(matches!(members.find("a"), Some(Node::Number("2"))));
        let values: Vec<String> = members.sorted().iter().map(|(_, value)| format!("{value:?}")).collect();
        assert_eq!(values, ["Number(\"2\")", "Number(\"0\")", "Number(\"3\")", "Number(\"4\")"]);
    }
}
