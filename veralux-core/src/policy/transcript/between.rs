//! What may stand between two parts of a number that is said: pauses, fillers, what others say meanwhile.

use super::turn::Turns;
use super::words::{ANNOUNCES, CORRECTIONS, FILLERS, TAKING_BACK, WHILES};
use crate::policy::lexicon::Senses;
use crate::policy::token::{Gap, Tokens};

/// What stands between a part and the one in front of it; what parts them more comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Join {
    /// A space, a hyphen, a slash or nothing.
    Tight,
    /// Punctuation.
    Pause,
    /// Words without meaning.
    Filler,
    /// Somebody else's turn, or a new line.
    Turn,
    /// What was said is taken back.
    Correction,
    /// Some words of any kind.
    Words,
    /// Something else.
    Apart,
}

/// Most tokens without meaning in one turn, most turns, and most words that may mean something.
const FILLED: usize = 14;
const TURNS: usize = 3;
const WORDS: usize = 9;

/// The next part, `is_part`, behind a token, and what stands between; none when something else does.
pub(super) fn next(
    tokens: &Tokens<'_>,
    turns: &Turns,
    behind: usize,
    is_part: impl Fn(usize) -> bool,
) -> Option<(usize, Join)> {
    let (mut at, mut join, mut filled, mut lines, mut words) = (behind + 1, Join::Tight, 0, 0, 0);
    while at < tokens.len() {
        let token = tokens.at(at);
        if token.gap == Gap::Line || turns.behind_label(at).is_some() {
            (join, filled, lines) = (join.max(Join::Turn), 0, lines + 1);
            let said = turns.behind_label(at).unwrap_or(at);
            if lines > TURNS {
                return None;
            }
            if said > at {
                at = said;
                continue;
            }
        }
        if filled == FILLED {
            return None;
        }
        if is_part(at) {
            return Some((at, join));
        }
        let Some(stands) = mark(tokens, at).or_else(|| word(tokens, at, join)) else {
            words += 1;
            if words > WORDS || !token.is_word() {
                return None;
            }
            (at, filled, join) = (at + 1, filled + 1, Join::Words);
            continue;
        };
        join = join.max(stands);
        (at, filled) = (at + 1, filled + 1);
    }
    None
}

fn mark(tokens: &Tokens<'_>, at: usize) -> Option<Join> {
    let token = tokens.at(at);
    if token.is_any_mark(b"-/'\"") {
        return Some(Join::Tight);
    }
    token.is_any_mark(b",.;:!?()[]_").then_some(Join::Pause)
}

fn word(tokens: &Tokens<'_>, at: usize, so_far: Join) -> Option<Join> {
    let token = tokens.at(at);
    if token.is_in(&CORRECTIONS) {
        return Some(Join::Correction);
    }
    let fills = token.has(Senses::FILLER.or(Senses::PART).or(Senses::AND)) || token.is_in(&FILLERS);
    if fills || is_aside(tokens, at) {
        return Some(Join::Filler);
    }
    (so_far == Join::Correction && token.is_in(&TAKING_BACK) || is_lead(tokens, at)).then_some(Join::Filler)
}

/// "i mean", "let me": the words in front of one that takes something back.
fn is_lead(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).is_in(&TAKING_BACK)
        && (at + 1..at + 4).any(|at| tokens.at(at).is_in(&CORRECTIONS) || tokens.at(at).is_in(&TAKING_BACK))
}

/// Whether a number word says how many digits come, or how long something takes: "the last four", "one second".
pub(super) fn is_aside(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let count = match tokens.number(token) {
        Some(count) => count,
        None if token.has(Senses::DIGIT) => u32::from(token.lexeme.value),
        None => return false,
    };
    if next.is_in(&WHILES) && next.gap == Gap::Space && token.is_word() {
        return true;
    }
    (2..=8).contains(&count)
        && token.gap == Gap::Space
        && tokens.before(at).is_in(&ANNOUNCES)
        && !next.has(Senses::POWER)
}
