//! What may be read as digits: rows of digits, number words, letters that look like digits.

use super::beside::{self, Kind, Word};
use super::fuzzy;
use super::letters::{is_leet, is_like_digits, key_of, looks_like, vanity};
use super::patched;
use super::spelt::{self, Number};
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Shape, Token, Tokens};

/// In what clothes digits come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// ASCII digits.
    Plain,
    /// Digits in other clothes or of another script.
    Script,
    /// A number word.
    Word,
    /// A number word that is an everyday word as well.
    Weak,
    /// A misspelt number word.
    Fuzzy,
    /// Letters that look like digits.
    Leet,
    /// Letters for the keys of a telephone (ITU-T E.161): "555-PIPE".
    Keypad,
}

/// What number words mean.
const SAID: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES).or(Senses::BESIDE);

/// One or more tokens that stand for digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Atom {
    pub(super) first: usize,
    /// The last token, included.
    pub(super) last: usize,
    /// How many digits.
    pub(super) digits: usize,
    pub(super) looks: Looks,
    /// The number, for words.
    value: u32,
    /// How often it stands there.
    times: u8,
}

impl Atom {
    pub(super) const NONE: Self =
        Self { first: 0, last: 0, digits: 0, looks: Looks::Plain, value: 0, times: 1 };

    /// The atom that begins with a token.
    pub(super) fn read(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        let token = tokens.at(at);
        if patched::is_initial(tokens, at) {
            let value = tokens.number(token).unwrap_or_default();
            return Some(Self { first: at, last: at + 1, digits: 1, looks: Looks::Word, value, times: 1 });
        }
        if token.is_digits() {
            let script = tokens.folded.is_disguised(token.start());
            let looks = if script { Looks::Script } else { Looks::Plain };
            return Some(Self { first: at, last: at, digits: token.len(), looks, value: 0, times: 1 });
        }
        if !token.is_word() || is_label(tokens, at) {
            return None;
        }
        // Words that stand apart are none but by what they mean.
        let apart = token.gap > Gap::None && tokens.at(at + 1).gap > Gap::None;
        if apart & !token.has(SAID) {
            return None;
        }
        if let Some((last, lexeme)) = patched::closed_up(tokens, at) {
            let value = u32::from(lexeme.value);
            let digits = if value < 10 { 1 } else { 2 };
            let digits = if value < 100 { digits } else { 3 };
            return Some(Self { first: at, last, digits, looks: Looks::Word, value, times: 1 });
        }
        if token.has(Senses::TIMES) {
            return Self::repeated(tokens, at);
        }
        if token.has(Senses::DIGIT.or(Senses::TENS).or(Senses::BESIDE))
            && !is_glued_to_digits(tokens, at)
            && !is_pronoun(tokens, at)
            && let Some(word) = spelt::word(tokens, at)
        {
            return Some(Self::spelt(tokens, at, word));
        }
        // "1-800-GOT-JUNK"
        (is_leet(tokens, at) && vanity(tokens, at).is_none()).then(|| Self::letters(token, at, Looks::Leet))
    }

    /// What is digits only behind another atom: a misspelt number word, letters that look like digits where others did.
    pub(super) fn read_beside(tokens: &Tokens<'_>, at: usize, disguised: bool) -> Option<Self> {
        let token = tokens.at(at);
        if let Some(last) = vanity(tokens, at) {
            let digits =
                (at..=last).filter(|at| tokens.at(*at).is_word()).map(|at| tokens.at(at).len()).sum();
            return Some(Self { first: at, last, digits, looks: Looks::Keypad, value: 0, times: 1 });
        }
        // "lol" is none.
        let like = token.len() == 2 || (3..=4).contains(&token.len()) && !token.has(Senses::STOP);
        if disguised && like && is_like_digits(tokens, token) {
            return Some(Self::letters(token, at, Looks::Leet));
        }
        misspelt(tokens, at)
    }

    /// Its number, if it is a small one.
    pub(super) fn number(self, tokens: &Tokens<'_>) -> Option<u32> {
        match self.looks {
            Looks::Word | Looks::Weak | Looks::Fuzzy => Some(self.value),
            Looks::Plain | Looks::Script => tokens.number(tokens.at(self.first)),
            Looks::Leet | Looks::Keypad => None,
        }
    }

