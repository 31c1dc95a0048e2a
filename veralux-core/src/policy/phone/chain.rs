//! Atoms near each other, and what stands between them.

use smallvec::SmallVec;

use super::atom::{self, Atom, Looks};
use super::effort::{Effort, Extent, Rows};
use super::joint::cross;
use super::joint::{Joint, Link, Turn};
use super::lead::{Leads, ends};
use super::row::Row;
use super::{MAX_GROUPS, MIN_DIGITS};
use super::{context, explained, letters, refrain};
use crate::policy::token::{Gap, Shape, Tokens};

/// Most atoms of a chain; a longer list is looked at part by part.
const LONGEST: usize = 2048;
/// Digits of a whole number in most countries.
const LONG: usize = 10;
/// Atoms in the order of the text, each with what stands in front of it.
pub(super) struct Chain {
    atoms: SmallVec<[(Joint, Atom); 16]>,
    /// The first token behind it, and the first that may begin another.
    end: usize,
    resume: usize,
    leads: Leads,
    /// Rows without a space that are passed over when they are long.
    rows: Rows,
    passes: bool,
}

impl Chain {
    /// None yet; the first is looked for from a token on.
    pub(super) fn at(from: usize) -> Self {
        Self {
            atoms: SmallVec::new(),
            end: from,
            resume: from,
            leads: Leads::NONE,
            rows: Rows::default(),
            passes: false,
        }
    }

    /// The same of what is worth an effort yet, which only what stands alone may be.
    pub(super) fn advance_with(&mut self, tokens: &Tokens<'_>, effort: &Effort) -> bool {
        self.passes = effort.extent(tokens, self.resume) == Extent::Alone;
        self.advance(tokens)
    }

    /// Goes on to the next chain; false when there is none.
    pub(super) fn advance(&mut self, tokens: &Tokens<'_>) -> bool {
        let mut at = self.resume;
        while let Some(lead) = self.leads.next(tokens, at) {
            at = lead;
            if self.passes
                && let Some(end) = self.rows.pass(tokens, at)
            {
                at = end;
                continue;
            }
            let digits = tokens.at(at).is_digits();
            let passed =
                if digits { explained::explained(tokens, at) } else { context::part_name(tokens, at) };
            if let Some(next) = passed {
                at = next;
                continue;
            }
            if let Some(atom) = Atom::read(tokens, at)
                && !(atom.is_word() && atom::is_article(tokens, at))
            {
                self.grow(tokens, atom);
                return true;
            }
            at += 1;
        }
        self.resume = tokens.len();
        false
    }

    fn grow(&mut self, tokens: &Tokens<'_>, first: Atom) {
        self.atoms.clear();
        self.atoms.push((Joint::NONE, first));
        self.end = first.last + 1;
        let mut disguised = matches!(first.looks, Looks::Leet | Looks::Script);
        while let Some((joint, atom)) = self.step(tokens, disguised) {
            disguised |= matches!(atom.looks, Looks::Leet | Looks::Script);
            self.end = atom.last + 1;
            let joint = self.corrected(tokens, joint, atom);
            self.atoms.push((joint, atom));
            if self.atoms.len() == LONGEST {
                // The next one begins so far in front of its end that no number is cut.
                self.resume = self.row().atom(LONGEST - MAX_GROUPS).first;
                return;
            }
        }
    }

    /// Takes atoms back that the next one corrects: "two five, no wait, six", "48 22, no sorry 48 23"; answers what divides that
    /// from those in front.
    fn corrected(&mut self, tokens: &Tokens<'_>, joint: Joint, atom: Atom) -> Joint {
        let wrong = |back: usize| {
            let index = self.atoms.len().checked_sub(back).filter(|index| *index > 0)?;
            self.atoms.get(index).copied().filter(|(_, wrong)| wrong.digits == atom.digits)
        };
        if joint.turn != Turn::Corrects {
            return joint;
        }
        let again = wrong(2).filter(|(_, wrong)| wrong.number(tokens) == atom.number(tokens));
        let Some((before, _)) = again.or(wrong(1)) else { return joint };
        self.atoms.truncate(self.atoms.len() - if again.is_some() { 2 } else { 1 });
        Joint { turn: Turn::Corrected, ..before }
    }

