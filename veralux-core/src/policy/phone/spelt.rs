//! Numbers in words: "five", "fifty-five", "five hundred", "soixante-dix-sept", "fünf und zwanzig", "dört yüz on bir".

use super::beside::{self, Kind, Word};
use crate::policy::fold::LETTER;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Token, Tokens};

/// A number and the last token of its words.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number {
    pub(super) value: u32,
    pub(super) last: usize,
}

/// Words for the second ten.
static TEENS: &[Key] = keys!("toista belas");
/// Words for tens of Hindi, in which all numbers below a hundred have names of their own.
static WHOLE: &[Key] =
    keys!("bees tees chalis chaalis chaalees chalees pachas pachaas saath sattar assi nabbe navve");

/// The number word at a place.
pub(super) fn word(tokens: &Tokens<'_>, at: usize) -> Option<Word> {
    let token = tokens.at(at);
    if token.has(Senses::BESIDE)
        && tokens.any_has(Senses::LOCAL)
        && let Some(word) = beside::word(tokens, at)
    {
        return Some(word);
    }
    let kind = if token.has(Senses::DIGIT) {
        Kind::Digit
    } else if token.has(Senses::TENS) {
        Kind::Tens
    } else if token.has(Senses::POWER) {
        Kind::Power
    } else {
        return None;
    };
    Some(Word { kind, value: u32::from(token.lexeme.value), weak: token.has(Senses::WEAK) })
}

/// The number that begins with a word.
pub(super) fn number(tokens: &Tokens<'_>, at: usize, word: Word) -> Number {
    match word.kind {
        Kind::Digit => digit(tokens, at, word.value),
        Kind::Tens => {
            let tens = tens(tokens, at, word.value);
            match power(tokens, tens.last + 1) {
                Some(100) if tens.value < 100 => Number { value: tens.value * 100, last: tens.last + 1 },
                _ => tens,
            }
        }
        // "sto jedenáct"
        Kind::Power => add(tokens, Number { value: word.value, last: at }),
    }
}

/// "five hundred", "fünf und zwanzig", "kaksikymmentä viisi".
fn digit(tokens: &Tokens<'_>, at: usize, value: u32) -> Number {
    if let Some(ten) = times_ten(tokens, at, value) {
        return ten;
    }
    if let Some(power) = power(tokens, at + 1) {
        let number = Number { value: value * power, last: at + 1 };
        return if power == 100 { add(tokens, number) } else { number };
    }
    let eighty = quatre_vingt(tokens, at, value);
    eighty.or_else(|| german(tokens, at, value)).unwrap_or(Number { value, last: at })
}

/// "quatre-vingt-cinq"
fn quatre_vingt(tokens: &Tokens<'_>, at: usize, value: u32) -> Option<Number> {
    let vingt = joined(tokens, at + 1);
    let is_eighty = value == 4 && tokens.at(vingt).is_one(keys!("vingt vingts"));
    is_eighty.then(|| french(tokens, 80, vingt))
}

/// Ten or a hundred behind a number, as it is said of how many.
fn power(tokens: &Tokens<'_>, at: usize) -> Option<u32> {
    // "sto", "hundra" by themselves are numbers too.
    let token = tokens.at(at);
    if token.has(Senses::POWER) {
        return Some(u32::from(token.lexeme.value));
    }
    word(tokens, at).filter(|word| word.kind == Kind::Power).map(|word| word.value)
}

/// "kaksikymmentä viisi", "dua puluh lima", "dua belas".
fn times_ten(tokens: &Tokens<'_>, at: usize, value: u32) -> Option<Number> {
    let next = tokens.at(at + 1);
    if !is_ten(next) {
        return None;
    }
    if next.is_one(TEENS) {
        return Some(Number { value: value + 10, last: at + 1 });
    }
    let ten = Number { value: value * 10, last: at + 1 };
    let unit = unit(tokens, at + 2).filter(|_| !is_ten(tokens.at(at + 3)));
    Some(unit.map_or(ten, |unit| Number { value: ten.value + unit, last: at + 2 }))
}

/// Whether a word makes the number in front of it so many tens.
fn is_ten(token: &Token) -> bool {
    token.has(Senses::POWER) && token.lexeme.value == 10
}

/// Hundreds, and what is below a hundred behind them; a row of single digits is none.
fn add(tokens: &Tokens<'_>, hundreds: Number) -> Number {
    let next = hundreds.last + 1;
    let at = next + usize::from(tokens.at(next).has(Senses::AND));
    let Some(word) = word(tokens, at) else { return hundreds };
    let less = match word.kind {
        Kind::Tens if word.value < 100 => tens(tokens, at, word.value),
        Kind::Digit => {
            match times_ten(tokens, at, word.value).or_else(|| quatre_vingt(tokens, at, word.value)) {
                Some(tens) => tens,
                None if is_last(tokens, hundreds.last, at) => Number { value: word.value, last: at },
                None => return hundreds,
            }
        }
        _ => return hundreds,
    };
    Number { value: hundreds.value + less.value, last: less.last }
}

