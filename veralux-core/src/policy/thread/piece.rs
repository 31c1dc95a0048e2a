//! The digits that a message holds beside little else.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::around::{Around, PEOPLE, Place, divides, is_quiet, is_told, speaks_of_number, speaks_of_part};
use crate::policy::ByteSpan;
use crate::policy::fold::{LETTER, MONEY};
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::phone::{self, Piece};
use crate::policy::token::{Token, Tokens};

/// Most digits that one message gives of a number in pieces.
const MAX_DIGITS: usize = 10;
/// The same of one that somebody may say to read as one, with spaces between groups.
const MOST_GIVEN: usize = 20;

/// Digits of one message.
#[expect(clippy::struct_excessive_bools, reason = "each is stored by its name")]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// The digits, with a space between groups.
    pub(super) digits: String,
    /// How little else the message held, 1 to 3.
    pub(super) strength: u8,
    /// Whether the message spoke of calling, or of parts.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) cue: bool,
    /// Whether it did so beside the digits.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) told: bool,
    /// Whether the digits were written as words or in other clothes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) disguised: bool,
    /// Whether a `+` stood in front.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) plus: bool,
    /// What the digits seem to be.
    #[serde(default, skip_serializing_if = "Meaning::is_open")]
    pub(super) meaning: Meaning,
    /// Where in the number the message said that they belong.
    #[serde(default, skip_serializing_if = "Place::is_anywhere")]
    pub(super) place: Place,
    /// How many messages came since.
    pub(super) age: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What digits seem to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Meaning {
    /// Nothing is said of them.
    #[default]
    Open,
    /// They stood beside a word that names what they are an amount of: "labour 555".
    Named,
    /// They stood beside a word for something that is opened or known by its digits: "gate first: 0719".
    Kept,
    /// A price.
    Price,
}

impl Meaning {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    const fn is_open(&self) -> bool {
        matches!(self, Self::Open)
    }

    /// Whether a word names what the digits are of.
    pub(super) const fn is_named(self) -> bool {
        matches!(self, Self::Named | Self::Kept)
    }
}

impl Remembered {
    /// The digits of a message, when it holds one row of them and little else, and where they stand.
    pub(super) fn of(tokens: &Tokens<'_>, mut rows: Vec<Piece>) -> Option<(Self, ByteSpan)> {
        // "£962 for the three jobs"
        let counts = rows.iter().all(|row| row.disguised && row.digits <= 2);
        if let Some(named) = Self::named(tokens).filter(|_| counts) {
            return Some(named);
        }
        let digits: SmallVec<[(usize, usize); 4]> = rows.iter().map(|row| (row.first, row.last)).collect();
        rows = belonging(tokens, rows);
        let (first, last) = (rows.first()?.first, rows.last()?.last);
        let covered = |at: usize| digits.iter().any(|(first, last)| (*first..=*last).contains(&at));
        let around = Around::of(tokens, first, last, covered);
        let ends = (last + 1..tokens.len()).all(|at| !tokens.at(at).is_word() && !tokens.at(at).is_digits());
        let means = if is_price(tokens, first) { Meaning::Price } else { meaning(tokens, first, last) };
        let strength = around.strength((ends || first == 0) && means.is_open())?;
        let digits = rows.iter().map(|row| row.groups.as_str()).collect::<Vec<_>>().join(" ");
        let plus = rows.iter().any(|row| row.plus);
        let piece = Self {
            strength,
            cue: around.cue || plus,
            told: around.told,
            disguised: rows.iter().any(|row| row.disguised),
            plus,
            meaning: means,
            place: around.place(),
            age: 0,
            digits,
        };
        // Several rows with words between them are no piece, unless the message says so.
        if rows.len() > 1 && !(around.cue || around.near + around.far == 0) || piece.len() > MAX_DIGITS {
            return None;
        }
        // "the lobby 0126, reset it to 0000"
        let kept = |at: usize| tokens.at(at).is_digits() && meaning(tokens, at, at) == Meaning::Kept;
        if !around.told && (0..tokens.len()).any(|at| !covered(at) && kept(at)) {
            return None;
        }
        // "87 or 83"
        if rows.len() > 1 && (first..last).any(|at| tokens.at(at).is_one(OR)) {
            return None;
        }
        // A year is a year.
        let year = piece.len() == 4
            && !piece.digits.contains(' ')
            && (piece.digits.starts_with("19") || piece.digits.starts_with("20"));
        if year && around.near + around.far > 0 || rows.iter().any(|row| row.sums) {
            return None;
        }
        // "415 is too late for us"
        let hour = |at: usize| tokens.at(at).is_one(keys!("late early soon"));
        if rows.len() == 1 && tokens.is(tokens.at(last + 2), "too") && hour(last + 3) {
            return None;
        }
        // "can you do 415?" asks for a time or a price.
        if tokens.at(last + 1).is_mark(b'?') && tokens.is_glued(last + 1) {
            return None;
        }
        Some((piece, tokens.span(first, last)))
    }

