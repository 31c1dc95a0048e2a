//! Parts of numbers and dates as they are said, and how they follow each other.

use std::ops::Range;

use super::between::{self, Join, is_aside};
use super::turn::Turns;
use super::words::{ENGLISH, HOMOPHONES, MONTHS, ORDINAL_ENDS, ORDINAL_TAILS, ORDINALS, THIRTIETH, WHILES};
use crate::policy::lexicon::{Senses, keys};
use crate::policy::phone;
use crate::policy::token::{Token, Tokens};

/// What a part says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Digits.
    Number,
    /// "fourth".
    Ordinal,
    /// A month, by its number.
    Month,
}

/// "forty-one", "double five", "4111", "fourth", "March".
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) first: usize,
    /// The last token, included.
    pub(super) last: usize,
    pub(super) says: Says,
    /// Where its digits stand among those of all.
    digits: Range<usize>,
    /// What stands between it and the one in front of it.
    pub(super) join: Join,
    pub(super) turn: usize,
    /// Whether it is an everyday word by itself.
    pub(super) weak: bool,
    /// Whether it is written in digits.
    pub(super) written: bool,
    /// Whether letters or more digits stand directly in front of it, or behind it.
    pub(super) glued: [bool; 2],
}

/// All parts of a call.
pub(super) struct Pieces {
    list: Vec<Piece>,
    digits: String,
}

impl Pieces {
    pub(super) fn new(tokens: &Tokens<'_>, turns: &Turns) -> Self {
        let mut all = Self { list: Vec::new(), digits: String::new() };
        let (mut at, mut join) = (0, Join::Apart);
        while at < tokens.len() {
            if let Some(said) = turns.behind_label(at).filter(|said| *said > at) {
                (at, join) = (said, Join::Apart);
                continue;
            }
            let Some(last) = all.read(tokens, turns, at, join) else {
                (at, join) = (at + 1, Join::Apart);
                continue;
            };
            let next = between::next(tokens, turns, last, |at| begins(tokens, at));
            (at, join) = next.unwrap_or((last + 1, Join::Apart));
        }
        all
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn at(&self, index: usize) -> Option<&Piece> {
        self.list.get(index)
    }

    /// The piece behind the last of the row that one is in.
    pub(super) fn end_of_row(&self, from: usize) -> usize {
        let next = self.list.iter().skip(from + 1).position(|piece| piece.join >= Join::Words);
        next.map_or(self.list.len(), |length| from + 1 + length)
    }

    /// The digits of one; of an ordinal and a month, its number.
    pub(super) fn digits(&self, piece: &Piece) -> &str {
        self.digits.get(piece.digits.clone()).unwrap_or_default()
    }

    /// The number of one, if it is a small one.
    pub(super) fn number(&self, piece: &Piece) -> Option<u32> {
        self.digits(piece).parse().ok()
    }

    /// Whether one is the first that follows on something else, but for everyday words.
    pub(super) fn begins(&self, index: usize) -> bool {
        let glued = self.at(index).is_none_or(|piece| piece.glued[0]);
        !glued && self.follows_edge(index)
    }

    fn follows_edge(&self, index: usize) -> bool {
        let edge = |at: usize| self.at(at).is_none_or(|piece| piece.join != Join::Tight);
        let weak = |at: usize| self.at(at).is_some_and(|piece| piece.weak);
        edge(index) || (index.saturating_sub(2)..index).rev().take_while(|at| weak(*at)).any(edge)
    }

    /// Whether one is the last before something else.
    pub(super) fn ends(&self, index: usize) -> bool {
        let glued = self.at(index).is_none_or(|piece| piece.glued[1]);
        !glued && self.at(index + 1).is_none_or(|piece| piece.join != Join::Tight || piece.weak)
    }

    /// Reads the part that begins with a token; answers with its last token.
    fn read(&mut self, tokens: &Tokens<'_>, turns: &Turns, first: usize, join: Join) -> Option<usize> {
        let from = self.digits.len();
        let (last, says) = read(tokens, first, &mut self.digits)?;
        let token = tokens.at(first);
        let (before, behind) = (tokens.before(first), tokens.at(last + 1));
        self.list.push(Piece {
            first,
            last,
            says,
            digits: from..self.digits.len(),
            join,
            turn: turns.of(first),
            weak: says == Says::Number && last == first && token.has(Senses::WEAK),
            written: token.is_digits(),
            glued: [
                tokens.is_glued(first)
                    && (before.is_word() || before.is_digits() || before.is_any_mark(b"-.")),
                tokens.is_glued(last + 1) && (behind.is_word() || behind.is_digits()),
            ],
        });
        Some(last)
    }
}

/// Whether a part begins with a token.
fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    read(tokens, at, &mut String::new()).is_some()
}

