//! What may be read as digits: rows of digits, number words, letters that look like digits.

use super::fuzzy;
use super::letters::{is_leet, is_like_digits, is_vanity, key_of, looks_like};
use crate::policy::lexicon::{Senses, words};
use crate::policy::token::{Gap, Token, Tokens};

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
        if token.is_digits() {
            let script = tokens.folded.is_disguised(token.start());
            let looks = if script { Looks::Script } else { Looks::Plain };
            return Some(Self { first: at, last: at, digits: token.len(), looks, value: 0, times: 1 });
        }
        if !token.is_word() {
            return None;
        }
        if token.has(Senses::TIMES) {
            return Self::repeated(tokens, at);
        }
        if token.has(Senses::DIGIT.or(Senses::TENS)) && !is_glued_to_digits(tokens, at) {
            return Some(Self::spelt(tokens, at));
        }
        is_leet(tokens, at).then(|| Self::letters(token, at, Looks::Leet))
    }

    /// A misspelt number word in front of two others: "nien oen six".
    pub(super) fn read_ahead(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        let word = |at: usize| {
            let token = tokens.at(at);
            token.has(Senses::DIGIT) && !token.has(Senses::WEAK) || misspelt(tokens, at).is_some()
        };
        if !tokens.at(at).is_word() || !tokens.at(at).lexeme.senses.is_empty() {
            return None;
        }
        // What follows is sooner looked at.
        (word(at + 1) && word(at + 2)).then(|| misspelt(tokens, at)).flatten()
    }

    /// What is digits only behind another atom: a misspelt number word, letters that look like digits where others did.
    pub(super) fn read_beside(tokens: &Tokens<'_>, at: usize, disguised: bool) -> Option<Self> {
        let token = tokens.at(at);
        if is_vanity(tokens, at) {
            return Some(Self::letters(token, at, Looks::Keypad));
        }
        // "lol" is none.
        let like = token.len() == 2
            || (3..=4).contains(&token.len()) && (!token.has(Senses::STOP) || tokens.is_upper(token.start()));
        // "5L8 LAST BIT"
        let like = like && !token.has(Senses::PART);
        if disguised && token.is_word() && like && is_like_digits(tokens, token) {
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
        let said = self.is_word() && self.value == 0 && self.times == 2;
        said || tokens.folded.is(start, start + 2, "00") && tokens.folded.at(start + 2) != b'0'
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
            value.extend(tokens.chars(tokens.at(self.first)).map(key_of));
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
        let next = if tokens.at(at + 1).is_mark(b'-') { at + 2 } else { at + 1 };
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

    /// "five", "fifty-five", "five hundred", "soixante-dix-sept", "fünf und zwanzig".
    fn spelt(tokens: &Tokens<'_>, at: usize) -> Self {
        let token = tokens.at(at);
        let looks = if token.has(Senses::WEAK) { Looks::Weak } else { Looks::Word };
        let mut sum = u32::from(token.lexeme.value);
        let mut last = at;
        if token.has(Senses::DIGIT) {
            if tokens.is(tokens.at(at + 1), "x")
                && let Some(times @ 2..=4) = tokens.number(tokens.at(at + 2))
            {
                let times = u8::try_from(times).unwrap_or(1);
                return Self {
                    first: at,
                    last: at + 2,
                    digits: usize::from(times),
                    looks: Looks::Word,
                    value: sum,
                    times,
                };
            }
            if let Some(value) = plural(tokens, at + 1, sum) {
                let times = u8::try_from(sum).unwrap_or(1);
                let digits = usize::from(times);
                return Self { first: at, last: at + 1, digits, looks: Looks::Word, value, times };
            }
            if let Some((next, power)) = power(tokens, at + 1) {
                (sum, last) = (sum * power, next);
                if power == 100
                    && let Some((next, more)) = below_hundred(tokens, next + 1)
                {
                    (sum, last) = (sum + more, next);
                }
            } else if token.lexeme.value == 4 && is_vingt(tokens, joined(tokens, at + 1)) {
                let vingt = joined(tokens, at + 1);
                (sum, last) = french(tokens, 80, vingt);
            } else if let Some((next, tens)) = german(tokens, at) {
                (sum, last) = (sum + tens, next);
            }
        } else {
            (sum, last) = tens(tokens, at);
            if let Some((next, 100)) = power(tokens, last + 1).filter(|_| sum < 100) {
                (sum, last) = (sum * 100, next);
            }
        }
        let digits = match sum {
            0..=9 => 1,
            10..=99 => 2,
            100..=999 => 3,
            1000..=9999 => 4,
            _ => 5,
        };
        let looks = if last > at { Looks::Word } else { looks };
        Self { first: at, last, digits, looks, value: sum, times: 1 }
    }
}

fn misspelt(tokens: &Tokens<'_>, at: usize) -> Option<Atom> {
    let token = tokens.at(at);
    if !token.is_word() || !fuzzy::may_be(token) {
        return None;
    }
    let value = fuzzy::digit(tokens.chars(token))?;
    Some(Atom { first: at, last: at, digits: 1, looks: Looks::Fuzzy, value, times: 1 })
}

/// Whether a word is the Portuguese article in front of a number in Portuguese: "o nove um dois".
pub(super) fn is_article(tokens: &Tokens<'_>, at: usize) -> bool {
    let english = const {
        &words(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "zero", "oh"])
    };
    let next = tokens.at(at + 1);
    tokens.is(tokens.at(at), "o")
        && next.gap == Gap::Space
        && next.has(Senses::DIGIT)
        && !next.has(Senses::WEAK)
        && !next.is_one(english)
}

