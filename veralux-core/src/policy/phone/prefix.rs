//! How long numbers are and how they begin, and what turns them.

use super::chain::Row;
use super::scattered;
use super::shape::MAX_GROUPS;
use crate::policy::lexicon::{Key, words};
use crate::policy::token::Tokens;

/// How many digits numbers have, and how they begin.
pub(super) fn length(tokens: &Tokens<'_>, chain: Row<'_>, first: usize, digits: usize, plus: bool) -> i32 {
    let atom = chain.atom(first);
    let lead = atom.lead(tokens);
    let usual = match digits {
        7 | 8 => 8,
        9 | 13 => 12,
        10 => 30,
        11 if matches!(lead, b'0' | b'1') => 28,
        11..=13 if codes(tokens, chain, first) => 34,
        11 | 12 => 18,
        _ => 2,
    };
    // A plus sign, the international prefix, the trunk prefix.
    usual
        + match lead {
            // In country code 1 there are ten digits behind it.
            b'1' if plus && digits != 11 => -20,
            _ if plus && digits >= 8 => 71 - usual,
            b'0' if digits >= 12 && atom.is_prefix(tokens) => 71 - usual,
            b'0' if (9..=12).contains(&digits) => 10,
            // Spanish and French mobile numbers.
            b'6' | b'7' if digits == 9 => 6,
            _ => 0,
        }
        + if matches!(digits, 11 | 12) && mobile(tokens, chain, first) { 6 } else { 0 }
}

/// Whether a window begins with a trunk prefix, or as numbers do that are free to call in Australia.
pub(super) fn begins_free(tokens: &Tokens<'_>, chain: Row<'_>, first: usize) -> bool {
    let start = tokens.at(chain.atom(first).first).start();
    chain.atom(first).lead(tokens) == b'0'
        || ["1800", "1300"].iter().any(|code| tokens.folded.is(start, start + 4, code))
}

/// Whether somebody says to read what stands near from its end: "read right to left".
pub(super) fn turned(tokens: &Tokens<'_>, chain: Row<'_>, first: usize, last: usize) -> bool {
    let near = chain.atom(first).first.saturating_sub(MAX_GROUPS)..chain.atom(last).last + MAX_GROUPS;
    let says = |at: usize| {
        scattered::tells_to_join(tokens, at)
            || tokens.is(tokens.at(at), "back") && tokens.is(tokens.before(at), "the")
    };
    near.into_iter().any(says)
}

/// Words that say to read something from its end.
static BACKWARDS: &[Key] = &words([
    "backwards",
    "backward",
    "reverse",
    "reversed",
    "flip",
    "flipped",
    "mirror",
    "mirrored",
    "reves",
    "envers",
    "ruckwarts",
    "rueckwarts",
    "contrario",
    "rovescio",
    "achterstevoren",
    "ulta",
]);

/// How far such a word stands from the digits, in tokens.
const NEAR: usize = 12;

/// Whether somebody says so beside a window: "mine is backwards", "flip it".
pub(super) fn backwards(tokens: &Tokens<'_>, chain: Row<'_>, first: usize, last: usize) -> bool {
    let (head, tail) = (chain.atom(first).first, chain.atom(last).last);
    let says = |at: usize| tokens.at(at).is_word() && tokens.at(at).is_one(BACKWARDS);
    (head.saturating_sub(NEAR)..head).chain(tail + 1..tail + 1 + NEAR).any(says)
}

/// Whether a window begins as German mobile numbers do at home.
fn mobile(tokens: &Tokens<'_>, chain: Row<'_>, first: usize) -> bool {
    let start = tokens.at(chain.atom(first).first).start();
    ["015", "016", "017"].iter().any(|code| tokens.folded.is(start, start + 3, code))
}

/// Country codes that people write without the plus, and how mobile numbers go on (national numbering plans).
static CODES: &[(&str, &[u8])] =
    &[("44", b"7"), ("91", b"6789"), ("33", b"67"), ("34", b"67"), ("49", b"1"), ("39", b"3"), ("61", b"4")];

/// Whether a window begins with such a code.
fn codes(tokens: &Tokens<'_>, chain: Row<'_>, first: usize) -> bool {
    let atom = chain.atom(first);
    let start = tokens.at(atom.first).start();
    let next =
        if atom.digits == 2 { chain.atom(first + 1).lead(tokens) } else { tokens.folded.at(start + 2) };
    CODES.iter().any(|(code, mobile)| tokens.folded.is(start, start + 2, code) && mobile.contains(&next))
}
