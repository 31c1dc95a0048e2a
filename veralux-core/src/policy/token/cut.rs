//! Cuts the folded text.

use smallvec::SmallVec;

use super::{Gap, INLINE, Shape, Token, glued, leet};
use crate::policy::fold::{Folded, LETTER};
use crate::policy::lanes::{BYTES, Lanes};
use crate::policy::lexicon::{self, Key, Lexeme, Senses};

/// Answers with the senses of all words.
pub(super) fn cut(folded: &Folded<'_>, tokens: &mut SmallVec<[Token; INLINE]>) -> Senses {
    let chars = folded.chars();
    let mut cutter =
        Cutter { folded, chars, padded: folded.padded(), tokens, gap: Gap::Line, senses: Senses::NONE };
    let mut from = 0;
    while from < chars.len() {
        from = cutter.block(from);
    }
    cutter.senses
}

/// What the characters of a block are, a bit each.
struct Block {
    latin: u64,
    digits: u64,
    /// What words and rows of digits are made of.
    runs: u64,
    spaces: u64,
    lines: u64,
}

impl Block {
    #[inline]
    fn of(chars: &[u8; BYTES]) -> Self {
        let lanes = Lanes::of(chars);
        let (latin, digits) = (lanes.within(b'a', b'z'), lanes.within(b'0', b'9'));
        let runs = latin | digits | lanes.equal(LETTER);
        Self { latin, digits, runs, spaces: lanes.equal(b' '), lines: lanes.equal(b'\n') }
    }

    /// What stands between two tokens.
    #[inline]
    fn gap(&self, between: u64) -> Gap {
        // Without a branch.
        let (line, any) = (usize::from(between & self.lines != 0), usize::from(between != 0));
        [Gap::None, Gap::Space, Gap::Line].get(line + any).copied().unwrap_or(Gap::Line)
    }
}

const OUTSIDE: u8 = 1;
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
    let mut classes = [OUTSIDE; 256];
    let mut ch = 0u8;
    loop {
        classes[ch as usize] = match ch {
            b'a'..=b'z' => LATIN,
            b'0'..=b'9' => DIGIT,
            LETTER => OTHER,
            _ if leet::is_sign(ch) => SIGN,
            _ => OUTSIDE,
        };
        if ch == u8::MAX {
            return classes;
        }
        ch += 1;
    }
}

fn class(ch: u8) -> u8 {
    CLASS.get(usize::from(ch)).copied().unwrap_or(OUTSIDE)
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

/// The senses of a word without letters that are held down: "fiiive"; beside those that count for nothing by themselves.
fn squeezed(letters: &[u8], lexeme: Lexeme) -> Lexeme {
    let mut last = 0;
    let held = |letter: &u8| std::mem::replace(&mut last, *letter) != *letter;
    let other = lexicon::look_up(Key::of(letters.iter().copied().filter(held)));
    Lexeme { senses: other.senses.or(lexeme.senses), value: other.value }
}

struct Cutter<'t> {
    folded: &'t Folded<'t>,
    chars: &'t [u8],
    padded: &'t [u8],
    tokens: &'t mut SmallVec<[Token; INLINE]>,
    /// What stands in front of the next token.
    gap: Gap,
    senses: Senses,
}

