//! Contact details that are given in pieces, over several messages of one sender in one thread.
//!
//! A number in pieces is recognised by its pieces: each message holds little but some digits. Addresses and handles are
//! looked for in the last short messages and the new one read as one text.

mod across;
mod around;
mod closing;
mod piece;
mod row;
mod weigh;

use serde::{Deserialize, Serialize};

use self::piece::Remembered;
use self::row::{is_row, spelt};
use super::gate::Announces;
use super::lexicon::Senses;
use super::phone::is_parcel;
use super::token::{Room, Tokens};
use super::{ByteSpan, Detector, Finding, Kind, Severity, allowed, gate, social};

/// Most pieces that are remembered; a number has at most fifteen digits.
const MAX_PIECES: usize = 15;
/// After so many messages without another piece they are forgotten.
const MAX_AGE: u8 = 6;
/// Most digits of a number that may as well be the end of a label's.
const SHORT: usize = 8;
/// Longest message in bytes that may be a part of an address, and how many are remembered.
const MAX_TAIL: usize = 120;
const MAX_TAILS: usize = 3;
/// Of how many messages the digits are remembered that somebody may say to read as a number.
const MAX_GIVEN: usize = 6;

/// Most bytes of the JSON of a state; more than one piece has there, and all but pieces and texts.
const MAX_STATE: usize = 2048;
const MOST_OF_PIECE: usize = 192;
const MOST_FRAME: usize = 128;

/// What is remembered of one sender's last messages in one thread; its JSON is at most 2 KiB.
///
/// It holds parts of messages: store it as you store messages. `Debug` shows none of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ThreadState {
    pieces: Vec<Remembered>,
    tails: Vec<String>,
    /// For how many messages more it counts that one spoke of a number, and of the number of a thing.
    announced: u8,
    #[serde(skip_serializing_if = "is_none")]
    labelled: u8,
    /// All digits of the last messages, each time with those of one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    given: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_none(messages: &u8) -> bool {
    *messages == 0
}

impl std::fmt::Debug for ThreadState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ThreadState({} pieces, {} messages)", self.pieces.len(), self.tails.len())
    }
}

impl ThreadState {
    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

pub(super) fn scan(detector: &Detector, state: &mut ThreadState, text: &str) -> Vec<Finding> {
    let mut found = detector.scan(text);
    state.grow_older();
    if state.tails.last().is_some_and(|tail| ends_code(tail, text)) {
        found.clear();
    }
    let mut across = Vec::new();
    let alone = !found.iter().any(|finding| finding.severity == Severity::Identifier);
    if alone {
        across.extend(state.add_piece(text));
        if across.is_empty() {
            across = across::find(detector, &state.tails, text);
        }
        if across.is_empty() {
            across.extend(state.handle(text));
        }
    } else if found.iter().any(|finding| finding.kind == Kind::Phone) {
        state.pieces.clear();
        state.given.clear();
    }
    state.remember(text, alone && across.is_empty());
    state.shorten();
    if !across.is_empty() {
        detector.normalise(&mut across);
        if !detector.allowed.is_empty() {
            allowed::admit(detector, &mut across, text, 0);
        }
        found.append(&mut across);
        super::resolve(&mut found);
    }
    found
}

impl ThreadState {
    /// Another message came, whatever it holds.
    fn grow_older(&mut self) {
        self.pieces.iter_mut().for_each(|piece| piece.age = piece.age.saturating_add(1));
        if self.pieces.last().is_some_and(|piece| piece.age > MAX_AGE) {
            self.pieces.clear();
        }
    }

    /// Forgets what is oldest until the JSON fits. Few states come near: each control character has six bytes there, and each
    /// piece the names of what is said of it.
    fn shorten(&mut self) {
        let bytes = |texts: &[String]| texts.iter().flat_map(|text| text.bytes()).map(escaped).sum::<usize>();
        let most = |state: &Self| {
            MOST_FRAME + MOST_OF_PIECE * state.pieces.len() + bytes(&state.tails) + bytes(&state.given)
        };
        let fits = |state: &Self| {
            most(state) <= MAX_STATE || serde_json::to_string(state).is_ok_and(|json| json.len() <= MAX_STATE)
        };
        while !fits(self) {
            if bytes(&self.tails) > MAX_STATE / 2 || self.pieces.is_empty() {
                if self.tails.is_empty() {
                    *self = Self::default();
                    return;
                }
                self.tails.remove(0);
            } else {
                self.pieces.remove(0);
            }
        }
    }

