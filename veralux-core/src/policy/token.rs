//! The folded text cut into words, digits and marks, each word with its senses.

mod glued;
mod leet;
mod spaced;

use smallvec::SmallVec;

use super::ByteSpan;
use super::fold::{Folded, LETTER};
use super::lexicon::{self, Key, Lexeme, Senses};

pub(super) use spaced::{backwards, joined};

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
    const OUTSIDE: Self = Self {
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

/// A text as the finders read it.
pub(super) struct Tokens<'a> {
    text: &'a str,
    pub(super) folded: Folded,
    cut: SmallVec<[Token; INLINE]>,
    /// Whether signs may stand for letters somewhere.
    signed: bool,
}

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self::of(text, Folded::new(text))
    }

    /// Cuts another reading of the text.
    pub(super) fn of(text: &'a str, folded: Folded) -> Self {
        let mut tokens = Self { text, folded, cut: SmallVec::new(), signed: false };
        tokens.signed = tokens.folded.chars().iter().any(|ch| matches!(ch, b'!' | b'$' | b'|'));
        tokens.cut_up();
        tokens
    }

    pub(super) fn len(&self) -> usize {
        self.cut.len()
    }

    pub(super) fn at(&self, index: usize) -> Token {
        self.cut.get(index).copied().unwrap_or(Token::OUTSIDE)
    }

    /// The token in front of an index.
    pub(super) fn before(&self, index: usize) -> Token {
        index.checked_sub(1).map_or(Token::OUTSIDE, |index| self.at(index))
    }

    /// Whether nothing stands between a token and the one in front of it.
    pub(super) fn is_glued(&self, index: usize) -> bool {
        index > 0 && self.at(index).gap == Gap::None && index < self.len()
    }

    /// The folded characters of a token.
    pub(super) fn chars(&self, token: Token) -> impl DoubleEndedIterator<Item = u8> + Clone + '_ {
        self.folded.slice(token.start(), token.end())
    }

    /// Whether a token's folded characters are these.
    pub(super) fn is(&self, token: Token, text: &str) -> bool {
        self.folded.is(token.start(), token.end(), text)
    }

    /// A row of digits as a number, if it is a small one.
    pub(super) fn number(&self, token: Token) -> Option<u32> {
        (token.is_digits() && token.len() <= 9)
            .then(|| self.chars(token).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
    }

    /// Whether a cell was a capital letter.
    pub(super) fn is_upper(&self, cell: usize) -> bool {
        self.folded.cells().get(cell).is_some_and(|cell| cell.upper)
    }

    /// Appends a token in small letters, without disguise: what was written in other clothes is folded, letters of other
    /// languages stay as they are.
    pub(super) fn spell(&self, token: Token, out: &mut String) {
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
                _ => out.push(char::from(ch)),
            }
        }
    }

    /// The text that some tokens stand for.
    pub(super) fn original(&self, span: ByteSpan) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The bytes from one token up to the end of another.
    pub(super) fn span(&self, first: usize, last: usize) -> ByteSpan {
        self.folded.bytes(self.at(first).start(), self.at(last).end())
    }

    fn cut_up(&mut self) {
        let (mut at, mut gap) = (0, Gap::Line);
        while at < self.folded.len() {
            match self.folded.at(at) {
                b' ' => gap = gap.max(Gap::Space),
                b'\n' => gap = Gap::Line,
                ch if is_letter(ch) || ch.is_ascii_digit() => {
                    at = self.cut_run(at, gap);
                    gap = Gap::None;
                    continue;
                }
                _ => {
                    if self.signed
                        && let Some(end) = leet::signed(&self.folded, at)
                    {
                        let lexeme = leet::read(&self.folded, at, end);
                        self.push(Shape::Word, gap, at, end, lexeme);
                        at = end;
                    } else {
                        self.push(Shape::Mark, gap, at, at + 1, Lexeme::NONE);
                        at += 1;
                    }
                    gap = Gap::None;
                    continue;
                }
            }
            at += 1;
        }
    }

    /// Cuts letters and digits that stand together; answers where they end.
    fn cut_run(&mut self, start: usize, mut gap: Gap) -> usize {
        if self.signed
            && let Some(end) = leet::signed(&self.folded, start)
        {
            let lexeme = leet::read(&self.folded, start, end);
            self.push(Shape::Word, gap, start, end, lexeme);
            return end;
        }
        let (mut end, mut digits) = (start, 0);
        while is_letter(self.folded.at(end)) || self.folded.at(end).is_ascii_digit() {
            digits += usize::from(self.folded.at(end).is_ascii_digit());
            end += 1;
        }
        if digits > 0 && digits < end - start {
            let lexeme = leet::read(&self.folded, start, end);
            if !lexeme.senses.is_empty() {
                self.push(Shape::Word, gap, start, end, lexeme);
                return end;
            }
        }
        let mut at = start;
        while at < end {
            // Latin letters glued to those of another script are a word of their own.
            let class = |ch: u8| (ch.is_ascii_digit(), ch == LETTER);
            let kind = class(self.folded.at(at));
            let is_digit = kind.0;
            let from = at;
            while at < end && class(self.folded.at(at)) == kind {
                at += 1;
            }
            if is_digit {
                self.push(Shape::Digits, gap, from, at, Lexeme::NONE);
            } else {
                self.cut_word(from, at, gap);
            }
            gap = Gap::None;
        }
        end
    }

    fn cut_word(&mut self, start: usize, end: usize, gap: Gap) {
        let lexeme = self.look_up(start, end);
        if end - start > 8 && self.folded.is(end - 6, end, "dotcom") {
            // "happypawsdotcom"
            for (from, to, gap) in
                [(start, end - 6, gap), (end - 6, end - 3, Gap::None), (end - 3, end, Gap::None)]
            {
                let lexeme = self.look_up(from, to);
                self.push(Shape::Word, gap, from, to, lexeme);
            }
            return;
        }
        let long = end - start >= glued::MIN_LETTERS;
        if lexeme.senses.is_empty()
            && long
            && glued::split(&self.folded, start, end, |from, to, lexeme| {
                let gap = if from == start { gap } else { Gap::None };
                let token = token(&self.folded, Shape::Word, gap, from, to, lexeme);
                self.cut.push(token);
            })
        {
            return;
        }
        self.push(Shape::Word, gap, start, end, lexeme);
    }

    fn look_up(&self, start: usize, end: usize) -> Lexeme {
        let letters = self.folded.slice(start, end);
        let key = Key::of(letters.clone());
        if key == Key::NONE {
            let bytes = self.folded.bytes(start, end);
            return lexicon::look_up_foreign(self.original(bytes));
        }
        let lexeme = lexicon::look_up(key);
        let held = || letters.clone().zip(letters.clone().skip(1)).any(|(one, other)| one == other);
        if !lexeme.senses.is_empty() || end - start < 4 || !held() {
            return lexeme;
        }
        // "fiiive": letters that are held down.
        let mut last = 0;
        let squeezed = letters.filter(move |letter| std::mem::replace(&mut last, *letter) != *letter);
        lexicon::look_up(Key::of(squeezed))
    }

    fn push(&mut self, shape: Shape, gap: Gap, start: usize, end: usize, lexeme: Lexeme) {
        self.cut.push(token(&self.folded, shape, gap, start, end, lexeme));
    }
}

fn token(folded: &Folded, shape: Shape, gap: Gap, start: usize, end: usize, lexeme: Lexeme) -> Token {
    let cell = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let key = if shape == Shape::Word { Key::of(folded.slice(start, end)) } else { Key::NONE };
    Token { shape, gap, ch: folded.at(start), start: cell(start), end: cell(end), key, lexeme }
}

pub(super) const fn is_letter(ch: u8) -> bool {
    ch.is_ascii_lowercase() || ch == LETTER
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let tokens = Tokens::new(text);
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
            let tokens = Tokens::new(text);
            assert_eq!((tokens.len(), tokens.at(0).lexeme.value), (1, value), "{text}");
        }
    }
}
