//! Contact details that are given in pieces, over several messages of one sender in one thread.
//!
//! A number in pieces is recognised by its pieces: each message holds little but some digits. Addresses and handles are
//! looked for in the last short messages and the new one read as one text.

use serde::{Deserialize, Serialize};

use super::lexicon::{Senses, words};
use super::phone::{self, Piece};
use super::token::{Room, Tokens};
use super::{ByteSpan, Detector, Finding, Kind, Severity, gate, social};

/// Most pieces that are remembered; a number has at most fifteen digits.
const MAX_PIECES: usize = 15;
/// After so many messages without another piece they are forgotten.
const MAX_AGE: u8 = 6;
/// Longest message in bytes that may be a part of an address, and how many are remembered.
const MAX_TAIL: usize = 120;
const MAX_TAILS: usize = 3;

/// What is remembered of one sender's last messages in one thread; its JSON is at most 2 KiB.
///
/// It holds parts of messages: store it as you store messages. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThreadState {
    pieces: Vec<Remembered>,
    tails: Vec<String>,
    /// For how many messages more it counts that one spoke of a number.
    announced: u8,
}

/// Digits of one message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Remembered {
    digits: String,
    /// How little else the message held, 1 to 3.
    strength: u8,
    /// Whether the message spoke of calling, or of parts.
    cue: bool,
    /// Whether the digits were written as words or in other clothes.
    disguised: bool,
    /// Whether a `+` stood in front.
    #[serde(default)]
    plus: bool,
    /// How many messages came since.
    age: u8,
}

impl std::fmt::Debug for ThreadState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ThreadState({} pieces, {} messages)", self.pieces.len(), self.tails.len())
    }
}

impl ThreadState {
    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty() && self.tails.is_empty()
    }
}

pub(super) fn scan(detector: &Detector, state: &mut ThreadState, text: &str) -> Vec<Finding> {
    let mut found = detector.scan(text);
    let mut across = Vec::new();
    let alone = !found.iter().any(|finding| finding.severity == Severity::Identifier);
    if alone {
        across.extend(state.add_piece(text));
        if across.is_empty() {
            across = state.address(detector, text);
        }
        if across.is_empty() {
            across.extend(state.handle(text));
        }
    } else if found.iter().any(|finding| finding.kind == Kind::Phone) {
        state.pieces.clear();
    }
    state.remember(text, alone && across.is_empty());
    if !across.is_empty() {
        across.retain(|finding| !detector.allows(finding));
        found.append(&mut across);
        super::resolve(&mut found);
    }
    found
}

impl ThreadState {
    /// Adds the digits of a message that holds little else; answers with the number that they complete.
    fn add_piece(&mut self, text: &str) -> Option<Finding> {
        self.pieces.iter_mut().for_each(|piece| piece.age = piece.age.saturating_add(1));
        if self.pieces.last().is_some_and(|piece| piece.age > MAX_AGE) {
            self.pieces.clear();
        }
        if text.len() > 4 * MAX_TAIL {
            return None;
        }
        if !gate::may_hold_piece(text) {
            let mentions = gate::announces_number(text);
            self.announced = if mentions { MAX_AGE } else { self.announced.saturating_sub(1) };
            return None;
        }
        let (mut room, mut more) = (Room::default(), Room::default());
        let tokens = Tokens::new(text, &mut room);
        let joined = tokens.joined(&mut more);
        let tokens = joined.as_ref().unwrap_or(&tokens);
        let Some((mut piece, span)) = piece_of(tokens) else {
            self.announced =
                if gate::announces_number(text) { MAX_AGE } else { self.announced.saturating_sub(1) };
            return None;
        };
        piece.cue |= self.announced > 0;
        if piece.cue {
            self.announced = self.announced.max(MAX_AGE);
        }
        // A piece that is an enumeration of its own begins anew.
        self.pieces.push(piece);
        if self.pieces.len() > MAX_PIECES {
            self.pieces.remove(0);
        }
        let value = self.number()?;
        Some(Finding {
            kind: Kind::Phone,
            span,
            value,
            rule: "phone.pieces",
            score: 80,
            severity: Severity::Identifier,
        })
    }

