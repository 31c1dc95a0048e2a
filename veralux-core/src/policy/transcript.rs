//! Call transcripts before they are stored: what names or reaches a person is replaced by what it was.
//!
//! Beside the contact details of the detector these are payment cards (ISO/IEC 7812-1, check digit by Luhn), US social
//! security numbers, dates of birth and IBANs (ISO 13616-1, check digits by modulo 97), in digits or spoken.
//!
//! Lines and speakers are told apart (`turn`); what is said as digits, ordinals and months is read into pieces (`piece`), and those follow
//! each other in rows as long as only pauses, fillers, corrections and what others say meanwhile (`between`) stand between them. Each
//! kind then looks at the rows, in the ways in which they may be meant (`reading`), and at what was asked for before (`asked`); what was
//! found is found again where it is read back (`echo`).

mod asked;
mod between;
mod birth;
mod card;
mod echo;
mod iban;
mod piece;
mod reading;
mod shown;
mod ssn;
#[cfg(test)]
mod tests;
mod turn;
mod words;

use std::cell::Cell;
use std::ops::Range;

use super::token::{Room, Tokens};
use super::{ByteSpan, Detector, Kind, Severity, phone};
use asked::{Cues, Topic};
use between::Join;
use echo::Known;
use piece::Pieces;
use reading::{Reading, Way};
use shown::{Shown, Spans};
use turn::Turns;

/// What was found in a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personal {
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A handle.
    Social,
    /// The number of a payment card.
    Card,
    /// A US social security number.
    Ssn,
    /// A date of birth.
    BirthDate,
    /// An international bank account number.
    Iban,
}

impl Personal {
    /// What stands in its place.
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Phone => "[PHONE_REDACTED]",
            Self::Email => "[EMAIL_REDACTED]",
            Self::Social => "[SOCIAL_REDACTED]",
            Self::Card => "[CREDIT_CARD_REDACTED]",
            Self::Ssn => "[SSN_REDACTED]",
            Self::BirthDate => "[DATE_REDACTED]",
            Self::Iban => "[IBAN_REDACTED]",
        }
    }
}

impl Detector {
    /// A transcript without what names or reaches a person, and what that was, in the order of the text. Links stay:
    /// they are said of businesses. What is said over several turns is replaced in each of them.
    ///
    /// ```
    /// use veralux_core::policy::{Detector, Personal};
    /// let said = "my card is 4111 1111 1111 1111, born on 03/14/1985";
    /// let (shown, found) = Detector::new().redact_transcript(said);
    /// assert_eq!(shown, "my card is [CREDIT_CARD_REDACTED], born on [DATE_REDACTED]");
    /// assert_eq!(found, [Personal::Card, Personal::BirthDate]);
    /// ```
    pub fn redact_transcript(&self, text: &str) -> (String, Vec<Personal>) {
        let mut found = found(self, text);
        let mut shown = Shown::new(text, &found);
        for _ in 0..MAX_ROUNDS {
            let before = found.len();
            for (span, what) in self::found(self, &shown.text).into_values() {
                for original in shown.originals(span) {
                    shown::add(&mut found, original, what);
                }
            }
            if found.len() == before {
                break;
            }
            shown = Shown::new(text, &found);
        }
        (shown.text, found.into_values().map(|(_, what)| what).collect())
    }
}

/// Taking something out can lay bare something else; only text that was made for it needs so many rounds.
const MAX_ROUNDS: usize = 8;

/// What names or reaches a person.
fn found(detector: &Detector, text: &str) -> Spans {
    let mut room = Room::new();
    let tokens = Tokens::new(text, &mut room);
    let call = Call::new(&tokens);
    let mut spans = Spans::new();
    for (span, what) in call.ibans().into_iter().chain(call.numbers()) {
        shown::add(&mut spans, span, what);
    }
    let contacts = detector.scan(text).into_iter().filter(|finding| finding.severity == Severity::Identifier);
    for finding in contacts {
        match finding.kind {
            Kind::Phone => shown::add(&mut spans, finding.span, Personal::Phone),
            Kind::Email => shown::add(&mut spans, finding.span, Personal::Email),
            Kind::Social => shown::add(&mut spans, finding.span, Personal::Social),
            Kind::Url => {}
        }
    }
    spans
}

/// Pieces that say something, from the first to the last.
struct Found {
    first: usize,
    last: usize,
    what: Personal,
}

