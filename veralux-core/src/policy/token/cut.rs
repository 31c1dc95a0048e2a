//! Cuts the folded text.

use smallvec::SmallVec;

use super::{Gap, INLINE, Shape, Token, glued, leet};
use crate::policy::fold::{Folded, LETTER};
use crate::policy::lexicon::{self, Key, Lexeme, Senses};

/// Answers with the senses of all words.
pub(super) fn cut(folded: &Folded<'_>, tokens: &mut SmallVec<[Token; INLINE]>) -> Senses {
    let mut cutter = Cutter { folded, chars: folded.chars(), tokens };
    let (mut at, mut gap) = (0, Gap::Line);
    while let Some(ch) = cutter.chars.get(at) {
        let class = class(*ch);
        if class == SPACE {
            gap = gap.max(Gap::Space);
            at += 1;
            continue;
        }
        if class == LINE {
            gap = Gap::Line;
            at += 1;
            continue;
        }
        at = if class & RUN == 0 { cutter.mark(at, gap) } else { cutter.run(at, gap) };
        gap = Gap::None;
    }
    tokens.iter().fold(Senses::NONE, |all, token| all.or(token.lexeme.senses))
}

const SPACE: u8 = 1;
const LINE: u8 = 2;
const MARK: u8 = 4;
const LATIN: u8 = 8;
/// A letter that is none of `a` to `z`.
const OTHER: u8 = 16;
const DIGIT: u8 = 32;
/// A mark that may stand for a letter within a word.
const SIGN: u8 = 64;
/// What words and rows of digits are made of.
const RUN: u8 = LATIN | OTHER | DIGIT;

static CLASS: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn classes() -> [u8; 256] {
    let mut classes = [MARK; 256];
    let mut ch = 0u8;
    loop {
        classes[ch as usize] = match ch {
            b' ' => SPACE,
            b'\n' => LINE,
            b'a'..=b'z' => LATIN,
            b'0'..=b'9' => DIGIT,
            LETTER => OTHER,
            _ if leet::is_sign(ch) => SIGN,
            _ => MARK,
        };
        if ch == u8::MAX {
            return classes;
        }
        ch += 1;
    }
}

fn class(ch: u8) -> u8 {
    CLASS.get(usize::from(ch)).copied().unwrap_or(MARK)
}

/// How many characters from the first on are `a` to `z`; eight are looked at together.
fn letters(chars: &[u8]) -> usize {
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    const FIRST: u64 = u64::from_le_bytes([b'a'; 8]);
    const LAST: u64 = u64::from_le_bytes([b'z'; 8]);
    let mut count = 0;
    while let Some(eight) = chars.get(count..).and_then(<[u8]>::first_chunk) {
        let eight = u64::from_le_bytes(*eight);
        // The high bit of each byte stays set where it is neither below nor above.
        let inside = ((eight | HIGH) - FIRST) & ((LAST | HIGH) - (eight & !HIGH)) & !eight & HIGH;
        let run = (!inside & HIGH).trailing_zeros() as usize / 8;
        count += run;
        if run < 8 {
            return count;
        }
    }
    count + chars.iter().skip(count).take_while(|ch| ch.is_ascii_lowercase()).count()
}

/// Whether two of the same stand together; of eight characters or fewer they are looked at at once.
fn holds_pair(chars: &[u8], start: usize, end: usize) -> bool {
    let eight = chars.get(start..).and_then(<[u8]>::first_chunk);
    if let (Some(eight), length @ 2..=8) = (eight, end - start) {
        let eight = u64::from_le_bytes(*eight);
        let differ = eight ^ eight >> 8;
        // Zero bytes, but for those behind the last pair.
        let zeros = differ.wrapping_sub(u64::from_le_bytes([1; 8])) & !differ & u64::from_le_bytes([0x80; 8]);
        return zeros & u64::MAX >> (8 * (9 - length)) != 0;
    }
    let letters = chars.get(start..end).unwrap_or_default();
    letters.iter().zip(letters.iter().skip(1)).any(|(one, other)| one == other)
}

/// The senses of a word without letters that are held down: "fiiive".
fn squeezed(letters: &[u8]) -> Lexeme {
    let mut last = 0;
    let held = |letter: &u8| std::mem::replace(&mut last, *letter) != *letter;
    lexicon::look_up(Key::of(letters.iter().copied().filter(held)))
}

struct Cutter<'t> {
    folded: &'t Folded<'t>,
    chars: &'t [u8],
    tokens: &'t mut SmallVec<[Token; INLINE]>,
}