    /// The digits of the one price of a message, or of the one thing in it that has a number.
    fn named(tokens: &Tokens<'_>) -> Option<(Self, ByteSpan)> {
        let mut all = (0..tokens.len()).filter(|at| tokens.at(*at).is_digits());
        let at = all.next()?;
        // "£4.18", "71,40 de pièces"
        let cents = tokens.at(at + 1).is_any_mark(b".,") && (at + 1..at + 3).all(|at| tokens.is_glued(at));
        let last = if cents && tokens.at(at + 2).len() == 2 { all.next()? } else { at };
        if all.next().is_some() {
            return None;
        }
        // "the code for our area is 425"
        let code = || (0..at).any(|at| tokens.is(tokens.at(at), "code"));
        // Not "floor area 425".
        // "code for here is 01632"
        let zero = tokens.at(at).ch == b'0' && !(0..at).any(|at| tokens.at(at).has(Senses::SPOT));
        let told = |at: usize| match tokens.at(at) {
            token if token.is_one(keys!("here local std dialling dialing")) => zero && code(),
            token => token.is_one(phone::AREA) && (!tokens.is(token, "area") || code()),
        };
        let area = (0..at).any(told);
        let meaning = match (area, is_price(tokens, at) && last == at) {
            (true, _) => Meaning::Open,
            (_, true) => Meaning::Price,
            _ => Meaning::Kept,
        };
        let named = meaning == Meaning::Price || last > at || phone::names_thing(tokens, at);
        let digits: String = (at..=last).flat_map(|at| tokens.chars(tokens.at(at))).map(char::from).collect();
        let digits = digits.replace(['.', ','], " ");
        if !named || !(2..=6).contains(&digits.len()) {
            return None;
        }
        let around = Around::of(tokens, at, last, |covered| (at..=last).contains(&covered));
        let piece = Self {
            digits,
            strength: around.strength(false)?,
            cue: around.cue,
            told: around.told,
            disguised: false,
            plus: false,
            meaning,
            place: around.place(),
            age: 0,
        };
        Some((piece, tokens.span(at, last)))
    }

    /// Whether there is no doubt that it belongs to a number.
    pub(super) fn is_sure(&self) -> bool {
        self.strength == 3 || self.cue
    }

    /// Whether it is sure, and neither an amount nor a lone digit of prose: "see you at 4".
    pub(super) fn is_likely(&self) -> bool {
        self.is_sure() && !self.meaning.is_named() && (self.len() > 1 || self.strength == 3)
    }

    /// Whether the message held nothing else that counts.
    pub(super) fn is_bare(&self) -> bool {
        self.strength == 3 && !self.meaning.is_named()
    }

    /// Whether it may be an amount or a time of the talk in between.
    pub(super) fn is_doubtful(&self) -> bool {
        !self.told && self.strength < 3
    }

    pub(super) fn len(&self) -> usize {
        self.digits.bytes().filter(u8::is_ascii_digit).count()
    }

    /// The sizes of its groups.
    pub(super) fn groups(&self) -> impl Iterator<Item = u8> + '_ {
        self.digits.split(' ').map(|group| u8::try_from(group.len()).unwrap_or(u8::MAX))
    }
}

/// All digits of a message, by its rows.
pub(super) fn digits(rows: &[Piece]) -> Option<String> {
    let digits = rows.iter().map(|row| row.groups.as_str()).collect::<Vec<_>>().join(" ");
    (1..=MOST_GIVEN).contains(&digits.len()).then_some(digits)
}

