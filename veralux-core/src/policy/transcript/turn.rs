//! Who speaks where: lines, and the names and times that stand in front of what is said.

use super::words::SPEAKERS;
use crate::policy::token::{Gap, Tokens};

/// Most tokens of a name and of a time.
const NAME: usize = 4;
const TIME: usize = 12;

/// A line, or what somebody says in the middle of one.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// Where its label begins, and the first token behind that.
    label: usize,
    said: usize,
    /// Tells one speaker from another; 0 for somebody who is not named.
    speaker: u64,
}

/// The turns of a call, in order.
pub(super) struct Turns(Vec<Turn>);

impl Turns {
    pub(super) fn new(tokens: &Tokens<'_>) -> Self {
        let mut turns = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let begins = tokens.at(at).gap == Gap::Line;
            let turn = if begins { Some(line(tokens, at)) } else { inside(tokens, at) };
            if let Some(turn) = turn {
                turns.push(turn);
                at = turn.said.max(at + 1);
            } else {
                at += 1;
            }
        }
        Self(turns)
    }

    /// The turn that a token belongs to, by its number.
    pub(super) fn of(&self, token: usize) -> usize {
        self.0.partition_point(|turn| turn.label <= token).saturating_sub(1)
    }

    /// Where the label ends that begins with a token, or in which it stands.
    pub(super) fn behind_label(&self, token: usize) -> Option<usize> {
        let turn = self.0.get(self.of(token))?;
        (turn.label == token || token < turn.said).then_some(turn.said)
    }

    /// Who speaks in a turn.
    pub(super) fn speaker(&self, turn: usize) -> u64 {
        self.0.get(turn).map_or(0, |turn| turn.speaker)
    }
}

/// The turn that is a line.
fn line(tokens: &Tokens<'_>, at: usize) -> Turn {
    let bare = Turn { label: at, said: at, speaker: 0 };
    // "12", the number of a caption, in a line by itself above its time.
    let below = at + 1;
    let numbered = tokens.at(at).is_digits() && tokens.at(below).gap == Gap::Line;
    if numbered && let Some(end) = time(tokens, below).filter(|time| time.alone) {
        return Turn { said: end.next, ..bare };
    }
    let from = (at..at + 2).find(|at| !tokens.at(*at).is_any_mark(b"-*>")).unwrap_or(at);
    let time = time(tokens, from);
    let behind = time.as_ref().map_or(from, |time| time.next);
    if let Some((said, speaker)) = name(tokens, behind).filter(|_| behind == at || !is_line(tokens, behind)) {
        return Turn { said, speaker, ..bare };
    }
    time.filter(|time| time.alone).map_or(bare, |time| Turn { said: time.next, ..bare })
}

/// A turn in the middle of a line: "… Agent: okay Caller: …".
fn inside(tokens: &Tokens<'_>, at: usize) -> Option<Turn> {
    let named = tokens.at(at).is_in(&SPEAKERS) && is_colon(tokens, at + 1);
    named.then(|| Turn { label: at, said: at + 2, speaker: identity(tokens, at, at) })
}

fn is_line(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).gap == Gap::Line
}

/// A colon that stands for no time: "call at 5:30".
fn is_colon(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).is_mark(b':')
        && !is_line(tokens, at)
        && !(tokens.before(at).is_digits() && tokens.at(at + 1).is_digits() && tokens.is_glued(at + 1))
}

/// A name with a colon behind it, or in square brackets: "Caller:", `SPEAKER_01 (00:12):`, "[Agent]".
fn name(tokens: &Tokens<'_>, at: usize) -> Option<(usize, u64)> {
    let bracket = usize::from(tokens.at(at).is_any_mark(b"[(<*"));
    let first = at + bracket;
    if !tokens.at(first).is_word() {
        return None;
    }
    let inside = |at: usize| {
        let token = tokens.at(at);
        (token.is_word() || token.is_digits() || token.is_any_mark(b"_.'-")) && !is_line(tokens, at)
    };
    let end = (first + 1..first + NAME).find(|at| !inside(*at)).unwrap_or(first + NAME);
    let speaker = identity(tokens, first, end - 1);
    let closed = end + usize::from(bracket == 1 && tokens.at(end).is_any_mark(b"])>*"));
    let timed = time(tokens, closed).filter(|_| !is_line(tokens, closed)).map_or(closed, |time| time.next);
    if is_colon(tokens, timed) {
        return Some((timed + 1, speaker));
    }
    (bracket == 1 && closed > end && tokens.at(first).is_in(&SPEAKERS)).then_some((closed, speaker))
}

fn identity(tokens: &Tokens<'_>, first: usize, last: usize) -> u64 {
    let chars = (first..=last).flat_map(|at| tokens.chars(tokens.at(at)));
    // FNV-1a.
    chars.fold(0xcbf2_9ce4_8422_2325, |hash, ch| (hash ^ u64::from(ch)).wrapping_mul(0x0100_0000_01b3))
}

struct Time {
    next: usize,
    /// Whether it can be nothing else, so that it needs no name behind it.
    alone: bool,
}

/// "[00:01:12]", "(01:12)", "00:01:12.500 --> 00:01:14.000".
fn time(tokens: &Tokens<'_>, at: usize) -> Option<Time> {
    let bracket = tokens.at(at).is_any_mark(b"[(");
    let from = at + usize::from(bracket);
    let inside = |at: usize| {
        let token = tokens.at(at);
        token.is_digits() && token.len() <= 3 && (at == from || tokens.is_glued(at))
            || token.is_any_mark(b":.,") && at > from && tokens.is_glued(at) && tokens.is_glued(at + 1)
    };
    let end = (from..from + TIME).find(|at| !inside(*at)).unwrap_or(from);
    let colons = (from..end).filter(|at| tokens.at(*at).is_mark(b':')).count();
    if colons == 0 || bracket && !tokens.at(end).is_any_mark(b"])") {
        return None;
    }
    let arrow = (end..end + 2).all(|at| tokens.at(at).is_mark(b'-')) && tokens.at(end + 2).is_mark(b'>');
    if arrow {
        let second = (end + 3..end + 3 + TIME).find(|at| {
            let token = tokens.at(*at);
            is_line(tokens, *at) || !(token.is_digits() || token.is_any_mark(b":.,"))
        });
        return Some(Time { next: second.unwrap_or(end + 3), alone: true });
    }
    Some(Time { next: end + usize::from(bracket), alone: bracket || colons > 1 })
}