    /// The number that the last pieces are, the longest that is one.
    fn number(&self) -> Option<String> {
        let sure: Vec<Remembered> =
            self.pieces.iter().filter(|piece| piece.strength == 3 || piece.cue).cloned().collect();
        longest(&self.pieces).or_else(|| longest(&sure))
    }

    /// Addresses and handles that begin in an earlier message and end in this one.
    fn address(&self, detector: &Detector, text: &str) -> Vec<Finding> {
        if text.len() > MAX_TAIL || self.tails.is_empty() {
            return Vec::new();
        }
        for first in (0..self.tails.len()).rev() {
            let earlier = self.tails.get(first..).unwrap_or_default();
            // What stands glued on its own may go on glued.
            let token = |text: &str| !text.contains(char::is_whitespace);
            let glued = token(text) && earlier.iter().all(|tail| token(tail));
            for between in if glued { [" ", ""].as_slice() } else { &[" "] } {
                let mut whole = earlier.join(between);
                whole.push_str(between);
                let border = whole.len();
                whole.push_str(text);
                let findings =
                    detector.scan(&whole).into_iter().filter_map(|finding| across(finding, border));
                let findings: Vec<Finding> = findings.collect();
                if !findings.is_empty() {
                    return findings;
                }
            }
        }
        Vec::new()
    }

    /// A handle by itself, when the last messages spoke of a platform.
    fn handle(&self, text: &str) -> Option<Finding> {
        let spoken = self.tails.iter().any(|tail| gate::names_platform(tail));
        if text.len() > MAX_TAIL || !spoken {
            return None;
        }
        social::alone(&Tokens::new(text, &mut Room::default()))
    }

    fn remember(&mut self, text: &str, open: bool) {
        if !open {
            self.tails.clear();
        }
        if !open || text.len() > MAX_TAIL || text.trim().is_empty() {
            return;
        }
        self.tails.push(text.trim().to_owned());
        if self.tails.len() > MAX_TAILS {
            self.tails.remove(0);
        }
    }
}

/// The longest row of pieces up to the last that is a number.
fn longest(pieces: &[Remembered]) -> Option<String> {
    (0..pieces.len().saturating_sub(1)).find_map(|first| {
        let pieces = pieces.get(first..)?;
        let value: String = pieces.iter().map(|piece| piece.digits.as_str()).collect();
        is_number(pieces, &value).then_some(value)
    })
}

/// The part of a finding behind the border, when it begins in front of it.
fn across(finding: Finding, border: usize) -> Option<Finding> {
    let crosses = finding.span.start < border && finding.span.end > border;
    // Numbers are put together by their pieces, but for those that the last message says how to gather.
    let gathered = finding.kind != Kind::Phone || finding.rule == "phone.scattered";
    let fits = crosses && gathered && finding.severity == Severity::Identifier;
    fits.then(|| Finding {
        span: ByteSpan { start: 0, end: finding.span.end - border },
        rule: match finding.kind {
            Kind::Email => "email.pieces",
            Kind::Url => "url.pieces",
            Kind::Phone => "phone.pieces",
            Kind::Social => "social.pieces",
        },
        ..finding
    })
}

