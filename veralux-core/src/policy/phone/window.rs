//! Atoms of a chain that follow each other: a number, perhaps.

use super::atom::{Atom, Looks};
use super::joint::{Joint, Link, Turn};
use super::row::Row;
use super::shape::{Clothes, Groups};
use crate::policy::token::Tokens;

/// Atoms of a chain from one to another, both included, and what is counted of them; it grows atom by atom.
pub(super) struct Window<'w, 'a> {
    pub(super) tokens: &'w Tokens<'a>,
    pub(super) chain: Row<'w>,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) digits: usize,
    pub(super) clothes: Clothes,
    pub(super) groups: Groups,
    pub(super) between: Between,
}

impl<'w, 'a> Window<'w, 'a> {
    /// One atom.
    pub(super) fn at(tokens: &'w Tokens<'a>, chain: Row<'w>, first: usize) -> Self {
        let atom = chain.atom(first);
        let (mut clothes, mut groups) = (Clothes::default(), Groups::default());
        clothes.add(atom);
        groups.add(atom, false);
        let between = Between { words: atom.looks == Looks::Word, ..Between::default() };
        Self { tokens, chain, first, last: first, digits: atom.digits, clothes, groups, between }
    }

    /// Grows up to an atom.
    pub(super) fn grow(&mut self, last: usize) {
        while self.last < last {
            self.last += 1;
            let (joint, atom) = (self.chain.joint(self.last), self.chain.atom(self.last));
            self.digits += atom.digits;
            self.clothes.add(atom);
            self.groups.add(atom, joint.link == Link::Glued);
            self.between.add(joint, atom);
        }
    }

    pub(super) fn head(&self) -> Atom {
        self.chain.atom(self.first)
    }

    pub(super) fn tail(&self) -> Atom {
        self.chain.atom(self.last)
    }

    /// The first digit, as a character.
    pub(super) fn lead(&self) -> u8 {
        self.head().lead(self.tokens)
    }

    /// The first cell of the text.
    pub(super) fn start(&self) -> usize {
        self.tokens.at(self.head().first).start()
    }

    /// Whether a `+` stands in front.
    pub(super) fn has_plus(&self) -> bool {
        self.chain.plus_before(self.tokens, self.first).is_some()
    }

    /// Whether nothing else stands in the text.
    pub(super) fn is_whole(&self) -> bool {
        (self.head().first, self.tail().last + 1) == (0, self.tokens.len())
    }

    /// Whether it is digits that nothing divides.
    pub(super) fn is_plain(&self) -> bool {
        self.first == self.last && self.head().looks == Looks::Plain
    }
}

/// What divides the atoms of a window; what stands against each other counts for nothing.
#[derive(Debug, Default)]
pub(super) struct Between {
    /// How many joints are strange, pictograms, line ends, loose, sums.
    pub(super) odd: i32,
    pub(super) emoji: i32,
    pub(super) lines: i32,
    pub(super) loose: i32,
    pub(super) sums: i32,
    /// How often something that was said was taken back.
    pub(super) corrected: i32,
    /// How many are the word for a decimal point.
    pub(super) points: i32,
    /// Words that announce a part, no more than two of each joint; others, no more than six of each.
    pub(super) parts: i32,
    pub(super) others: i32,
    /// Everyday words in front of which others stand than those that announce a part.
    pub(super) prose: i32,
    /// Whether an atom is a word, words stand in a joint, words that announce nothing.
    pub(super) words: bool,
    pub(super) filled: bool,
    pub(super) and: bool,
    /// What divides, the first two kinds of it, and how many kinds there are up to three.
    seen: [(Option<Link>, u8); 2],
    pub(super) kinds: usize,
}

impl Between {
    fn add(&mut self, joint: Joint, atom: Atom) {
        self.sums += i32::from(joint.turn == Turn::Sum);
        self.points += i32::from(joint.turn == Turn::Point);
        self.corrected += i32::from(joint.turn == Turn::Corrected);
        if joint.link == Link::Glued {
            return;
        }
        self.odd += i32::from(joint.link == Link::Odd && !joint.loose);
        self.emoji += i32::from(joint.link == Link::Emoji);
        self.lines += i32::from(joint.link == Link::Line);
        self.loose += i32::from(joint.loose);
        self.parts += i32::from(joint.parts.min(2));
        self.others += i32::from(joint.words.saturating_sub(joint.parts.saturating_mul(2)).min(6));
        let and = joint.link == Link::Filler && joint.parts == 0;
        self.prose += i32::from(and && atom.looks == Looks::Weak && !atom.is_zero());
        self.words |= atom.looks == Looks::Word;
        self.filled |= joint.link == Link::Filler;
        self.and |= and;
        let kind = (Some(joint.link), joint.mark);
        if self.kinds < 3 && !self.seen.contains(&kind) {
            if let Some(place) = self.seen.get_mut(self.kinds) {
                *place = kind;
            }
            self.kinds += 1;
        }
    }

    /// What divides first.
    pub(super) fn first(&self) -> Option<Link> {
        self.seen[0].0
    }
}