/// The rows of digits that may belong to a number.
pub(super) fn rows(tokens: &Tokens<'_>) -> Vec<Piece> {
    let mut rows: Vec<Piece> = phone::pieces(tokens, enumerator(tokens))
        .filter(|row| row.weak < row.atoms || row.atoms > 2)
        .collect();
    let most = rows.iter().map(|row| row.digits).max().unwrap_or_default();
    let plain = rows.iter().any(|row| !row.disguised && row.digits >= 2);
    rows.retain(|row| {
        // "h1t me", "gr8": a digit in a word.
        let inner = row.digits == 1
            && row.first == row.last
            && (tokens.is_glued(row.first) && tokens.before(row.first).is_word()
                || tokens.is_glued(row.last + 1) && tokens.at(row.last + 1).is_word());
        // "view at 6, he's (256)": the hour of something.
        let hour = row.digits == 1 && row.atoms == 1 && tokens.before(row.first).is_one(AT);
        // "in two goes, 61755": a small number word far from the digits is prose; so is "O is zero".
        let prose = row.disguised && (plain && row.atoms == 1 || most >= 3 && row.digits <= 2);
        !((inner || prose || hour) && row.digits < most)
    });
    rows
}

/// The rows that belong to a number, where a message tells a part of one and speaks of other amounts too: "dial 612 and the
/// repair is 85 with parts".
fn belonging(tokens: &Tokens<'_>, rows: Vec<Piece>) -> Vec<Piece> {
    let told: SmallVec<[bool; 4]> = rows.iter().map(|row| is_told(tokens, row.first, row.last)).collect();
    let some = told.contains(&true);
    // A clock shows "14 30".
    let clock = |row: &Piece| {
        tokens.before(row.first).is_one(HOURS)
            && row.groups.split(' ').all(|group| group.len() <= 2)
            && !row.groups.starts_with('0')
    };
    let hours = rows.iter().filter(|row| clock(row)).count();
    if !some && (hours == 0 || hours == rows.len()) {
        return rows;
    }
    let first = told.iter().position(|told| *told).unwrap_or_default();
    let anchor = rows.get(first).map_or((0, 0), |row| (row.first, row.last));
    let apart = |row: &Piece| {
        let between = if row.first > anchor.1 { anchor.1 + 1..row.first } else { row.last + 1..anchor.0 };
        between.into_iter().any(|at| divides(tokens, at))
    };
    let other = |row: &Piece| {
        let loud = |at: &usize| tokens.at(*at).is_word() && !is_quiet(tokens.at(*at));
        let front = (0..row.first).rev().take_while(|at| !divides(tokens, *at)).filter(loud).count();
        let behind = (row.last + 1..tokens.len()).take_while(|at| !divides(tokens, *at)).filter(loud).count();
        apart(row) && front + behind > 1
    };
    let keeps = |row: &Piece, told: bool| {
        let open = || meaning(tokens, row.first, row.last).is_open() && !other(row);
        told || !clock(row) && (!some || open())
    };
    rows.into_iter().zip(told).filter(|(row, told)| keeps(row, *told)).map(|(row, _)| row).collect()
}

/// The token behind what counts the messages: "1. 415", "#2 555", "3rd: 0165", "2/3 555".
fn enumerator(tokens: &Tokens<'_>) -> usize {
    let hash = usize::from(tokens.at(0).is_mark(b'#'));
    let single = |at: usize| tokens.at(at).is_digits() && tokens.at(at).len() == 1;
    let ordinal = tokens.is_glued(hash + 1) && tokens.at(hash + 1).is_one(keys!("st nd rd th er e o a"));
    let mark = hash + 1 + usize::from(ordinal);
    let marks = usize::from(tokens.at(mark).is_any_mark(b".):/"));
    let total = marks > 0 && tokens.is_glued(mark + 1) && single(mark + 1);
    let next = mark + marks + usize::from(total);
    let counts = single(hash) && hash + marks == 1;
    if counts && !tokens.is_glued(next) && next < tokens.len() { next } else { 0 }
}

fn is_price(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.before(at).is_any_mark(&[b'$', MONEY])
}