    /// Its first digit, as a character.
    pub(super) fn lead(self, tokens: &Tokens<'_>) -> u8 {
        if !self.is_word() {
            let ch = tokens.at(self.first).ch;
            return looks_like(ch).unwrap_or(ch);
        }
        let mut value = self.value;
        while value > 9 {
            value /= 10;
        }
        b'0' + u8::try_from(value).unwrap_or_default()
    }

    /// Whether it begins with the two zeros, and no third, that stand for the plus sign.
    pub(super) fn is_prefix(self, tokens: &Tokens<'_>) -> bool {
        let start = tokens.at(self.first).start();
        self.is_zero() && self.times == 2
            || tokens.folded.is(start, start + 2, "00") && tokens.folded.at(start + 2) != b'0'
    }

    pub(super) fn is_word(self) -> bool {
        matches!(self.looks, Looks::Word | Looks::Weak | Looks::Fuzzy)
    }

    /// Whether it is a word for zero.
    pub(super) fn is_zero(self) -> bool {
        self.is_word() && self.value == 0
    }

    /// Whether it says how often a digit is written.
    pub(super) fn is_repeated(self) -> bool {
        self.times > 1
    }

    /// Appends its digits.
    pub(super) fn write(self, tokens: &Tokens<'_>, value: &mut String) {
        if self.is_word() {
            for _ in 0..self.times {
                value.push_str(&self.value.to_string());
            }
            return;
        }
        if self.looks == Looks::Keypad {
            let words = (self.first..=self.last).filter(|at| tokens.at(*at).is_word());
            value.extend(words.flat_map(|at| tokens.chars(tokens.at(at))).map(key_of));
            return;
        }
        for at in self.first..=self.last {
            value.extend(tokens.chars(tokens.at(at)).map(|ch| char::from(looks_like(ch).unwrap_or(ch))));
        }
    }

    const fn letters(token: &Token, at: usize, looks: Looks) -> Self {
        Self { first: at, last: at, digits: token.len(), looks, value: 0, times: 1 }
    }

    /// "double five", "triple 0".
    fn repeated(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        let times = tokens.at(at).lexeme.value;
        // "double-five", "a pair of fives"
        let between = tokens.at(at + 1).is_mark(b'-') || tokens.is(tokens.at(at + 1), "of");
        let next = at + 1 + usize::from(between);
        let digit = tokens.at(next);
        let value = match tokens.number(digit) {
            Some(value) if digit.len() == 1 => value,
            None if digit.has(Senses::DIGIT) => u32::from(digit.lexeme.value),
            _ => return None,
        };
        let times = u8::try_from(times).unwrap_or(1);
        let digits = usize::from(times);
        Some(Self { first: at, last: next, digits, looks: Looks::Word, value, times })
    }

    /// "five", "five x3", "three fives", "fifty-five".
    fn spelt(tokens: &Tokens<'_>, at: usize, word: Word) -> Self {
        let looks = if word.weak { Looks::Weak } else { Looks::Word };
        let repeated = |last: usize, value: u32, times: u32| {
            let times = u8::try_from(times).unwrap_or(1);
            Self { first: at, last, digits: usize::from(times), looks: Looks::Word, value, times }
        };
        if word.kind == Kind::Digit {
            if tokens.is(tokens.at(at + 1), "x")
                && let Some(times @ 2..=4) = tokens.number(tokens.at(at + 2))
            {
                return repeated(at + 2, word.value, times);
            }
            if let Some((last, value)) = times(tokens, at, word.value) {
                return repeated(last, value, word.value);
            }
            if let Some((last, value)) = plural(tokens, at + 1, word.value) {
                return repeated(last, value, word.value);
            }
        }
        let Number { value, last } = spelt::number(tokens, at, word);
        let digits = match value {
            0..=9 => 1,
            10..=99 => 2,
            100..=999 => 3,
            1000..=9999 => 4,
            _ => 5,
        };
        let looks = if last > at { Looks::Word } else { looks };
        Self { first: at, last, digits, looks, value, times: 1 }
    }
}