    /// From the token behind an atom over what divides to the next one.
    fn step(&mut self, tokens: &Tokens<'_>, disguised: bool) -> Option<(Joint, Atom)> {
        let mut joint = Joint::NONE;
        let mut at = self.end;
        self.resume = self.end;
        loop {
            let token = tokens.at(at);
            if self.passes && token.gap > Gap::None && self.rows.pass(tokens, at).is_some() {
                return None;
            }
            joint.link = joint.link.max(match token.gap {
                Gap::None => Link::Glued,
                Gap::Space => Link::Space,
                Gap::Line => Link::Line,
            });
            if token.is_word() {
                if ends(tokens, at, disguised) && letters::vanity(tokens, at).is_none() {
                    if !self.repeats(tokens, at, &mut joint) {
                        return None;
                    }
                    at += 1;
                    continue;
                }
                if let Some(next) = context::part_name(tokens, at) {
                    joint.parts = joint.parts.saturating_add(1);
                    joint.words = joint.words.saturating_add(2);
                    joint.link = Link::Filler;
                    at = next;
                    continue;
                }
            } else if let Some(next) = explained::explained(tokens, at) {
                // Nothing in front of it begins another chain.
                self.resume = next;
                return None;
            }
            let mark = token.shape == Shape::Mark;
            let read = || Atom::read(tokens, at).or_else(|| Atom::read_beside(tokens, at, disguised));
            if !mark && let Some(atom) = read() {
                return Some((joint, atom));
            }
            // "555 (breathe again) 0132"
            if mark && let Some(next) = context::aside(tokens, at) {
                // What begins with a zero is no list of amounts and what each is for.
                let code = self.begins_as_code(tokens) && !self.lists_codes(tokens, next);
                let words = u16::try_from(next - at - 2).unwrap_or(u16::MAX);
                joint.parts = joint.parts.saturating_add(u16::from(code));
                joint.words = joint.words.saturating_add(if code { 2 } else { words });
                joint.link = Link::Filler;
                at = next;
                continue;
            }
            if !(self.repeats(tokens, at, &mut joint) || cross(tokens, at, &mut joint)) {
                return None;
            }
            at += 1;
        }
    }

    /// Whether its digits begin with a zero or a plus, as amounts do not, nor with a time, and are no whole number yet.
    #[inline(never)]
    fn begins_as_code(&self, tokens: &Tokens<'_>) -> bool {
        // Longer chains hold more digits than that.
        if self.atoms.len() >= LONG {
            return false;
        }
        let (row, first) = (self.row(), self.row().atom(0));
        let time = first.digits == 4 && first.number(tokens).is_some_and(|time| time % 100 < 60);
        let parts = || self.atoms.iter().skip(1).any(|(joint, _)| joint.parts > 0);
        let zero = first.digits > 2 && first.lead(tokens) == b'0' && !time;
        (zero || row.plus_before(tokens, 0).is_some())
            && (row.digits() < MIN_DIGITS || row.digits() < LONG && parts())
    }

    /// Whether the second group, which may be the one at a token, is shaped as the first, as the codes of a list are:
    /// "065 (red) 070 (blue)".
    fn lists_codes(&self, tokens: &Tokens<'_>, next: usize) -> bool {
        let first = self.row().atom(0);
        let (lead, digits) = self.atoms.get(1).map_or_else(
            || (tokens.at(next).ch, tokens.at(next).len()),
            |(_, second)| (second.lead(tokens), second.digits),
        );
        lead == b'0' && first.lead(tokens) == b'0' && digits == first.digits
    }

    /// Takes a word into a joint that stands between other groups too: "503 banana 555 banana 0164".
    fn repeats(&self, tokens: &Tokens<'_>, at: usize, joint: &mut Joint) -> bool {
        let repeats =
            at <= self.end + 1 && refrain::may_be(tokens, at) && refrain::is_between_parts(tokens, at);
        if repeats {
            joint.parts = joint.parts.saturating_add(1);
            joint.words = joint.words.saturating_add(1);
            joint.link = Link::Filler;
        }
        repeats
    }

    pub(super) fn row(&self) -> Row<'_> {
        Row(&self.atoms)
    }
}