    /// Adds the digits of a message that holds little else; answers with the number that they complete.
    fn add_piece(&mut self, text: &str) -> Option<Finding> {
        if text.len() > 4 * MAX_TAIL {
            self.given.clear();
            return None;
        }
        if !gate::may_hold_piece(text) || self.in_code(text) {
            let found = self.no_piece(text);
            self.give(None);
            return found;
        }
        let (mut room, mut more) = (Room::new(), Room::new());
        let tokens = Tokens::new(text, &mut room);
        let joined = tokens.joined(&mut more);
        let tokens = joined.as_ref().unwrap_or(&tokens);
        let written = tokens.from(0).iter().any(|token| token.is_digits());
        if let Some(found) = if written { None } else { self.called(tokens) } {
            return Some(found);
        }
        let rows = piece::rows(tokens);
        self.give(piece::digits(&rows));
        let Some((mut piece, span)) = Remembered::of(tokens, rows) else {
            return self.no_piece(text);
        };
        piece.cue |= self.announced > 0;
        if piece.cue {
            self.announced = self.announced.max(MAX_AGE);
        }
        self.pieces.push(piece);
        if self.pieces.len() > MAX_PIECES {
            self.pieces.remove(0);
        }
        self.labelled = self.labelled.saturating_sub(1);
        let value = self.number().or_else(|| {
            closing::span(tokens)?;
            weigh::put_together(&self.pieces)
        });
        if value.is_some() {
            self.given.clear();
        }
        value.map(|value| found(span, value))
    }

    /// Remembers the digits of one more message; one without any makes those before it older.
    fn give(&mut self, digits: Option<String>) {
        self.given.push(digits.unwrap_or_default());
        if self.given.len() > MAX_GIVEN {
            self.given.remove(0);
        }
        if self.given.iter().all(String::is_empty) {
            self.given.clear();
        }
    }

    /// Whether a message goes on with a parcel's code that one of the last began: "it says 1Z 44R", "8W0 03", "7719 2208".
    fn in_code(&self, text: &str) -> bool {
        let Some(first) = self.tails.iter().position(|tail| tail.contains("1Z")) else { return false };
        let tails = self.tails.get(first..).unwrap_or_default();
        let begun = tails.first().and_then(|tail| tail.split_once("1Z")).map_or("", |(_, rest)| rest);
        let rest = || tails.iter().skip(1).map(String::as_str).chain([begun, text]);
        // "0151", "496 0123": a number begins directly behind the code.
        let behind = tails.get(1).map_or(text, String::as_str);
        let length = rest().map(code_length).sum::<usize>() + 2;
        // "1Z 71K" has digits, and a whole number ends no code that it does not check.
        let whole = text.bytes().filter(u8::is_ascii_digit).count() > SHORT;
        let checked = || {
            let parts = tails.iter().skip(1).map(String::as_str);
            is_checked(["1Z", begun].into_iter().chain(parts).chain([text]))
        };
        // Then a number begins, and only its check digit makes it the end of a code.
        let begins = behind.starts_with('0') || whole || !begun.bytes().any(|byte| byte.is_ascii_digit());
        rest().all(is_code) && length <= UPS_CODE && (!begins || length == UPS_CODE && checked())
    }

    /// A message that adds no digits may speak of some to come, or say what those before it are.
    fn no_piece(&mut self, text: &str) -> Option<Finding> {
        (self.announced, self.labelled) = match gate::announces_number(text) {
            Announces::Number => (MAX_AGE, 0),
            Announces::Label => (0, MAX_AGE),
            Announces::Nothing => (self.announced.saturating_sub(1), self.labelled.saturating_sub(1)),
        };
        if self.pieces.len().max(self.given.len()) < 2 || text.len() > MAX_TAIL {
            return None;
        }
        let mut room = Room::new();
        let tokens = Tokens::new(text, &mut room);
        let together = || Some((closing::span(&tokens)?, weigh::put_together(&self.pieces)?));
        let Some((span, value)) = together() else { return self.called(&tokens) };
        self.pieces.clear();
        self.given.clear();
        Some(found(span, value))
    }

    /// The number that the digits of the last messages are, whatever they seemed to be, when this one says so.
    fn called(&mut self, tokens: &Tokens<'_>) -> Option<Finding> {
        let value = weigh::gathered(&self.given)?;
        let span = closing::names(tokens)?;
        self.pieces.clear();
        self.given.clear();
        Some(found(span, value))
    }