/// The token behind a hyphen, or the token itself.
fn joined(tokens: &Tokens<'_>, at: usize) -> usize {
    if tokens.at(at).is_mark(b'-') { at + 1 } else { at }
}

fn power(tokens: &Tokens<'_>, at: usize) -> Option<(usize, u32)> {
    let token = tokens.at(at);
    (token.is_word() && token.has(Senses::POWER)).then(|| (at, u32::from(token.lexeme.value)))
}

/// "fives", of which there are several.
fn plural(tokens: &Tokens<'_>, at: usize, several: u32) -> Option<u32> {
    let token = tokens.at(at);
    if !token.has(Senses::DIGIT) || !(2..=4).contains(&several) {
        return None;
    }
    let plurals =
        ["zeros", "zeroes", "ones", "twos", "threes", "fours", "fives", "sixes", "sevens", "eights", "nines"];
    (token.gap == Gap::Space && plurals.iter().any(|word| tokens.is(token, word)))
        .then_some(u32::from(token.lexeme.value))
}

fn below_hundred(tokens: &Tokens<'_>, at: usize) -> Option<(usize, u32)> {
    let at = if tokens.at(at).has(Senses::AND) { at + 1 } else { at };
    tokens.at(at).has(Senses::TENS).then(|| {
        let (sum, last) = tens(tokens, at);
        (last, sum)
    })
}

/// "fifty", "fifty five", "treinta y cinco", "soixante douze".
fn tens(tokens: &Tokens<'_>, at: usize) -> (u32, usize) {
    let value = u32::from(tokens.at(at).lexeme.value);
    if (100..1000).contains(&value) {
        // "novecientos doce"
        let next = tokens.at(at + 1);
        if next.has(Senses::TENS) && next.lexeme.value < 100 && next.gap != Gap::Line {
            let (more, last) = tens(tokens, at + 1);
            return (value + more, last);
        }
    }
    if value < 20 || value % 10 != 0 {
        return if value == 10 { french_teen(tokens, at) } else { (value, at) };
    }
    if value == 60 && tokens.at(at).ch == b's' && tokens.chars(tokens.at(at)).nth(2) == Some(b'i') {
        return french(tokens, 60, at);
    }
    let mut next = joined(tokens, at + 1);
    if tokens.at(next).has(Senses::AND) && !tokens.at(next).has(Senses::DIGIT) {
        next += 1;
    }
    let unit = tokens.at(next);
    // "cuarenta y 4"
    if unit.is_digits() && unit.len() == 1 && next > at + 1 && unit.ch != b'0' {
        return (value + u32::from(unit.ch - b'0'), next);
    }
    if unit.has(Senses::DIGIT) && unit.lexeme.value > 0 && is_counting(unit) && unit.gap != Gap::Line {
        return (value + u32::from(unit.lexeme.value), next);
    }
    (value, at)
}

/// "dix-sept", "dix-huit", "dix-neuf".
fn french_teen(tokens: &Tokens<'_>, at: usize) -> (u32, usize) {
    let next = joined(tokens, at + 1);
    let unit = tokens.at(next);
    let is_dix = tokens.is(tokens.at(at), "dix");
    let fits = is_dix && next == at + 2 && unit.has(Senses::DIGIT) && (7..=9).contains(&unit.lexeme.value);
    if fits { (10 + u32::from(unit.lexeme.value), next) } else { (10, at) }
}

/// Sixty or eighty, and what is added to it: 1 to 19.
fn french(tokens: &Tokens<'_>, base: u32, last: usize) -> (u32, usize) {
    let mut next = joined(tokens, last + 1);
    if tokens.is(tokens.at(next), "et") {
        next = joined(tokens, next + 1);
    }
    let token = tokens.at(next);
    if token.has(Senses::TENS) && (10..=16).contains(&token.lexeme.value) {
        let (teen, last) = if token.lexeme.value == 10 {
            french_teen(tokens, next)
        } else {
            (u32::from(token.lexeme.value), next)
        };
        return (base + teen, last);
    }
    if token.has(Senses::DIGIT) && token.lexeme.value > 0 && token.gap != Gap::Line {
        return (base + u32::from(token.lexeme.value), next);
    }
    (base, last)
}

fn is_vingt(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    token.has(Senses::TENS)
        && token.lexeme.value == 20
        && token.ch == b'v'
        && token.len() <= 6
        && !tokens.is(token, "veinte")
        && !tokens.is(token, "vinte")
}

/// "fünf und zwanzig", "vijf en twintig", glued or not.
fn german(tokens: &Tokens<'_>, at: usize) -> Option<(usize, u32)> {
    let tens = tokens.at(at + 2);
    let and = tokens.at(at + 1).is_one(const { &words(["und", "en"]) });
    let fits = and && tens.has(Senses::TENS);
    fits.then(|| (at + 2, u32::from(tens.lexeme.value)))
}

/// Whether a digit word counts behind tens: "twenty one" yes, "twenty to" no.
fn is_counting(token: &Token) -> bool {
    !token.has(Senses::WEAK)
        || token.is_one(
            const {
                &words([
                    "one", "two", "un", "une", "um", "uma", "uno", "acht", "neuf", "sept", "due", "sei",
                    "too",
                ])
            },
        )
}

/// Whether letters stand against digits: "2to", "4for".
fn is_glued_to_digits(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).len() == 1
        && (tokens.is_glued(at) && tokens.before(at).is_digits()
            || tokens.is_glued(at + 1) && tokens.at(at + 1).is_digits())
}