/// Appends the digits of the part that begins with a token; answers with its last token and what it says.
fn read(tokens: &Tokens<'_>, at: usize, digits: &mut String) -> Option<(usize, Says)> {
    let token = tokens.at(at);
    if let Some(month) = MONTHS.iter().position(|names| token.is_one(names)).filter(|_| token.is_word()) {
        digits.push_str(&(month + 1).to_string());
        return Some((at, Says::Month));
    }
    if let Some((last, day)) = ordinal(tokens, at) {
        digits.push_str(&day.to_string());
        return Some((last, Says::Ordinal));
    }
    let last = number(tokens, at, digits)?;
    Some((last, Says::Number))
}

/// "fourth", "twenty-first", "4th".
fn ordinal(tokens: &Tokens<'_>, at: usize) -> Option<(usize, usize)> {
    let token = tokens.at(at);
    if let Some(day) = tokens.number(token) {
        let ends = tokens.is_glued(at + 1) && tokens.at(at + 1).is_one(ORDINAL_ENDS);
        let day = usize::try_from(day).ok().filter(|day| (1..=31).contains(day));
        return day.filter(|_| ends).map(|day| (at + 1, day));
    }
    let named = |token: &Token| ORDINALS.iter().position(|names| token.is_one(names)).map(|place| place + 1);
    if token.is_one(THIRTIETH) {
        return Some((at, 30));
    }
    // "one second"
    let lasts = token.is_in(&WHILES) && tokens.before(at).is_one(keys!("a one per this every just another"));
    if let Some(day) = named(token).filter(|_| !lasts) {
        return Some((at, day));
    }
    let tens = usize::from(token.lexeme.value);
    // "vier|ten"
    let tailed = tokens.is_glued(at + 1) && tokens.at(at + 1).is_one(ORDINAL_TAILS);
    if tailed && token.has(Senses::DIGIT.or(Senses::TENS)) && (1..=31).contains(&tens) {
        return Some((at + 1, tens));
    }
    if !token.has(Senses::TENS) || tens != 20 && tens != 30 {
        return None;
    }
    let next = at + 1 + usize::from(tokens.at(at + 1).is_mark(b'-'));
    named(tokens.at(next)).filter(|day| *day < 10).map(|day| (next, tens + day))
}

/// Digits, in words or written.
fn number(tokens: &Tokens<'_>, at: usize, digits: &mut String) -> Option<usize> {
    let token = tokens.at(at);
    if is_aside(tokens, at) || token.has(Senses::WEAK) && !is_among(tokens, at) {
        return None;
    }
    let from = digits.len();
    // "mil novecientos", "mille neuf cent"
    let thousand = token.is_one(keys!("mil mille"))
        && phone::said(tokens, at + 1, digits).is_some_and(|_| digits.len() == from + 3);
    digits.truncate(from);
    let last = phone::said(tokens, at + usize::from(thousand), digits)?;
    let mut add = |more: usize| {
        let value = digits.get(from..).and_then(|value| value.parse::<usize>().ok()).unwrap_or_default();
        digits.truncate(from);
        digits.push_str(&(value + more).to_string());
    };
    if thousand {
        add(1000);
    } else if !token.is_digits()
        && tokens.at(last).lexeme.value >= 100
        && tokens.at(last + 1).has(Senses::AND)
    {
        // "five thousand and three"
        let mut behind = String::new();
        let end =
            phone::said(tokens, last + 2, &mut behind).filter(|_| !tokens.at(last + 2).has(Senses::WEAK));
        if let (Some(end), Ok(less @ 1..100)) = (end, behind.parse()) {
            add(less);
            return Some(end);
        }
    }
    Some(last)
}

/// Whether an everyday word stands beside a number that it may belong to: "oh four", not "um four".
fn is_among(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    let beside = |at: usize| {
        let other = tokens.at(at);
        let number = other.has(Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES)) || other.is_digits();
        number && (token.is_in(&HOMOPHONES) || !other.is_digits() && !other.is_in(&ENGLISH))
    };
    let skip = |at: usize| tokens.at(at).is_any_mark(b",.-");
    let before = at.wrapping_sub(1);
    beside(at + 1 + usize::from(skip(at + 1))) || beside(before.wrapping_sub(usize::from(skip(before))))
}
