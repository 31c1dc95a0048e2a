//! How many windows of its chains a text may have weighed.
//!
//! A window is weighed in some two thousand steps, and each single digit of a chain begins nine of them: in a long text in which
//! digits stand thick that is what costs. So every window is weighed only as long as they are few for the text up to there
//! ([`FREE`], and one more for each [`CELLS`] characters). Behind that, until the text has made up for it, only those are that
//! are tied more closely inside than to what stands beside them ([`Tie`]). Of these no two with the same tie around them overlap, and each
//! has seven digits or more, so that they are fewer than the text has digits; in the dearest texts known they are one in
//! seven characters. Messages that people write have up to 30 windows; two KiB of nothing
//! but such messages with details have fewer than [`FREE`].

use super::chain::{Link, Row};
use crate::policy::token::Tokens;

/// Windows that every text may have weighed.
pub(in crate::policy) const FREE: usize = 512;
/// Characters of the folded text for each one more.
const CELLS: usize = 64;

/// What was weighed so far in one text.
#[derive(Debug, Default)]
pub(super) struct Effort {
    weighed: usize,
}

impl Effort {
    /// Counts one more window.
    pub(super) fn count(&mut self) {
        self.weighed += 1;
    }

    /// Whether more was weighed than the text up to an atom allows.
    pub(super) fn is_spent(&self, tokens: &Tokens<'_>, chain: Row<'_>, index: usize) -> bool {
        self.weighed > FREE && self.weighed > FREE + tokens.at(chain.atom(index).first).start() / CELLS
    }

    #[cfg(test)]
    pub(super) const fn weighed(&self) -> usize {
        self.weighed
    }
}

/// How closely an atom is tied to the one in front of it, closest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tie {
    /// Nothing stands between.
    Glued,
    /// Usual signs of numbers: "555-0123".
    Mark,
    /// Other signs, pictograms.
    Sign,
    Space,
    /// Signs and spaces.
    Apart,
    /// A line ends there, a sentence, a list goes on, a bracket opens, words stand between.
    Loose,
    /// The chain begins or ends there.
    Border,
}

impl Tie {
    /// Of the atom at an index of a chain; behind its last one it ends.
    pub(super) fn of(tokens: &Tokens<'_>, chain: Row<'_>, index: usize) -> Self {
        if index == 0 || index >= chain.len() {
            return Self::Border;
        }
        let joint = chain.joint(index);
        let first = chain.atom(index).first;
        let start = tokens.at(first).start();
        let between = start.saturating_sub(tokens.at(chain.atom(index - 1).last).end());
        match joint.link {
            Link::Line | Link::Filler => Self::Loose,
            _ if joint.loose || tokens.before(first).is_mark(b'(') => Self::Loose,
            Link::Glued => Self::Glued,
            Link::Space => Self::Space,
            _ if between > usize::from(joint.marks) => Self::Apart,
            Link::Usual => Self::Mark,
            Link::Odd | Link::Emoji => Self::Sign,
        }
    }
}