/// What the words beside digits say of them: "labour is 555", "40 g", "12 small".
fn meaning(tokens: &Tokens<'_>, first: usize, last: usize) -> Meaning {
    let spot = Senses::THING.or(Senses::SPOT);
    let names = |token: &Token| {
        let thing = spot.or(Senses::UNIT).or(Senses::MONEY);
        token.is_word()
            && (token.has(thing) && !speaks_of_part(token)
                || token.len() >= 3
                    && token.ch != LETTER
                    && !is_quiet(token)
                    && !speaks_of_number(token)
                    && !token.is_one(GREETINGS)
                    // "com" is Portuguese for "with".
                    && !token.has(Senses::STOP.or(Senses::DIGIT).or(Senses::AND).or(Senses::MAIN)))
    };
    let mut front = first;
    for _ in 0..3 {
        let token = tokens.before(front);
        if !(token.is_any_mark(b":=-(") || token.has(Senses::LINK)) {
            break;
        }
        front -= 1;
    }
    // "alcove one 415"
    let numbered = tokens.before(front).has(Senses::DIGIT) && front > 1 && names(tokens.at(front - 2));
    front -= usize::from(numbered);
    // "3rd: 0165"
    if (1..=enumerator(tokens)).contains(&front) {
        return Meaning::Open;
    }
    let article = tokens.at(last + 1).is_one(ARTICLES);
    // "area code 415"
    let code = tokens.is(tokens.before(front), "code") && front >= 2 && speaks_of_part(tokens.at(front - 2));
    let code = code || phone::tells_to_join(tokens, front.wrapping_sub(1));
    // "my husband: 415", "the driver is 971 555"
    let person = tokens.before(first).is_mark(b':') && tokens.before(front).is_one(PEOPLE)
        || front < first && tokens.before(front).has(Senses::PERSON);
    // "415 for the small", "132 for the first room"
    let of = tokens.at(last + 1).is_one(keys!("for on"));
    let which = |at: &usize| tokens.at(*at).is_one(ARTICLES) || tokens.at(*at).is_one(SIZES);
    let each = of
        && ((last + 2..last + 4).any(|at| tokens.at(at).is_one(SIZES))
            && (last + 2..last + 4).all(|at| tokens.at(at).has(Senses::STOP))
            || (last + 2..last + 5).find(|at| !which(at)).is_some_and(|at| names(tokens.at(at))));
    // "gate first: 0719"
    let kept = tokens.before(front - usize::from(tokens.before(front).has(Senses::PART)));
    if (kept.has(spot) || tokens.is(kept, "id") && tokens.at(first).ch != b'0')
        && !speaks_of_part(kept)
        && !speaks_of_number(kept)
        && !code
        && !person
    {
        return Meaning::Kept;
    }
    // "change to the 555", which is a bus or a road
    let the = tokens.is(tokens.before(first), "the") && !is_told(tokens, first, last);
    let named = each
        || the
        || tokens.before(first).is_one(STOPS)
        || names(tokens.before(front)) && !code && !person
        || names(tokens.at(last + 1 + usize::from(article)));
    if named { Meaning::Named } else { Meaning::Open }
}

/// Words for where a bus stops.
static STOPS: &[Key] = keys!("stop halt haltestelle parada fermata arret przystanek halte");
/// Words between an amount and what it is of.
static ARTICLES: &[Key] = keys!(
    "the of for in on el los las un una con por para le les der die das den dem fur mit avec pour il lo \
     gli os as com de het een voor za na med"
);
/// What ends a message.
static GREETINGS: &[Key] = keys!(
    "xxx xoxo cheers ciao beijinhos beijo beijos bjs besos besitos abrazo abrazos abraco abracos saludos bises \
     bisous baci bacioni saluti gruss grusse lg mfg groetjes groeten kus kusjes pozdrawiam buziaki hilsen kram"
);
static AT: &[Key] = keys!("at um las alle ore om kl klo");
/// Words in front of an hour, which may have minutes: "verso le 14 e 30".
static HOURS: &[Key] = keys!("at um las alle le as ore om kl klo");
static OR: &[Key] = keys!("or oder lub albo eller nebo vagy sau veya или");

/// Words for what is priced by its size or number.
static SIZES: &[Key] = keys!(
    "small big large medium little both all two three four whole first second each pair lot set one other \
     next full half"
);
