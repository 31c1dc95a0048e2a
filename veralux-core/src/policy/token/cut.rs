//! Cuts the folded text.

mod block;
mod settle;

use std::hint;

use smallvec::SmallVec;

use super::{Gap, INLINE, Shape, Token, glued, leet, phrase};
use crate::policy::fold::{Folded, LETTER};
use crate::policy::lanes::BYTES;
use crate::policy::lexicon::{self, Key, Lexeme, Senses};
use block::{Block, gap};

/// Answers with the senses of all words.
pub(super) fn cut(folded: &Folded<'_>, tokens: &mut SmallVec<[Token; INLINE]>) -> Senses {
    let chars = folded.chars();
    let mut cutter = Cutter {
        folded,
        chars,
        padded: folded.padded(),
        tokens,
        gap: Gap::Line,
        senses: Senses::NONE,
        row: 0,
    };
    let mut from = 0;
    while from < chars.len() {
        from = cutter.block(from);
    }
    if cutter.senses.has(Senses::PHRASE) { cutter.senses.or(phrase::close_up(tokens)) } else { cutter.senses }
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

/// What a token is that begins with a character.
static SHAPES: [Shape; 256] = shapes();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn shapes() -> [Shape; 256] {
    let mut shapes = [Shape::Mark; 256];
    let mut ch = 0;
    while ch < 256 {
        shapes[ch] = match CLASS[ch] {
            LATIN | OTHER => Shape::Word,
            DIGIT => Shape::Digits,
            _ => Shape::Mark,
        };
        ch += 1;
    }
    shapes
}

struct Cutter<'t> {
    folded: &'t Folded<'t>,
    chars: &'t [u8],
    padded: &'t [u8],
    tokens: &'t mut SmallVec<[Token; INLINE]>,
    /// What stands in front of the next token.
    gap: Gap,
    senses: Senses,
    /// Where letters, digits and signs end that were read as a word with signs in it.
    row: usize,
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
        let mut runs = block.runs() & inside;
        let (mut rest, mut special) = (block.starts() & inside, block.special & inside);
        special |= self.disguised(&block, from, block.mixed & inside);
        // The first character behind the last token.
        let mut end = 0;
        while special != 0 {
            let next = special.trailing_zeros();
            // Behind a word with signs in it letters of another script may go on, where no token begins otherwise: "f!ve信".
            let at = (runs & u64::MAX >> (63 - next)).checked_ilog2().unwrap_or(next);
            let plain = rest & ((1 << at) - 1);
            if plain != 0 {
                end = self.plain(&block, from, plain);
            }
            let gap = self.gap.max(block.gap(((1 << at) - 1) & (u64::MAX << end)));
            self.gap = Gap::None;
            let length = (!(block.runs >> at)).trailing_zeros().max(1);
            let start = from + at as usize;
            let to = self.special(start, start + length as usize, gap);
            // A word with signs in it may end behind the block.
            if to >= from + done {
                return to;
            }
            end = u32::try_from(to - from).unwrap_or_default();
            let behind = u64::MAX << end;
            (rest, runs, special) = (rest & behind, runs & behind, special & behind);
        }
        if rest != 0 {
            end = self.plain(&block, from, rest);
        }
        self.gap = self.gap.max(block.gap(inside & u64::MAX.checked_shl(end).unwrap_or_default()));
        from + done
    }

    /// Those letters and digits that mean something together, a bit in each: "f1ve".
    #[inline]
    fn disguised(&self, block: &Block<'_>, from: usize, mut mixed: u64) -> u64 {
        let mut found = 0;
        while mixed != 0 {
            let next = mixed.trailing_zeros();
            let at = (block.runs() & u64::MAX >> (63 - next)).checked_ilog2().unwrap_or(next);
            let end = at + (!(block.runs >> at)).trailing_zeros();
            let word = leet::read(self.folded, from + at as usize, from + end as usize);
            found |= u64::from(!word.senses.is_empty()) << next;
            mixed &= u64::MAX.checked_shl(end).unwrap_or_default();
        }
        found
    }

    /// Cuts the tokens that begin at some characters of a block, marks, rows of digits and words of `a` to `z`, with all that
    /// begin between them; answers where the last of them ends. What they are no branch asks: they come as they like.
    #[inline(never)]
    fn plain(&mut self, block: &Block<'_>, from: usize, starts: u64) -> u32 {
        let first = starts.trailing_zeros();
        let before = self.tokens.len();
        let base = u32::try_from(from).unwrap_or(u32::MAX);
        let (behind_blanks, behind_lines) = (block.blanks << 1, block.behind_lines());
        let (four, nine) = block.long();
        let short = block.latin & !nine;
        let (mut rest, mut lasts) = (starts, block.lasts() & u64::MAX << first);
        let (mut senses, mut known, mut end) = (0, 0u64, 0);
        while rest != 0 {
            let at = rest.trailing_zeros() % 64;
            end = lasts.trailing_zeros() + 1;
            (rest, lasts) = (rest & rest.wrapping_sub(1), lasts & lasts.wrapping_sub(1));
            let is = |set: u64| set >> at & 1 == 1;
            let ch = block.at(at);
            let shape = SHAPES.get(usize::from(ch)).copied().unwrap_or(Shape::Mark);
            let spelt = block.key(at, end.wrapping_sub(at));
            // Long words are looked up below.
            let key = hint::select_unpredictable(is(short), spelt, Key::NONE);
            let lexeme = lexicon::look_up(key);
            known |= u64::from(!lexeme.senses.is_empty()) << at;
            senses |= lexeme.senses.bits();
            let gap = gap(is(behind_blanks), is(behind_lines));
            let (start, end) = (base.wrapping_add(at), base.wrapping_add(end));
            self.tokens.push(Token { shape, gap, ch, start, end, key, lexeme });
        }
        if let Some(token) = self.tokens.get_mut(before) {
            token.gap = token.gap.max(self.gap);
        }
        self.gap = Gap::None;
        self.senses = self.senses.or(Senses::of_bits(senses));
        // Long words, and those without senses that may have some without letters held down in them, or hold others. From the
        // last: it may become several.
        let mut doubted = (nine | four & !known) & starts;
        while let Some(at) = doubted.checked_ilog2() {
            let bit = 1 << at;
            doubted ^= bit;
            let index = before + (starts & (bit - 1)).count_ones() as usize;
            let Some(token) = self.tokens.get(index) else { continue };
            let pairs = block.held >> at & ((1 << (token.len() - 1).min(7)) - 1);
            let others = token.len() >= glued::MIN_LETTERS && lexicon::may_begin_two(token.key.spelling());
            if token.len() > 8 || pairs != 0 || others {
                self.settle(index);
            }
        }
        end
    }

    /// Cuts a mark, or letters and digits, and a word with signs in it when they begin one; answers where it ends.
    fn special(&mut self, start: usize, end: usize, gap: Gap) -> usize {
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
        self.special(start, start + length, gap)
    }

    /// Where the word with a sign in it ends that begins at a place, the first sign being at another.
    fn signed(&mut self, start: usize, sign: usize) -> Option<usize> {
        let may = class(self.folded.at(sign)) == SIGN && leet::belongs(self.folded.at(sign + 1));
        if may { leet::signed(self.folded, start, &mut self.row) } else { None }
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
        let key = Key::of_script(self.original(start, end));
        self.push(Shape::Word, gap, (start, end), key, lexicon::look_up_foreign(key));
    }

    fn latin(&mut self, start: usize, end: usize, gap: Gap) {
        self.push(Shape::Word, gap, (start, end), Key::NONE, Lexeme::NONE);
        self.settle(self.tokens.len() - 1);
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
