//! Numbers told part by part with talk between the parts: "starts with 206, in the middle you have 555 like in the movies, and
//! the last four are 0181".

use smallvec::SmallVec;

use super::context::{Says, before, calls};
use super::piece::Piece;
use super::scattered::LIKE;
use super::{pieces, shape};
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Token, Tokens};

/// Words for the first digits of a number, and for the last ones.
pub(in crate::policy) static EARLY: Set = Set::of(keys!(
    "first starts start begins begin beginning front area prefix empieza empiezo primero primeros comeca \
     comecando inizia commence debut begint vorwahl anfang prefijo prefisso indicatif prefixo lada erste \
     ersten primi premiers primeiros eerste pierwsze zaczyna poczatek prvni zacina ilk basi depannya \
     depan ddd borjar forsta forste starter alkaa alku kezdodik incepe primele shuru pehle начинается начало \
     первые шуру"
));
pub(in crate::policy) static LATE: Set = Set::of(keys!(
    "last ends end ending final finally finishes tail acaba termina ultimos ultimas finisce finit fin \
     eindigt hinten letzte letzten rest resto reste reszta koncowka ostatnie zbytek posledni konec sonu \
     gerisi buntutnya belakangnya finish slutar sista siste sidste slutter loppu vege ultimele restul akhri \
     конец последние остальное"
));
/// Words for what begins every number, which nothing else has.
pub(in crate::policy) static AREA: &[Key] = keys!(
    "area prefix vorwahl prefijo prefisso indicatif prefixo lada kierunkowy netnummer riktnummer \
     predvolba ddd"
);
/// Words that say how a row of digits begins, and those between them and it: "starts with", "empieza por".
static BEGINS: &[Key] = keys!(
    "starts start begins begin empieza empiezo comeca inizia commence begint beginnt zaczyna zacina \
     borjar starter alkaa kezdodik incepe начинается end ends finish finishes follow follows followed \
     acaba termina sigue segue finisce finit endet eindigt"
);
static WITH: &[Key] = keys!("with por con com par mit met na od med cu se sie на с");
/// Words for a part, or for digits, behind one that says which.
static SHARES: &[Key] = keys!(
    "bit part half chunk piece digits numbers two three four five parte mitad metade meta tres cuatro dos \
     cifras numeros teil halfte drei vier ziffern partie moitie trois quatre chiffres tre quattro cifre \
     deel helft drie cijfers tri ctyri trzy cztery cyfry cyfr tiga empat цифры три четыре"
);
/// How far in front of digits the word stands that says which part they are, and behind them.
const BEFORE: usize = 7;
const BEHIND: usize = 4;
/// How far parts stand from each other and from what asks to call, in tokens.
const REACH: usize = 48;
/// Most rows of digits of a text that are looked at, and most parts of a number.
const MOST: usize = 64;
const FEW: usize = 5;
/// Digits of a number that is told so.
const DIGITS: std::ops::RangeInclusive<usize> = 9..=11;

/// Words that say nothing of a number, from which on what stands between two parts is talk.
const TALK: usize = 2;

/// Where in a number a part belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    First,
    Next,
    Last,
}

/// What is said of some digits.
#[derive(Debug, Clone, Copy)]
struct Label {
    place: Place,
    /// Whether that says that they are a part of a number, and of nothing else.
    sure: bool,
}

struct Part {
    piece: Piece,
    label: Option<Label>,
}

type Parts = SmallVec<[Part; FEW]>;

/// A number told in parts.
pub(super) struct Told {
    pub(super) value: String,
    /// The first token of each part and the last: with talk between them they are several rows of digits.
    pub(super) parts: SmallVec<[(usize, usize); 4]>,
}

/// The number whose parts a message tells one by one. What stands far behind it changes nothing.
pub(super) fn find(tokens: &Tokens<'_>) -> Option<Told> {
    if !tokens.any_has(Senses::PART) || most_digits(tokens) < *DIGITS.start() || !may_be_told(tokens) {
        return None;
    }
    let mut parts = Parts::new();
    let mut found = None;
    for piece in pieces(tokens, 0).take(MOST) {
        let label = label(tokens, &piece);
        let sure = label.is_some_and(|label| label.sure);
        if piece.digits < 3 && !sure {
            continue;
        }
        let far = parts.last().is_some_and(|last| piece.first.saturating_sub(last.piece.last) > REACH);
        let other = before(tokens, piece.first) == Says::Thing;
        let full = |parts: &Parts| parts.len() == FEW || count(parts) + piece.digits > *DIGITS.end();
        if found.is_some() && (far || other || full(&parts)) {
            break;
        }
        if far || other {
            parts.clear();
        }
        if other {
            continue;
        }
        while !parts.is_empty() && full(&parts) {
            parts.remove(0);
        }
        parts.push(Part { piece, label });
        found = together(tokens, &parts).or(found);
    }
    found
}

/// The number that some parts are.
fn together(tokens: &Tokens<'_>, parts: &Parts) -> Option<Told> {
    let digits = count(parts);
    if parts.len() < 2 || !DIGITS.contains(&digits) || !is_told(tokens, parts, digits) {
        return None;
    }
    // "ends in 0132, starts with 415 555"
    let mut ordered: SmallVec<[&Part; FEW]> = parts.iter().collect();
    ordered.sort_by_key(|part| part.label.map_or(Place::Next, |label| label.place));
    let value =
        ordered.iter().flat_map(|part| part.piece.groups.chars()).filter(char::is_ascii_digit).collect();
    Some(Told { value, parts: spans(tokens, parts) })
}