/// A transcript as the finders read it.
struct Call<'t> {
    tokens: &'t Tokens<'t>,
    turns: Turns,
    pieces: Pieces,
    cues: Cues,
    /// How many pieces were read, each as often as it was.
    read: Cell<usize>,
}

impl<'t> Call<'t> {
    fn new(tokens: &'t Tokens<'t>) -> Self {
        let turns = Turns::new(tokens);
        let pieces = Pieces::new(tokens, &turns);
        Self { tokens, turns, pieces, cues: Cues::new(tokens), read: Cell::new(0) }
    }

    fn ibans(&self) -> Vec<(ByteSpan, Personal)> {
        let (mut spans, mut at) = (Vec::new(), 0);
        while at < self.tokens.len() {
            let parts = iban::find(self, at);
            at = parts.last().map_or(at, |(_, last)| *last) + 1;
            self.each_turn(parts, |span| spans.push((span, Personal::Iban)));
        }
        spans
    }

    /// Cards, social security numbers and dates of birth, and what of these is read back.
    fn numbers(&self) -> Vec<(ByteSpan, Personal)> {
        let mut rows = Vec::new();
        let mut from = 0;
        while from < self.pieces.len() {
            let row = from..self.pieces.end_of_row(from);
            from = row.end;
            rows.push(row);
        }
        let (mut found, mut known) = (Vec::new(), Known::default());
        for row in &rows {
            card::find(self, row, &mut found);
            ssn::find(self, row, &mut found);
            birth::find(self, row, &mut found);
        }
        for found in &found {
            known.add(self, found);
        }
        for row in &rows {
            known.find(self, row, &mut found);
        }

        let mut spans = Vec::new();
        for Found { first, last, what } in found {
            let tokens = (first..=last).filter_map(|at| self.pieces.at(at));
            let tokens = tokens.map(|piece| (piece.first, piece.last));
            self.each_turn(tokens, |span| spans.push((span, what)));
        }
        spans
    }

    /// The spans of parts, first and last token of each, in each turn by themselves.
    fn each_turn(&self, parts: impl IntoIterator<Item = (usize, usize)>, mut each: impl FnMut(ByteSpan)) {
        let mut parts = parts.into_iter().peekable();
        while let Some((first, mut last)) = parts.next() {
            let turn = self.turns.of(first);
            while let Some((_, next)) = parts.next_if(|(next, _)| self.turns.of(*next) == turn) {
                last = next;
            }
            each(self.tokens.span(first, last));
        }
    }

    fn read(&self, way: Way, first: usize, each: impl FnMut(&Reading<'_>)) {
        let read = way.read((&self.pieces, &self.turns), first, each);
        self.read.set(self.read.get() + read);
    }

    /// Whether something is spoken of so many tokens in front of a piece.
    fn is_named(&self, topic: Topic, piece: usize, within: usize) -> bool {
        self.pieces.at(piece).is_some_and(|piece| self.cues.before(topic, piece.first, within).is_some())
    }

    /// Whether the words in front of a piece name a thing.
    fn is_thing(&self, piece: usize) -> bool {
        self.pieces.at(piece).is_some_and(|piece| phone::names_thing(self.tokens, piece.first))
    }

    /// Whether a number that begins with a piece may be meant in other ways than it is said: where a row begins, or a turn.
    fn may_be_meant_otherwise(&self, piece: usize, row: &Range<usize>) -> bool {
        let turned = |at: usize| {
            self.pieces.at(at).is_some_and(|piece| matches!(piece.join, Join::Turn | Join::Words))
        };
        let weak = |at: usize| self.pieces.at(at).is_some_and(|piece| piece.weak);
        turned(piece) || piece == row.start || piece == row.start + 1 && weak(row.start)
    }

    /// Whether nothing stands between pieces but spaces and hyphens.
    fn is_tight(&self, first: usize, last: usize) -> bool {
        (first + 1..=last).all(|at| self.pieces.at(at).is_some_and(|piece| piece.join == Join::Tight))
    }

    /// Where somebody began who then took it back and began again with a piece.
    fn restarted(&self, piece: usize, from: usize) -> usize {
        let join = |at: usize| self.pieces.at(at).map_or(Join::Apart, |piece| piece.join);
        if piece <= from || join(piece) != Join::Correction {
            return piece;
        }
        let said = (from..piece).rev().take(reading::MAX_DIGITS);
        let mut first = piece;
        for at in said {
            first = at;
            if join(at) >= Join::Turn {
                break;
            }
        }
        first
    }
}