/// Whether a digit behind hundreds belongs to them: "sześćset dwa", not "six hundred two" or "seiscientos uno dos".
fn is_last(tokens: &Tokens<'_>, hundreds: usize, at: usize) -> bool {
    let english = tokens.at(hundreds).is_one(keys!("hundred"));
    !english && !tokens.at(at + 1).has(Senses::DIGIT) && unit(tokens, at).is_some()
}

/// "fifty", "fifty five", "treinta y cinco", "soixante douze", "novecientos doce".
fn tens(tokens: &Tokens<'_>, at: usize, value: u32) -> Number {
    let alone = Number { value, last: at };
    if value >= 100 {
        return add(tokens, alone);
    }
    // "on bir"
    if tokens.is(tokens.at(at), "on") {
        let unit = unit(tokens, at + 1);
        return unit.map_or(alone, |unit| Number { value: 10 + unit, last: at + 1 });
    }
    if value < 20 || !value.is_multiple_of(10) {
        return if value == 10 { french_teen(tokens, at) } else { alone };
    }
    if value == 60 && tokens.chars(tokens.at(at)).nth(2) == Some(b'i') {
        return french(tokens, 60, at);
    }
    if is_whole(tokens, at) {
        return alone;
    }
    let mut next = joined(tokens, at + 1);
    if tokens.at(next).has(Senses::AND) {
        next += 1;
    }
    // "cuarenta y 4"
    let digit = tokens.at(next);
    if digit.is_digits() && digit.len() == 1 && next > at + 1 {
        return Number { value: value + u32::from(digit.ch - b'0'), last: next };
    }
    unit(tokens, next).map_or(alone, |unit| Number { value: value + unit, last: next })
}

/// Whether what a word stands for takes no unit behind it.
fn is_whole(tokens: &Tokens<'_>, at: usize) -> bool {
    let first = || tokens.original(tokens.span(at, at)).chars().next();
    tokens.at(at).is_one(WHOLE)
        || tokens.at(at).ch == LETTER && first().is_some_and(|c| ('\u{900}'..'\u{980}').contains(&c))
}

/// A digit that is said with tens or hundreds in front of it.
fn unit(tokens: &Tokens<'_>, at: usize) -> Option<u32> {
    let word = word(tokens, at).filter(|word| word.kind == Kind::Digit && word.value > 0)?;
    (!word.weak || is_counting(tokens.at(at))).then_some(word.value)
}

/// "dix-sept", "dix-huit", "dix-neuf".
fn french_teen(tokens: &Tokens<'_>, at: usize) -> Number {
    let next = joined(tokens, at + 1);
    let unit = tokens.at(next);
    let is_dix = tokens.is(tokens.at(at), "dix");
    if is_dix && next == at + 2 && unit.has(Senses::DIGIT) {
        Number { value: 10 + u32::from(unit.lexeme.value), last: next }
    } else {
        Number { value: 10, last: at }
    }
}

/// Sixty or eighty, and what is added to it: 1 to 19.
fn french(tokens: &Tokens<'_>, base: u32, last: usize) -> Number {
    let mut next = joined(tokens, last + 1);
    if tokens.is(tokens.at(next), "et") {
        next = joined(tokens, next + 1);
    }
    let token = tokens.at(next);
    if token.has(Senses::TENS) && (10..=16).contains(&token.lexeme.value) {
        let teen = if token.lexeme.value == 10 {
            french_teen(tokens, next)
        } else {
            Number { value: u32::from(token.lexeme.value), last: next }
        };
        return Number { value: base + teen.value, last: teen.last };
    }
    if token.has(Senses::DIGIT) && token.lexeme.value > 0 {
        return Number { value: base + u32::from(token.lexeme.value), last: next };
    }
    Number { value: base, last }
}

/// "fünf und zwanzig", "vijf en twintig", "fem og tyve", glued or not.
fn german(tokens: &Tokens<'_>, at: usize, value: u32) -> Option<Number> {
    let tens = tokens.at(at + 2);
    let and = tokens.at(at + 1).is_one(keys!("und en og"));
    (and && tens.has(Senses::TENS))
        .then(|| Number { value: value + u32::from(tens.lexeme.value), last: at + 2 })
}

/// The token behind a hyphen, or the token itself.
fn joined(tokens: &Tokens<'_>, at: usize) -> usize {
    if tokens.at(at).is_mark(b'-') { at + 1 } else { at }
}

/// Whether an everyday word counts behind tens: "twenty one" yes, "twenty to" no.
fn is_counting(token: &Token) -> bool {
    token.is_one(keys!("one two un une um uma uno acht neuf sept due sei too"))
}
