//! How long numbers are and how they begin, and what turns them.

use super::MAX_GROUPS;
use super::scattered;
use super::window::Window;
use crate::policy::lexicon::{Key, keys};
use crate::policy::remark::BACKWARDS;
use crate::policy::token::Tokens;

/// How many digits numbers have, and how they begin.
pub(super) fn length(window: &Window<'_, '_>, plus: bool) -> i32 {
    let (digits, lead) = (window.digits, window.lead());
    let usual = match digits {
        7 | 8 => 8,
        9 | 13 => 12,
        10 => 30,
        11 if matches!(lead, b'0' | b'1') && !brazilian(window) => 28,
        // The trunk prefix of Russia by itself: "8 916 428-17-05".
        11 if lead == b'8' && window.head().digits == 1 && window.clothes.spoken == 0 => 30,
        11 if brazilian(window) => 36,
        11..=13 if codes(window) => 34,
        11 | 12 => 18,
        _ => 2,
    };
    // A plus sign, the international prefix, the trunk prefix.
    usual
        + match lead {
            // In country code 1 there are ten digits behind it.
            b'1' if plus && digits != 11 => -20,
            _ if plus && digits >= 8 => 71 - usual,
            b'0' if digits >= 12 && begins_abroad(window) => 71 - usual,
            b'0' if (9..=12).contains(&digits) => 10,
            // Spanish and French mobile numbers.
            b'6' | b'7' if digits == 9 => 6,
            _ => 0,
        }
        + if matches!(digits, 11 | 12) && mobile(window) { 6 } else { 0 }
}

/// Whether a window begins with the zeros that stand for the plus sign, and is no part of a longer row.
fn begins_abroad(window: &Window<'_, '_>) -> bool {
    let inner = window.first > 0 && window.chain.joint(window.first).is_tight();
    window.head().is_prefix(window.tokens) && !inner
}

/// Whether a window begins with a trunk prefix, or as numbers do that are free to call in Australia.
pub(super) fn begins_free(window: &Window<'_, '_>) -> bool {
    window.lead() == b'0' || ["1800", "1300"].iter().any(|code| begins(window, code))
}

/// Whether somebody says to read what stands near from its end: "read right to left".
pub(super) fn turned(window: &Window<'_, '_>) -> bool {
    let tokens = window.tokens;
    let near = window.head().first.saturating_sub(MAX_GROUPS)..window.tail().last + MAX_GROUPS;
    let says = |at: usize| {
        scattered::tells_to_join(tokens, at)
            || tokens.is(tokens.at(at), "back") && tokens.is(tokens.before(at), "the")
    };
    near.into_iter().any(says)
}

/// Words for the end of something, or for a side, and for where that is read from: "from the back", "von hinten".
static ENDS: &[Key] = keys!(
    "back end tail right hinten rechts derecha atras final droite fin destra fondo direita tras achter \
     achteren tylu konca bagfra sonundan"
);
static FROM: &[Key] = keys!("from von desde de par depuis da dal do van od bak back");
/// Words for reading, that stand near.
static READS: &[Key] = keys!(
    "read reads reading start starting starts lies lesen gelesen lee leelo leyendo lis lisez lire leggi \
     leggere leggilo leia ler lees lezen czytaj czytac oku go goes work"
);

/// "read it from the back", "von hinten gelesen", "lis de droite à gauche"
fn from_its_end(tokens: &Tokens<'_>, at: usize) -> bool {
    if !tokens.at(at).is_one(ENDS) {
        return false;
    }
    // "right to left", "von rechts nach links"
    if (at + 1..at + 4).any(|at| tokens.at(at).is_one(LEFT)) {
        return true;
    }
    let article = tokens.before(at).is_one(keys!("the its la le el l het der"));
    let from = at.wrapping_sub(1 + usize::from(article));
    tokens.at(from).is_one(FROM) && (at.saturating_sub(7)..at + 5).any(|at| tokens.at(at).is_one(READS))
}

static LEFT: &[Key] = keys!("left links izquierda gauche esquerda sinistra lewej vanster");

/// How far such a word stands from the digits, in tokens.
const NEAR: usize = 12;

/// Whether somebody says so beside a window: "mine is backwards", "flip it".
pub(super) fn backwards(window: &Window<'_, '_>) -> bool {
    let (head, tail) = (window.head().first, window.tail().last);
    let says = |at: usize| {
        let token = window.tokens.at(at);
        token.is_one(BACKWARDS) || from_its_end(window.tokens, at)
    };
    (head.saturating_sub(NEAR)..head).chain(tail + 1..tail + 1 + NEAR).any(says)
}

/// Whether a window begins with some digits, as they stand in the text.
fn begins(window: &Window<'_, '_>, digits: &str) -> bool {
    let start = window.start();
    window.tokens.folded.is(start, start + digits.len(), digits)
}

/// Whether a window begins as German mobile numbers do at home.
fn mobile(window: &Window<'_, '_>) -> bool {
    ["015", "016", "017"].iter().any(|code| begins(window, code))
}

/// Whether a window is said as mobile numbers of Brazil are, in which a nine stands behind the two digits of the area: "vinte e
/// um, nove oito sete ...". Its last digit may be the word for "a".
fn brazilian(window: &Window<'_, '_>) -> bool {
    let area = usize::from(window.head().digits == 1);
    let nine = window.chain.atom(window.first + area + 1);
    let sizes = window.head().digits + area * window.chain.atom(window.first + 1).digits;
    sizes == 2 && window.tokens.is(window.tokens.at(nine.first), "nove")
}

/// Country codes that people write without the plus, and how mobile numbers go on (national numbering plans).
static CODES: &[(&str, &[u8])] =
    &[("44", b"7"), ("91", b"6789"), ("33", b"67"), ("34", b"67"), ("49", b"1"), ("39", b"3"), ("61", b"4")];

/// Whether a window begins with such a code.
fn codes(window: &Window<'_, '_>) -> bool {
    let next = if window.head().digits == 2 {
        window.chain.atom(window.first + 1).lead(window.tokens)
    } else {
        window.tokens.folded.at(window.start() + 2)
    };
    CODES.iter().any(|(code, mobile)| begins(window, code) && mobile.contains(&next))
}