/// "drei-mal die 7", "three times five": the token that is repeated, and what it stands for.
fn times(tokens: &Tokens<'_>, at: usize, several: u32) -> Option<(usize, u32)> {
    let next = at + 1 + usize::from(tokens.at(at + 1).is_mark(b'-'));
    if !(2..=4).contains(&several) || !tokens.at(next).is_one(TIMES) {
        return None;
    }
    let digit = next + 1 + usize::from(tokens.at(next + 1).is_one(ARTICLES));
    let token = tokens.at(digit);
    let plain = tokens.number(token).filter(|_| token.len() == 1);
    let said = || token.has(Senses::DIGIT).then(|| u32::from(token.lexeme.value));
    plain.or_else(said).map(|value| (digit, value))
}

/// Words for how often, and the articles behind them.
static TIMES: &[Key] = keys!("mal times fois veces vezes volte keer razy krat ganger gange");
static ARTICLES: &[Key] = keys!("die the le el il o de a ne der das un");

/// "fives", of which there are several.
fn plural(tokens: &Tokens<'_>, at: usize, several: u32) -> Option<(usize, u32)> {
    static PLURALS: &[Key] = keys!("zeros zeroes ones twos threes fours fives sixes sevens eights nines");
    let token = tokens.at(at);
    if !(2..=4).contains(&several) {
        return None;
    }
    if token.is_one(PLURALS) {
        return Some((at, u32::from(token.lexeme.value)));
    }
    // "two 4s"
    let written = tokens.is_glued(at + 1) && tokens.is(tokens.at(at + 1), "s") && token.len() == 1;
    tokens.number(token).filter(|_| written).map(|value| (at + 1, value))
}

fn misspelt(tokens: &Tokens<'_>, at: usize) -> Option<Atom> {
    let token = tokens.at(at);
    if !fuzzy::may_be(token) {
        return None;
    }
    let value = fuzzy::digit(tokens.chars(token))?;
    Some(Atom { first: at, last: at, digits: 1, looks: Looks::Fuzzy, value, times: 1 })
}

/// Whether "one" in front of a number speaks of the number: "text this one 720 555".
fn is_pronoun(tokens: &Tokens<'_>, at: usize) -> bool {
    let next = tokens.at(at + 1);
    (next.is_digits() || next.has(Senses::DIGIT))
        && tokens.is(tokens.at(at), "one")
        && tokens.before(at).is_one(WHICH)
}

/// Whether a word in front of a number is none of its digits: the Portuguese article, "o nove um dois", or a word of another
/// language, "to sześćset dwa".
#[inline]
pub(super) fn is_article(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    let beside = || token.has(Senses::BESIDE) && tokens.any_has(Senses::LOCAL);
    (token.ch == b'o' && token.len() == 1 || beside()) && speaks_of_number(tokens, at)
}

#[inline(never)]
fn speaks_of_number(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    if token.has(Senses::BESIDE) && beside::is_foreign(tokens, at) {
        return true;
    }
    let english = keys!(
        "one two three four five six seven eight nine zero oh ten eleven twelve thirteen fourteen fifteen \
         sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
    );
    let next = tokens.at(at + 1);
    tokens.is(token, "o")
        && next.has(Senses::DIGIT.or(Senses::TENS))
        && !next.has(Senses::WEAK)
        && !next.is_one(english)
}

/// Whether an "o" says which number it is, that of the office: "(o) 619-555-0144", "o: 619-555-0144"; not "(5)(o)(3)".
fn is_label(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.ch != b'o' || token.len() > 1 {
        return false;
    }
    let apart = |at: usize| tokens.at(at).gap > Gap::None || tokens.at(at).shape == Shape::Outside;
    let bracketed = tokens.before(at).is_mark(b'(') && next.is_mark(b')');
    bracketed && (at == 1 || apart(at - 1)) && apart(at + 2)
        || next.is_mark(b':') && tokens.is_glued(at + 1) && (at == 0 || token.gap > Gap::None)
}

/// Words in front of "one" where it speaks of a thing.
static WHICH: &[Key] = keys!("this that the other another new old second good right");

/// Whether letters stand against digits: "2to", "4for".
fn is_glued_to_digits(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).len() == 1
        && (tokens.is_glued(at) && tokens.before(at).is_digits()
            || tokens.is_glued(at + 1) && tokens.at(at + 1).is_digits())
}
