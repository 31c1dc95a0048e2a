//! How many windows of its chains a text may have weighed.
//!
//! A window is weighed in some two thousand steps, and each single digit of a chain begins nine of them: in a long text in which
//! digits stand thick that is what costs. So every window is weighed only as long as they are few for the text up to there
//! ([`FREE`], and one more for each [`CELLS`] characters). Behind that, until the text has made up for it, only those are that
//! are tied more closely inside than to what stands beside them ([`Tie`]), and behind [`TIED`] of these only such as stand apart, by a space or
//! the end of a line on both sides. Then longer rows without a space than any number are not read at all. Messages that people write have up
//! to 30 windows; two KiB of nothing but such messages with details have fewer than [`FREE`].

use super::joint::Link;
use super::row::Row;
use crate::policy::token::{Gap, Shape, Tokens};

/// Windows that every text may have weighed.
pub(in crate::policy) const FREE: usize = 768;
/// Characters of the folded text for each one more.
const CELLS: usize = 128;
/// Windows behind that which are weighed because they are tied closely.
const TIED: usize = 128;
/// So many atoms are read in as many steps as a window is weighed in.
const ATOMS: usize = 4;
/// Most tokens of a number without a space: twelve digits, or words for them, and a mark for each.
const LONGEST: usize = 24;

/// What was weighed so far in one text.
#[derive(Debug, Default)]
pub(super) struct Effort {
    weighed: usize,
    /// The atoms of its chains, which were read to find their windows.
    atoms: usize,
}

impl Effort {
    /// Counts one more window.
    pub(super) fn count(&mut self) {
        self.weighed += 1;
    }

    /// Counts the atoms of a chain.
    pub(super) fn count_atoms(&mut self, atoms: usize) {
        self.atoms += atoms;
    }

    /// What was done, in windows.
    pub(super) const fn spent(&self) -> usize {
        self.weighed + self.atoms / ATOMS
    }

    /// What is weighed yet at a token.
    pub(super) fn extent(&self, tokens: &Tokens<'_>, at: usize) -> Extent {
        let spent = self.spent();
        if spent <= FREE {
            return Extent::Each;
        }
        let allowed = FREE + tokens.at(at).start() / CELLS;
        match spent {
            spent if spent <= allowed => Extent::Each,
            spent if spent <= allowed + TIED => Extent::Tied,
            _ => Extent::Alone,
        }
    }

    #[cfg(test)]
    pub(super) const fn weighed(&self) -> usize {
        self.weighed
    }
}

/// Which windows are weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All.
    Each,
    /// Those that are tied more closely inside than to what stands beside them.
    Tied,
    /// Those of them that stand apart on both sides.
    Alone,
}

/// Whether the tokens from one to another stand apart from what is around them, but for a mark on either side.
pub(super) fn is_alone(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    let mark = tokens.at(last + 1).shape == Shape::Mark;
    begins(tokens, first) && (!tokens.is_glued(last + 1) || mark && !tokens.is_glued(last + 2))
}

/// Whether nothing but a mark stands against a token in front.
fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    !tokens.is_glued(at) || tokens.before(at).shape == Shape::Mark && !tokens.is_glued(at.wrapping_sub(1))
}

/// Rows of tokens with nothing between them.
#[derive(Default)]
pub(super) struct Rows {
    /// The first token behind the one that was looked at.
    end: usize,
}

impl Rows {
    /// The end of the row in which a token stands, when no number begins there that stands alone: inside a row, or at the
    /// beginning of one that goes on for longer than any.
    pub(super) fn pass(&mut self, tokens: &Tokens<'_>, at: usize) -> Option<usize> {
        if self.end <= at {
            self.end = at + 1 + tokens.from(at + 1).iter().take_while(|token| token.gap == Gap::None).count();
        }
        (self.end > at + LONGEST || !begins(tokens, at)).then_some(self.end)
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