impl Cutter<'_> {
    /// Cuts one sign, or the word that begins with it: "$even"; answers where it ends.
    fn mark(&mut self, at: usize, gap: Gap) -> usize {
        // A word does not begin inside another.
        let inside = at > 0 && self.folded.at(at - 1).is_ascii_lowercase();
        if !inside && let Some(end) = self.signed(at, at) {
            return self.signed_word(at, end, gap);
        }
        self.push(Shape::Mark, gap, (at, at + 1), Key::NONE, Lexeme::NONE);
        at + 1
    }

    /// Cuts letters and digits that stand together; answers where they end.
    fn run(&mut self, start: usize, gap: Gap) -> usize {
        let rest = self.chars.get(start..).unwrap_or_default();
        let mut length = letters(rest);
        let mut classes = if length > 0 { LATIN } else { 0 };
        let mut behind = 0;
        for ch in rest.get(length..).unwrap_or_default() {
            behind = class(*ch);
            if behind & RUN == 0 {
                break;
            }
            classes |= behind;
            length += 1;
        }
        let end = start + length;
        if behind == SIGN
            && let Some(end) = self.signed(start, end)
        {
            return self.signed_word(start, end, gap);
        }
        match classes {
            LATIN | OTHER => self.word(start, end, gap),
            DIGIT => self.push(Shape::Digits, gap, (start, end), Key::NONE, Lexeme::NONE),
            _ => self.mixed(start, end, gap),
        }
        end
    }

    /// Where the word with a sign in it ends that begins at a place, the first sign being at another.
    fn signed(&self, start: usize, sign: usize) -> Option<usize> {
        let may = class(self.folded.at(sign)) == SIGN && leet::belongs(self.folded.at(sign + 1));
        if may { leet::signed(self.folded, start) } else { None }
    }

    fn signed_word(&mut self, start: usize, end: usize, gap: Gap) -> usize {
        let lexeme = leet::read(self.folded, start, end);
        let key = Key::of(self.folded.slice(start, end));
        self.push(Shape::Word, gap, (start, end), key, lexeme);
        end
    }

    /// Cuts a run of letters and digits, or of letters of several scripts.
    fn mixed(&mut self, start: usize, end: usize, mut gap: Gap) {
        if (3..=12).contains(&(end - start)) && self.folded.slice(start, end).any(|ch| ch.is_ascii_digit()) {
            let lexeme = leet::read(self.folded, start, end);
            if !lexeme.senses.is_empty() {
                let key = Key::of(self.folded.slice(start, end));
                self.push(Shape::Word, gap, (start, end), key, lexeme);
                return;
            }
        }
        let mut at = start;
        while at < end {
            // Latin letters glued to those of another script are a word of their own.
            let kind = class(self.folded.at(at));
            let from = at;
            while at < end && class(self.folded.at(at)) == kind {
                at += 1;
            }
            if kind == DIGIT {
                self.push(Shape::Digits, gap, (from, at), Key::NONE, Lexeme::NONE);
            } else {
                self.word(from, at, gap);
            }
            gap = Gap::None;
        }
    }

    /// Cuts letters of one script.
    fn word(&mut self, start: usize, end: usize, gap: Gap) {
        if self.folded.at(start) == LETTER {
            let lexeme = lexicon::look_up_foreign(self.original(start, end));
            self.push(Shape::Word, gap, (start, end), Key::NONE, lexeme);
            return;
        }
        let key = Key::at(self.chars, start, end);
        let mut lexeme = lexicon::look_up(key);
        let length = end - start;
        if length > 8 && self.folded.is(end - 6, end, "dotcom") {
            self.dotcom(start, end, gap);
            return;
        }
        if lexeme.senses.is_empty() && length >= 4 {
            let letters = self.chars.get(start..end).unwrap_or_default();
            if holds_pair(self.chars, start, end) {
                lexeme = squeezed(letters);
            }
            if lexeme.senses.is_empty() && glued::may_split(letters) && self.glued(start, end, gap) {
                return;
            }
        }
        self.push(Shape::Word, gap, (start, end), key, lexeme);
    }

    /// "happypawsdotcom"
    fn dotcom(&mut self, start: usize, end: usize, gap: Gap) {
        for (from, to, gap) in
            [(start, end - 6, gap), (end - 6, end - 3, Gap::None), (end - 3, end, Gap::None)]
        {
            let key = Key::at(self.chars, from, to);
            let mut lexeme = lexicon::look_up(key);
            if lexeme.senses.is_empty() && to - from >= 4 {
                lexeme = squeezed(self.chars.get(from..to).unwrap_or_default());
            }
            self.push(Shape::Word, gap, (from, to), key, lexeme);
        }
    }

    fn glued(&mut self, start: usize, end: usize, gap: Gap) -> bool {
        let (folded, chars, tokens) = (self.folded, self.chars, &mut *self.tokens);
        glued::split(folded, start, end, |from, to, lexeme| {
            let gap = if from == start { gap } else { Gap::None };
            tokens.push(token(folded, Shape::Word, gap, (from, to), Key::at(chars, from, to), lexeme));
        })
    }

    fn original(&self, start: usize, end: usize) -> &str {
        let bytes = self.folded.bytes(start, end);
        self.folded.text().get(bytes.start..bytes.end).unwrap_or_default()
    }

    fn push(&mut self, shape: Shape, gap: Gap, cells: (usize, usize), key: Key, lexeme: Lexeme) {
        self.tokens.push(token(self.folded, shape, gap, cells, key, lexeme));
    }
}

fn token(
    folded: &Folded<'_>,
    shape: Shape,
    gap: Gap,
    (start, end): (usize, usize),
    key: Key,
    lexeme: Lexeme,
) -> Token {
    let cell = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    Token { shape, gap, ch: folded.at(start), start: cell(start), end: cell(end), key, lexeme }
}