    /// The number that the last pieces are; some may be the amounts and times of the talk in between.
    fn number(&self) -> Option<String> {
        if weigh::is_sum(&self.pieces) {
            return None;
        }
        // What opens a door is none, whatever stands beside it.
        let pieces = weigh::unlabelled(&self.pieces);
        if self.pieces.last().is_none_or(|piece| piece.meaning == piece::Meaning::Kept) {
            return None;
        }
        let of = |is: fn(&Remembered) -> bool| -> Vec<&Remembered> {
            let newest = pieces.last().filter(|piece| is(piece));
            newest.map_or_else(Vec::new, |_| pieces.iter().copied().filter(|piece| is(piece)).collect())
        };
        // Each holds the next one; most threads have no doubtful pieces, and all are the same.
        let sets =
            [of(|_| true), of(Remembered::is_sure), of(Remembered::is_likely), of(Remembered::is_bare)];
        let mut all = Vec::from(sets);
        all.dedup_by_key(|pieces| pieces.len());
        // Of equals the first.
        let found = all.iter().rev().filter_map(|pieces| weigh::longest(pieces));
        let best = found.max_by_key(|(evidence, _)| *evidence);
        let best = best.or_else(|| weigh::longest(&of(|piece| piece.disguised)));
        let best = best.or_else(|| weigh::without_others(&pieces));
        // "its refusing my order number", "its 555", "then 0132"
        let labelled = |value: &str| self.labelled > 0 || weigh::goes_on(&self.pieces, value.len());
        best.map(|(_, value)| value).filter(|value| value.len() > SHORT || !labelled(value))
    }

    /// A handle by itself, when the last messages spoke of a platform.
    fn handle(&self, text: &str) -> Option<Finding> {
        if text.len() > MAX_TAIL {
            return None;
        }
        let mut room = Room::new();
        let tokens = Tokens::new(text, &mut room);
        // Most messages are no name, whatever the last ones spoke of.
        if !is_row(text.trim()) && social::alone(&tokens, true).is_none() {
            return None;
        }
        if self.tails.iter().any(|tail| gate::names_platform(tail)) {
            let named = || self.tails.iter().any(|tail| gate::announces_name(tail));
            if let Some(found) = self.tails.last().and_then(|row| spelt(row, text)).filter(|_| named()) {
                return Some(found);
            }
            let asked = self.tails.iter().any(|tail| gate::names_platform(tail) && gate::asks_to_look(tail));
            return social::alone(&tokens, asked);
        }
        // "it's a gmail", "patty.pools"
        let provider = self.tails.iter().find_map(|tail| gate::provider(tail))?.to_ascii_lowercase();
        let found = social::alone(&tokens, false)?;
        let value = format!("{}@{provider}", found.value);
        Some(Finding { kind: Kind::Email, value, rule: "email.pieces", ..found })
    }

    fn remember(&mut self, text: &str, open: bool) {
        if !open {
            self.tails.clear();
        }
        if !open || text.len() > MAX_TAIL || text.trim().is_empty() {
            return;
        }
        // "j", "o", "b" are one.
        if let Some(row) = self.tails.last_mut().filter(|row| is_row(row) && is_row(text.trim())) {
            row.push(' ');
            row.push_str(text.trim());
            if row.len() > MAX_TAIL {
                self.tails.clear();
            }
            return;
        }
        self.tails.push(text.trim().to_owned());
        if self.tails.len() > MAX_TAILS {
            self.tails.remove(0);
        }
    }
}

/// How many bytes a byte of a text has in JSON.
fn escaped(byte: u8) -> usize {
    match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' => 2,
        0..0x20 => 6,
        _ => 1,
    }
}

fn found(span: ByteSpan, value: String) -> Finding {
    Finding {
        kind: Kind::Phone,
        span,
        value,
        rule: "phone.pieces",
        score: 80,
        severity: Severity::Identifier,
    }
}

/// Whether a message is the rest of a parcel's code that the last one began: "1Z 999 AA1", "01 2345 6784". Such a code
/// has eighteen letters and digits, of which the last checks the others; where it does not, it needs its label, "parcel 1Z 884".
fn ends_code(tail: &str, text: &str) -> bool {
    let Some((label, begun)) = tail.find("1Z").and_then(|at| tail.split_at_checked(at)) else { return false };
    let labelled = || Tokens::new(label, &mut Room::new()).any_has(Senses::THING);
    begun.len() <= MAX_CODE
        && is_code(begun)
        && is_code(text)
        && code_length(begun) + code_length(text) == UPS_CODE
        && (is_checked([begun, text].into_iter()) || labelled())
}

/// Whether parts make a parcel's code with its check digit.
fn is_checked<'a>(parts: impl Iterator<Item = &'a str>) -> bool {
    let kept = |byte: &u8| byte.is_ascii_alphanumeric();
    is_parcel(parts.flat_map(str::bytes).filter(kept).map(|byte| byte.to_ascii_lowercase()))
}

fn is_code(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b' ')
}

fn code_length(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_alphanumeric).count()
}

/// Letters and digits of a code of United Parcel Service, and most bytes of one with its spaces.
const UPS_CODE: usize = 18;
const MAX_CODE: usize = 32;

#[cfg(test)]
mod tests;
