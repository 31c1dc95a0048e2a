//! Dots with a space in front, which end a sentence or stand in a host that is written apart.

use super::doubt::{may_be, spaces_end, word_before};
use super::word::Letters;
use crate::policy::lexicon::{self, Key, Senses};

/// What a dot between spaces may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpacedDot {
    /// The end of a sentence: ". . so".
    Stop,
    /// One of a host when a path or a word for a sign stands anywhere, which is asked once for a text.
    Perhaps,
    /// One of a host: "happypaws . com".
    OfHost,
}

/// What a dot between spaces may be, by what stands around it.
pub(super) fn spaced_dot(bytes: &[u8], dot: usize) -> SpacedDot {
    if is_of_host(bytes, dot) {
        return SpacedDot::OfHost;
    }
    let known = |key: Key| lexicon::look_up(key).has(Senses::TLD);
    // Other domains end an address, or a host with a path.
    if may_be(bytes, spaces_end(bytes, dot + 1), known) { SpacedDot::Perhaps } else { SpacedDot::Stop }
}

fn is_of_host(bytes: &[u8], dot: usize) -> bool {
    let next = spaces_end(bytes, dot + 1);
    if !bytes.get(next).is_some_and(u8::is_ascii_alphabetic) {
        return bytes.get(next).is_some_and(|byte| *byte >= 0x80 || b")]}>".contains(byte));
    }
    // ". f r"
    let single =
        |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic) && bytes.get(at + 1) == Some(&b' ');
    if single(next) && bytes.get(next + 2).is_some_and(u8::is_ascii_alphabetic) {
        let behind = bytes.get(next + 3);
        return behind.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    }
    // "kijk op klusjan . nl"
    let named = || {
        let word = dot
            .checked_sub(1)
            .and_then(|space| word_before(bytes, space).map(|(first, key)| (space - first, key)));
        word.is_some_and(|(length, key)| length >= 5 && lexicon::look_up(key).senses.is_empty())
    };
    let domain = |senses| may_be(bytes, next, |key| lexicon::look_up(key).has(senses));
    domain(Senses::MAIN) || named() && domain(Senses::TLD)
}

/// Whether a domain and a path stand at a byte: "bit .ly / ann".
pub(super) fn has_path(bytes: &[u8], start: usize) -> bool {
    let label = Letters::read(bytes, start);
    let slash = bytes.get(spaces_end(bytes, label.end));
    slash == Some(&b'/') && lexicon::look_up(label.key).has(Senses::TLD)
}
