//! The folded text cut into words, digits and marks, each word with its senses.

mod cut;
mod excerpt;
pub(super) mod glued;
pub(super) mod leet;
mod phrase;
mod spaced;

use smallvec::SmallVec;

#[cfg(test)]
pub(super) use excerpt::WHOLE;

use super::ByteSpan;
use super::fold::{Folded, LETTER, Page};
use super::lexicon::{Key, Lexeme, Senses, Set};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Letters.
    Word,
    /// ASCII digits.
    Digits,
    /// One sign.
    Mark,
    /// Outside the text.
    Outside,
}

/// What stands in front of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Gap {
    None,
    Space,
    Line,
}

/// A word, a row of digits or a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) shape: Shape,
    pub(super) gap: Gap,
    /// The first folded character.
    pub(super) ch: u8,
    /// Its first cell.
    start: u32,
    /// The first cell behind it.
    end: u32,
    /// Of a word, what it is told from others by.
    pub(super) key: Key,
    pub(super) lexeme: Lexeme,
}

impl Token {
    const OUTSIDE: &'static Self = &Self {
        shape: Shape::Outside,
        gap: Gap::Line,
        ch: 0,
        start: 0,
        end: 0,
        key: Key::NONE,
        lexeme: Lexeme::NONE,
    };

    /// Whether it is one of these words.
    pub(super) fn is_one(self, words: &[Key]) -> bool {
        words.contains(&self.key)
    }

    /// The same of a list that is asked for at many words.
    pub(super) fn is_in(self, words: &Set) -> bool {
        words.has(self.key)
    }

    pub(super) const fn start(self) -> usize {
        self.start as usize
    }

    pub(super) const fn end(self) -> usize {
        self.end as usize
    }

    pub(super) const fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub(super) const fn has(self, any: Senses) -> bool {
        self.lexeme.has(any)
    }

    pub(super) fn is_word(self) -> bool {
        self.shape == Shape::Word
    }

    pub(super) fn is_digits(self) -> bool {
        self.shape == Shape::Digits
    }

    pub(super) fn is_mark(self, ch: u8) -> bool {
        self.shape == Shape::Mark && self.ch == ch
    }

    pub(super) fn is_any_mark(self, marks: &[u8]) -> bool {
        self.shape == Shape::Mark && marks.contains(&self.ch)
    }
}

/// Messages up to this many tokens are cut without allocation.
const INLINE: usize = 96;

/// Room for the tokens of one reading, and for its folded text.
pub(super) struct Room {
    page: Page,
    tokens: SmallVec<[Token; INLINE]>,
}

impl Room {
    #[inline]
    pub(super) fn new() -> Self {
        Self { page: Page::new(), tokens: SmallVec::new() }
    }
}

