//! The atoms of a chain, in the order of the text.

use super::atom::Atom;
use super::joint::{Joint, Link};
use crate::policy::token::{Gap, Tokens};

/// The atoms of a chain.
#[derive(Clone, Copy)]
pub(super) struct Row<'a>(pub(super) &'a [(Joint, Atom)]);

impl<'a> Row<'a> {
    /// The digits of each atom from one on.
    pub(super) fn sizes(self, first: usize) -> impl Iterator<Item = usize> + 'a {
        self.0.get(first..).unwrap_or_default().iter().map(|(_, atom)| atom.digits)
    }

    pub(super) fn len(self) -> usize {
        self.0.len()
    }

    pub(super) fn digits(self) -> usize {
        self.0.iter().map(|(_, atom)| atom.digits).sum()
    }

    pub(super) fn atom(self, index: usize) -> Atom {
        let last = self.0.len().saturating_sub(1);
        // INVARIANT: a chain has an atom; an index outside means the nearest.
        self.0.get(index.min(last)).map_or(Atom::NONE, |(_, atom)| *atom)
    }

    /// What stands in front of an atom.
    pub(super) fn joint(self, index: usize) -> Joint {
        self.0.get(index).map_or(Joint::NONE, |(joint, _)| *joint)
    }

    /// The `+` in front of an atom.
    pub(super) fn plus_before(self, tokens: &Tokens<'_>, index: usize) -> Option<usize> {
        let first = self.atom(index).first;
        let near = first.checked_sub(1)?;
        if tokens.at(near).is_mark(b'+') {
            // A plus between two numbers of a sum is none.
            let sum = tokens.at(first).gap == Gap::Space && tokens.before(near).is_digits();
            let joint = self.joint(index);
            let apart = joint.marks > 1 || joint.link != Link::Odd || tokens.at(near).gap != Gap::None;
            return (!sum && apart).then_some(near);
        }
        tokens.is(tokens.at(near), "plus").then_some(near)
    }

    /// Whether an atom is the `0` in `(0)`.
    pub(super) fn is_trunk_zero(self, tokens: &Tokens<'_>, index: usize) -> bool {
        let atom = self.atom(index);
        tokens.at(atom.first).ch == b'0'
            && tokens.before(atom.first).is_mark(b'(')
            && tokens.at(atom.last + 1).is_mark(b')')
    }
}
