//! Handles that are given character by character: "k", "a", "r", "z", "f".

use crate::policy::{ByteSpan, Finding, Kind, Severity};

/// Fewest characters of one.
const MIN_SPELT: usize = 5;

/// Whether a text is single characters.
pub(super) fn is_row(text: &str) -> bool {
    text.split(' ')
        .all(|part| matches!(part.as_bytes(), [one] if one.is_ascii_alphanumeric() || *one == b'_'))
}

/// A handle that is given character by character, when enough of it is: "k", "a", "r", "z", "f". Nobody chats in so many.
pub(super) fn spelt(row: &str, text: &str) -> Option<Finding> {
    let letters: String = row.chars().chain(text.trim().chars()).filter(|c| *c != ' ').collect();
    let others =
        letters.char_indices().filter(|(at, c)| !letters.get(..*at).unwrap_or_default().contains(*c));
    // Answers are "b", "d", "a" and numbers.
    let answer = |c: &char| matches!(c.to_ascii_lowercase(), 'a'..='e' | '0'..='9' | '_');
    let others: Vec<char> = others.map(|(_, c)| c).collect();
    let enough = letters.len() >= MIN_SPELT
        && others.len() >= MIN_SPELT - 1
        && others.iter().filter(|c| !answer(c)).count() > 1;
    (enough && is_row(row) && is_row(text.trim())).then(|| Finding {
        kind: Kind::Social,
        span: ByteSpan { start: text.len() - text.trim_start().len(), end: text.trim_end().len() },
        value: letters,
        rule: "social.pieces",
        score: 62,
        severity: Severity::Identifier,
    })
}