/// A text as the finders read it.
pub(super) struct Tokens<'a> {
    pub(super) folded: Folded<'a>,
    cut: &'a [Token],
    /// The senses of all its words.
    senses: Senses,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str, room: &'a mut Room) -> Self {
        let folded = Folded::new(text, &mut room.page);
        let senses = cut::cut(&folded, &mut room.tokens);
        Self { folded, cut: &room.tokens, senses }
    }

    /// The text with words closed up whose letters stand apart; none when there are no such words.
    pub(super) fn joined(&self, room: &'a mut Room) -> Option<Self> {
        let folded = spaced::joined(&self.folded, &mut room.page)?;
        let senses = cut::cut(&folded, &mut room.tokens);
        Some(Self { folded, cut: &room.tokens, senses })
    }

    /// The text from its end to its beginning, when it seems to hold an address that was written so.
    pub(super) fn backwards(&self, room: &'a mut Room) -> Option<Self> {
        let folded = spaced::backwards(&self.folded, &mut room.page)?;
        let senses = cut::cut(&folded, &mut room.tokens);
        Some(Self { folded, cut: &room.tokens, senses })
    }

    /// Whether any of its words has such a sense.
    pub(super) const fn any_has(&self, any: Senses) -> bool {
        self.senses.has(any)
    }

    pub(super) const fn len(&self) -> usize {
        self.cut.len()
    }

    pub(super) fn at(&self, index: usize) -> &Token {
        self.cut.get(index).unwrap_or(Token::OUTSIDE)
    }

    /// The tokens from one on.
    pub(super) fn from(&self, index: usize) -> &[Token] {
        self.cut.get(index..).unwrap_or_default()
    }

    /// The token in front of an index.
    pub(super) fn before(&self, index: usize) -> &Token {
        self.at(index.wrapping_sub(1))
    }

    /// Whether nothing stands between a token and the one in front of it.
    pub(super) fn is_glued(&self, index: usize) -> bool {
        // INVARIANT: the first token begins a line, and so does what is outside.
        self.at(index).gap == Gap::None
    }

    /// The folded characters of a token.
    pub(super) fn chars(&self, token: &Token) -> impl DoubleEndedIterator<Item = u8> + Clone + '_ {
        self.folded.slice(token.start(), token.end())
    }

    /// Whether a token's folded characters are these.
    pub(super) fn is(&self, token: &Token, text: &str) -> bool {
        self.folded.is(token.start(), token.end(), text)
    }

    /// A row of digits as a number, if it is a small one.
    pub(super) fn number(&self, token: &Token) -> Option<u32> {
        (token.is_digits() && token.len() <= 9)
            .then(|| self.chars(token).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    }

    /// Whether a cell was a capital letter.
    pub(super) fn is_upper(&self, cell: usize) -> bool {
        self.folded.is_upper(cell)
    }

    /// Appends a token in small letters, without disguise: what was written in other clothes is folded, letters of other
    /// languages stay as they are.
    pub(super) fn spell(&self, token: &Token, out: &mut String) {
        let chars = self.folded.chars().get(token.start()..token.end()).unwrap_or_default();
        let signed = token.is_word() && chars.contains(&b'@');
        if !signed
            && self.folded.is_plain()
            && let Ok(chars) = str::from_utf8(chars)
        {
            out.push_str(chars);
            return;
        }
        if self.chars(token).any(|ch| ch == LETTER) {
            let whole = self.original(self.folded.bytes(token.start(), token.end()));
            out.push_str(&whole.to_lowercase());
            return;
        }
        for at in token.start()..token.end() {
            let ch = self.folded.at(at);
            let original = self.original(self.folded.bytes(at, at + 1));
            match original.chars().next() {
                Some(c) if !c.is_ascii() && !self.folded.is_disguised(at) => out.extend(c.to_lowercase()),
                // "gm@il"
                _ => out.push(char::from(if ch == b'@' && token.is_word() { b'a' } else { ch })),
            }
        }
    }

    /// The text that some tokens stand for.
    pub(super) fn original(&self, span: ByteSpan) -> &'a str {
        self.folded.text().get(span.start..span.end).unwrap_or_default()
    }

    /// The bytes from one token up to the end of another.
    pub(super) fn span(&self, first: usize, last: usize) -> ByteSpan {
        self.folded.bytes(self.at(first).start(), self.at(last).end())
    }
}

pub(super) const fn is_letter(ch: u8) -> bool {
    ch.is_ascii_lowercase() || ch == LETTER
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let mut room = Room::new();
        let tokens = Tokens::new(text, &mut room);
        (0..tokens.len()).map(|at| tokens.original(tokens.span(at, at)).to_owned()).collect()
    }

    #[test]
    fn words_digits_and_marks() {
        for (text, tokens) in [
            ("Call 415-555 now!", vec!["Call", "415", "-", "555", "now", "!"]),
            ("a1b22", vec!["a", "1", "b", "22"]),
            ("f1ve thr33", vec!["f1ve", "thr33"]),
            ("fouronefive", vec!["four", "one", "five"]),
            ("callfouronefivefive", vec!["call", "four", "one", "five", "five"]),
            ("someone fortunately", vec!["someone", "fortunately"]),
            ("f!ve $even pa$$", vec!["f!ve", "$even", "pa", "$", "$"]),
            ("4551$2", vec!["4551", "$", "2"]),
            ("f!v信", vec!["f!v", "信"]),
            ("a f!ve信x5 $even信 b", vec!["a", "f!ve", "信", "x", "5", "$even", "信", "b"]),
            ("", vec![]),
        ] {
            assert_eq!(cut(text), tokens, "{text}");
        }
    }

    #[test]
    fn words_are_known_in_any_clothes() {
        for (text, value) in
            [("FIVE", 5), ("fiiive", 5), ("f1ve", 5), ("ＦＩＶＥ", 5), ("fünf", 5), ("पांच", 5), ("f!ve", 5)]
        {
            let mut room = Room::new();
            let tokens = Tokens::new(text, &mut room);
            assert_eq!((tokens.len(), tokens.at(0).lexeme.value), (1, value), "{text}");
        }
    }

    #[test]
    fn what_a_word_opens_is_known_whatever_it_holds_twice() {
        for text in ["google", "apple", "hott", "FOLLOW"] {
            let mut room = Room::new();
            assert!(Tokens::new(text, &mut room).at(0).has(Senses::OPENS), "{text}");
        }
    }
}
