//! What was asked for or named before a number, or is named behind it.

use super::words::{AWAY, BIRTH, CARD, IS_MINE, NOT_BIRTH, NOT_SECURITY, NOT_SOCIAL, SOCIAL};
use crate::policy::lexicon::{Senses, keys};
use crate::policy::token::{Gap, Tokens};

/// What is spoken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Topic {
    Card,
    /// The social security number.
    Social,
    /// Its last four digits.
    Tail,
    Birth,
    /// A day on which something is to happen.
    Away,
}

/// How far from each other "last four" and "social" stand, in tokens.
const TAIL: usize = 10;

/// Where what is spoken of, in order.
pub(super) struct Cues(Vec<(usize, Topic)>);

impl Cues {
    pub(super) fn new(tokens: &Tokens<'_>) -> Self {
        let mut cues = Vec::new();
        for at in 0..tokens.len() {
            if let Some(topic) = topic(tokens, at) {
                cues.push((at, topic));
                let around = at.saturating_sub(TAIL)..at + TAIL;
                if topic == Topic::Social && around.clone().any(|at| is_last_four(tokens, at)) {
                    cues.push((at, Topic::Tail));
                }
            }
        }
        Self(cues)
    }

    /// The last place in front of a token, so many tokens away at most, where something is spoken of.
    pub(super) fn before(&self, topic: Topic, token: usize, within: usize) -> Option<usize> {
        let end = self.0.partition_point(|(at, _)| *at < token);
        let near = self.0.get(..end).unwrap_or_default().iter().rev();
        let mut near = near.take_while(|(at, _)| at + within >= token);
        near.find(|(_, other)| *other == topic).map(|(at, _)| *at)
    }

    /// The same behind a token.
    pub(super) fn behind(&self, topic: Topic, token: usize, within: usize) -> Option<usize> {
        let from = self.0.partition_point(|(at, _)| *at <= token);
        let near = self.0.get(from..).unwrap_or_default().iter();
        let mut near = near.take_while(|(at, _)| *at <= token + within);
        near.find(|(_, other)| *other == topic).map(|(at, _)| *at)
    }
}

/// "… is my date of birth": how many tokens behind the date the word stands.
pub(super) fn is_named_behind(tokens: &Tokens<'_>, last: usize, cue: usize) -> bool {
    (last + 1..cue).all(|at| {
        let token = tokens.at(at);
        token.gap != Gap::Line && (token.is_in(&IS_MINE) || token.is_any_mark(b",'"))
    })
}

fn topic(tokens: &Tokens<'_>, at: usize) -> Option<Topic> {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if !token.is_word() {
        return None;
    }
    if is_social(tokens, at) {
        return Some(Topic::Social);
    }
    if token.is_in(&BIRTH) && !next.is_in(&NOT_BIRTH)
        || is_spelt(tokens, at, b"dob")
        || is_bday(tokens, at)
        || is_ne_le(tokens, at)
    {
        return Some(Topic::Birth);
    }
    if token.is_in(&CARD) {
        return Some(Topic::Card);
    }
    token.is_in(&AWAY).then_some(Topic::Away)
}

fn is_social(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.is_in(&SOCIAL) || is_spelt(tokens, at, b"ssn") || is_spelt(tokens, at, b"itin") {
        return true;
    }
    let office = next.is_one(keys!("security")) && tokens.at(at + 2).is_in(&NOT_SECURITY);
    let something_else = office || next.is_in(&NOT_SOCIAL) || tokens.before(at).is_one(keys!("a"));
    token.is_one(keys!("social")) && !something_else
}

/// "né le 3 mai", not "je ne le sais pas"
fn is_ne_le(tokens: &Tokens<'_>, at: usize) -> bool {
    let day = tokens.at(at + 2);
    let dated = day.is_digits() || day.has(Senses::DIGIT.or(Senses::TENS)) || day.is_one(keys!("premier"));
    tokens.is(tokens.at(at), "ne") && tokens.is(tokens.at(at + 1), "le") && dated
}

/// "b-day"
fn is_bday(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is(tokens.at(at), "b") && tokens.at(at + 1).is_mark(b'-') && tokens.is(tokens.at(at + 2), "day")
}

/// Letters by themselves: "s s n", "D.O.B."
fn is_spelt(tokens: &Tokens<'_>, at: usize, letters: &[u8]) -> bool {
    let mut at = at;
    letters.iter().enumerate().all(|(nth, letter)| {
        let dotted = nth > 0 && tokens.at(at).is_mark(b'.');
        at += usize::from(dotted);
        let token = tokens.at(at);
        at += 1;
        token.is_word() && token.len() == 1 && token.ch == *letter && (nth == 0 || token.gap != Gap::Line)
    })
}

/// "last four", "last 4", "ending in".
fn is_last_four(tokens: &Tokens<'_>, at: usize) -> bool {
    let next = tokens.at(at + 1);
    if tokens.at(at).is_one(keys!("ending ends")) {
        return next.is_one(keys!("in with"));
    }
    tokens.at(at).is_one(keys!("last final"))
        && (next.is_one(keys!("four")) || tokens.number(next) == Some(4))
}