impl Cutter<'_> {
    /// Cuts the characters that are looked at together from one on; answers where the next ones begin.
    fn block(&mut self, from: usize) -> usize {
        let Some(chars) = self.padded.get(from..).and_then(<[u8]>::first_chunk) else { return usize::MAX };
        let block = Block::of(chars);
        let mut done = self.chars.len() - from;
        if done > BYTES {
            // What runs on behind the block is left to the next one.
            done = BYTES - block.runs.leading_ones() as usize;
            if done == 0 {
                return self.run(from, self.gap);
            }
        }
        let inside = if done < BYTES { (1 << done) - 1 } else { u64::MAX };
        let starts = (block.runs & !(block.runs << 1) | !(block.runs | block.spaces | block.lines)) & inside;
        let (mut rest, mut end) = (starts, 0);
        while rest != 0 {
            let at = rest.trailing_zeros();
            let gap = self.gap.max(block.gap(((1 << at) - 1) & (u64::MAX << end)));
            let start = from + at as usize;
            let length = (!(block.runs >> at)).trailing_zeros();
            let to = start + length.max(1) as usize;
            let run = u64::MAX.checked_shr(64 - length).unwrap_or_default() << at;
            self.gap = Gap::None;
            rest &= rest - 1;
            end = at + length.max(1);
            if self.may_be_signed(start, to) {
                let to = self.signed_token(start, to, gap);
                // It may end behind the block.
                if to >= from + done {
                    return to;
                }
                end = u32::try_from(to - from).unwrap_or_default();
                rest &= u64::MAX << end;
            } else if length == 0 {
                self.push(Shape::Mark, gap, (start, to), Key::NONE, Lexeme::NONE);
            } else if run & !block.latin == 0 {
                self.latin(start, to, gap);
            } else if run & !block.digits == 0 {
                self.push(Shape::Digits, gap, (start, to), Key::NONE, Lexeme::NONE);
            } else {
                self.mixed(start, to, gap);
            }
        }
        self.gap = self.gap.max(block.gap(inside & u64::MAX.checked_shl(end).unwrap_or_default()));
        from + done
    }

    /// Whether a mark that may stand for a letter begins some cells or stands behind them, and a word goes on behind it.
    #[inline]
    fn may_be_signed(&self, start: usize, end: usize) -> bool {
        let at = |at: usize| self.padded.get(at).copied().unwrap_or_default();
        class(at(end)) == SIGN && leet::belongs(at(end + 1))
            || class(at(start)) == SIGN && leet::belongs(at(end))
    }

    /// Cuts a mark, or letters and digits, and a word with signs in it when they begin one; answers where it ends.
    #[cold]
    fn signed_token(&mut self, start: usize, end: usize, gap: Gap) -> usize {
        if class(self.folded.at(start)) & RUN == 0 {
            return self.mark(start, gap);
        }
        if class(self.folded.at(end)) == SIGN
            && let Some(end) = self.signed(start, end)
        {
            return self.signed_word(start, end, gap);
        }
        match self.chars.get(start..end).unwrap_or_default().iter().fold(0, |all, ch| all | class(*ch)) {
            DIGIT => self.push(Shape::Digits, gap, (start, end), Key::NONE, Lexeme::NONE),
            LATIN | OTHER => self.word(start, end, gap),
            _ => self.mixed(start, end, gap),
        }
        end
    }

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

    /// Cuts letters and digits that stand together, however many; answers where they end.
    #[cold]
    fn run(&mut self, start: usize, gap: Gap) -> usize {
        let rest = self.chars.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|ch| class(**ch) & RUN != 0).count();
        self.gap = Gap::None;
        self.signed_token(start, start + length, gap)
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
    #[inline(never)]
    fn word(&mut self, start: usize, end: usize, gap: Gap) {
        if self.folded.at(start) == LETTER {
            self.foreign(start, end, gap);
        } else {
            self.latin(start, end, gap);
        }
    }

    fn foreign(&mut self, start: usize, end: usize, gap: Gap) {
        let lexeme = lexicon::look_up_foreign(self.original(start, end));
        self.push(Shape::Word, gap, (start, end), Key::NONE, lexeme);
    }

    #[expect(clippy::inline_always, reason = "called for each word of a text, at one place")]
    #[inline(always)]
    fn latin(&mut self, start: usize, end: usize, gap: Gap) {
        let key = Key::at(self.padded, start, end);
        let lexeme = lexicon::look_up(key);
        let length = end - start;
        // Most words are short, or known.
        if length <= 3 || length <= 8 && !lexeme.senses.is_empty() {
            self.push(Shape::Word, gap, (start, end), key, lexeme);
        } else {
            self.long_word(start, end, gap, key, lexeme);
        }
    }

    #[inline(never)]
    fn long_word(&mut self, start: usize, end: usize, gap: Gap, key: Key, mut lexeme: Lexeme) {
        if end - start > 8 && self.folded.is(end - 6, end, "dotcom") {
            self.dotcom(start, end, gap);
            return;
        }
        if lexeme.senses.is_empty() {
            let letters = self.chars.get(start..end).unwrap_or_default();
            if holds_pair(self.padded, start, end) {
                lexeme = squeezed(letters, lexeme);
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
                lexeme = squeezed(self.chars.get(from..to).unwrap_or_default(), lexeme);
            }
            self.push(Shape::Word, gap, (from, to), key, lexeme);
        }
    }

    fn glued(&mut self, start: usize, end: usize, gap: Gap) -> bool {
        let letters = self.chars.get(start..end).unwrap_or_default();
        glued::split(letters, |from, to, lexeme| {
            let (from, to) = (start + from, start + to);
            let gap = if from == start { gap } else { Gap::None };
            self.push(Shape::Word, gap, (from, to), Key::at(self.padded, from, to), lexeme);
        })
    }

    fn original(&self, start: usize, end: usize) -> &str {
        let bytes = self.folded.bytes(start, end);
        self.folded.text().get(bytes.start..bytes.end).unwrap_or_default()
    }

    #[inline]
    fn push(&mut self, shape: Shape, gap: Gap, (start, end): (usize, usize), key: Key, lexeme: Lexeme) {
        let cell = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        self.senses = self.senses.or(lexeme.senses);
        let ch = self.padded.get(start).copied().unwrap_or_default();
        self.tokens.push(Token { shape, gap, ch, start: cell(start), end: cell(end), key, lexeme });
    }
}