fn count(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.piece.digits).sum()
}

/// Whether a word says of digits that they are a part of a number, as no number that is told so goes without one.
fn may_be_told(tokens: &Tokens<'_>) -> bool {
    let asks = asks(tokens);
    (0..tokens.len())
        .any(|at| named(tokens, at).is_some_and(|label| label.sure) || asks && tokens.at(at).is_in(&LIKE))
}

/// Whether anybody asks to call, or for a number.
fn asks(tokens: &Tokens<'_>) -> bool {
    tokens.any_has(Senses::CALL.or(Senses::WANTED))
}

/// How many digits a message has at most.
fn most_digits(tokens: &Tokens<'_>) -> usize {
    // Without branches: words come as they like.
    let more = Senses::TENS.or(Senses::POWER).or(Senses::TIMES);
    let said = |token: &Token| usize::from(token.has(Senses::DIGIT)).max(3 * usize::from(token.has(more)));
    let digits = |token: &Token| usize::from(token.is_digits()) * token.len() + said(token);
    tokens.from(0).iter().map(digits).sum()
}

/// The parts, as one where no other talk stands between them.
fn spans(tokens: &Tokens<'_>, parts: &[Part]) -> SmallVec<[(usize, usize); 4]> {
    let mut spans: SmallVec<[(usize, usize); 4]> = SmallVec::new();
    for Part { piece, .. } in parts {
        let talk = |from: usize| {
            let other = |at: &usize| tokens.at(*at).is_word() && tokens.at(*at).lexeme.senses.is_empty();
            (from..piece.first).filter(other).count() >= TALK
        };
        match spans.last_mut() {
            Some((_, last)) if !talk(*last + 1) => *last = piece.last,
            _ => spans.push((piece.first, piece.last)),
        }
    }
    spans
}

/// Whether enough of the parts are said to be some.
fn is_told(tokens: &Tokens<'_>, parts: &[Part], digits: usize) -> bool {
    let sure = parts.iter().filter(|part| part.label.is_some_and(|label| label.sure)).count();
    let bare = parts.iter().filter(|part| part.label.is_none()).count();
    let begins = parts.first().and_then(|part| part.label).is_some_and(|label| label.place == Place::First);
    let sizes: SmallVec<[u8; 8]> =
        parts.iter().map(|part| u8::try_from(part.piece.digits).unwrap_or(u8::MAX)).collect();
    let usual = shape::points(&sizes, digits) >= 20;
    // Amounts are told so too: "first half 1250, the rest 4800 on Friday".
    let near = match parts {
        [one, .., other] => one.piece.first.saturating_sub(REACH)..other.piece.last + REACH,
        _ => 0..0,
    };
    let asks = near.into_iter().any(|at| calls(tokens, at))
        || parts.iter().any(|part| tokens.at(part.piece.first).ch == b'0');
    let round =
        parts.iter().any(|part| part.piece.groups.ends_with("00") || part.piece.groups.ends_with("50"));
    (asks || !round)
        && match bare {
            0 => sure > 1 || sure > 0 && (begins || asks),
            // "prefisso 333, wait a moment ... 41 87 206"
            1 => begins && (parts.len() == 2 || usual) || sure > 1 && usual,
            _ => false,
        }
}

/// What the words beside digits say of their place.
fn label(tokens: &Tokens<'_>, piece: &Piece) -> Option<Label> {
    let (first, last) = (piece.first, piece.last);
    let ends = |at: usize| tokens.at(at).is_digits() || tokens.at(at).is_any_mark(b".!?;");
    let front = (first.saturating_sub(BEFORE)..first).rev().take_while(|at| !ends(*at));
    // "0412 for the front"
    let behind = last + 1..=last + BEHIND;
    let placed = behind.filter(|at| tokens.at(*at).is_one(keys!("front beginning end start vorne hinten")));
    // "555 like in the movies": nobody says what an amount is like.
    let like = tokens.at(last + 1).is_in(&LIKE).then(|| Label { place: Place::Next, sure: asks(tokens) });
    let named = front.chain(placed).filter_map(|at| named(tokens, at));
    named.chain(like).max_by_key(|label| (label.sure, label.place))
}

/// What one word says.
fn named(tokens: &Tokens<'_>, at: usize) -> Option<Label> {
    let token = tokens.at(at);
    let (early, late) = (token.is_in(&EARLY), token.is_in(&LATE));
    if !(early || late || token.has(Senses::PART) || token.is_in(&MIDDLE)) {
        return None;
    }
    let next = tokens.at(at + 1);
    let with = (at + 1..at + 3).any(|at| tokens.at(at).is_one(WITH));
    let share = next.is_one(SHARES);
    let rest = token.is_one(keys!("rest resto reste reszta zbytek restul remainder"));
    let sure = token.is_one(AREA) || token.is_one(BEGINS) && with || share || rest;
    let place = if early {
        Place::First
    } else if late {
        Place::Last
    } else {
        Place::Next
    };
    Some(Label { place, sure })
}

static MIDDLE: Set =
    Set::of(keys!("middle mitte milieu medio mezzo meio midden tengah ortasi follow follows"));