/// The digits of a message, when it holds one row of them and little else.
fn piece_of(tokens: &Tokens<'_>) -> Option<(Remembered, ByteSpan)> {
    let pieces: Vec<Piece> =
        phone::pieces(tokens).filter(|piece| piece.weak < piece.atoms || piece.atoms > 2).collect();
    // "in two goes, 61755": a small number word far from the digits is prose.
    let long = pieces.iter().any(|piece| !piece.disguised && piece.digits.len() >= 4);
    let pieces: Vec<Piece> =
        pieces.into_iter().filter(|piece| !(long && piece.disguised && piece.atoms == 1)).collect();
    let (first, last) = (pieces.first()?, pieces.last()?);
    let covered = |at: usize| pieces.iter().any(|piece| (piece.first..=piece.last).contains(&at));
    let (mut others, mut cue) = (0, false);
    for at in (0..tokens.len()).filter(|at| !covered(*at)) {
        let token = tokens.at(at);
        if !token.is_word() {
            others += usize::from(token.is_digits());
            continue;
        }
        // "last bit 0132", not "last oil change at 112500".
        let near = (first.first.saturating_sub(3)..last.last + 4).contains(&at);
        cue |= token.has(Senses::CALL)
            || (token.has(Senses::AWAY)
                && !token
                    .is_one(const { &words(["off", "cash", "around", "skip", "leave", "leaving", "cut"]) }))
            || (near && token.has(Senses::PART))
            || token.is_one(const { &words(["number", "digits", "numero"]) });
        let quiet =
            token.has(Senses::PART.or(Senses::FILLER).or(Senses::LINK).or(Senses::CALL)) || token.len() == 1;
        others += usize::from(!quiet);
    }
    let digits: String = pieces.iter().map(|piece| piece.digits.as_str()).collect();
    let strength = match others {
        0 => 3,
        1..=3 => 2,
        4..=8 if cue => 2,
        4..=6 => 1,
        7..=14 if cue => 1,
        _ => return None,
    };
    // Several rows with words between them are no piece, unless the message says so.
    if pieces.len() > 1 && !(cue || others == 0) || digits.is_empty() || digits.len() > 10 {
        return None;
    }
    // A year is a year.
    let year = digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    if year && others > 0 || pieces.iter().any(|piece| piece.sums) {
        return None;
    }
    // "can you do 415?" asks for a time or a price.
    if tokens.at(last.last + 1).is_mark(b'?') && tokens.is_glued(last.last + 1) {
        return None;
    }
    let plus = pieces.iter().any(|piece| piece.plus);
    cue |= plus;
    let disguised = pieces.iter().any(|piece| piece.disguised);
    Some((Remembered { digits, strength, cue, disguised, plus, age: 0 }, tokens.span(first.first, last.last)))
}

/// Whether digits in pieces are a number.
fn is_number(pieces: &[Remembered], value: &str) -> bool {
    let sizes: Vec<u8> =
        pieces.iter().map(|piece| u8::try_from(piece.digits.len()).unwrap_or(u8::MAX)).collect();
    let disguised = pieces.iter().filter(|piece| piece.disguised).count();
    let cues = pieces.iter().filter(|piece| piece.cue).count();
    // Who says that it comes in parts may cut it anywhere.
    let shape = phone::shape_points(&sizes, value.len()).max(if cues > 1 { 0 } else { i32::MIN });
    let plus = pieces.first().is_some_and(|piece| piece.plus);
    let strong = pieces.iter().filter(|piece| piece.strength == 3).count();
    let weakest = pieces.iter().map(|piece| piece.strength).min().unwrap_or_default();
    let gaps: u8 = pieces
        .windows(2)
        .map(|pair| match pair {
            [one, other] => one.age.saturating_sub(other.age).saturating_sub(1),
            _ => 0,
        })
        .sum();
    let closed = pieces.last().is_some_and(|piece| piece.cue) || disguised == pieces.len();
    let evidence = shape
        + 10 * i32::try_from(cues.min(3)).unwrap_or(3)
        + 6 * i32::try_from(strong.min(4)).unwrap_or(4)
        + 6 * i32::try_from(disguised.min(3)).unwrap_or(3)
        + if plus { 24 } else { 0 }
        - 2 * i32::from(gaps)
        + if weakest == 1 { -10 } else { 0 };
    match value.len() {
        10 | 11 => evidence >= 26,
        12 | 13 => evidence >= if plus || value.starts_with('0') { 26 } else { 40 },
        7..=9 => evidence >= 34 && cues > 0 && closed,
        _ => false,
    }
}
