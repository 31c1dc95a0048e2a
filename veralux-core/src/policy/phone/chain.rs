//! Atoms near each other, and what stands between them.

use smallvec::SmallVec;

use super::atom::{self, Atom, Looks};
use super::effort::{Effort, Extent, Rows};
use super::joint::cross;
pub(super) use super::joint::{Joint, Link, Turn};
use super::lead::{Leads, ends};
use super::{MAX_GROUPS, MIN_DIGITS};
use super::{context, explained, letters, refrain};
use crate::policy::lexicon::{Senses, keys};
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

/// Digits in one message that may be a part of a number.
pub(in crate::policy) struct Piece {
    /// The first token and the last.
    pub(in crate::policy) first: usize,
    pub(in crate::policy) last: usize,
    /// How many digits, and the digits themselves with a space between groups.
    pub(in crate::policy) digits: usize,
    pub(in crate::policy) groups: String,
    /// Number words that are everyday words too, among its atoms, and all atoms.
    pub(in crate::policy) weak: usize,
    pub(in crate::policy) atoms: usize,
    /// Whether its digits are written as words or in other clothes; whether it is a sum.
    pub(in crate::policy) disguised: bool,
    pub(in crate::policy) sums: bool,
    /// Whether a `+` stands in front.
    pub(in crate::policy) plus: bool,
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

    pub(super) fn piece(&self, tokens: &Tokens<'_>) -> Piece {
        let weak = |atom: &Atom| atom.looks == Looks::Weak;
        // "443 to finish": an everyday word at the edge of digits is one, but for "oh one 99".
        let mut atoms = self.atoms.as_slice();
        let prose = |atom: &Atom| weak(atom) && !(atom.is_zero() && atoms.len() > 2);
        if atoms.iter().any(|(_, atom)| atom.looks == Looks::Plain) {
            let last = atoms.iter().rposition(|(_, atom)| !prose(atom)).map_or(0, |last| last + 1);
            atoms = atoms.get(..last).unwrap_or_default();
            let first = atoms.iter().position(|(_, atom)| !prose(atom)).unwrap_or_default();
            atoms = atoms.get(first..).unwrap_or_default();
        }
        // "the second one 0702"
        if let [(_, one), (_, other), ..] = atoms
            && one.looks == Looks::Word
            && other.looks == Looks::Plain
            && tokens.before(one.first).is_one(keys!("first second third other last next"))
        {
            atoms = atoms.get(1..).unwrap_or_default();
        }
        // "set one 21 18", "q1 21 18"
        if let [(_, one), (joint, other), ..] = atoms
            && one.digits == 1
            && other.looks == Looks::Plain
            && joint.link == Link::Space
            && other.digits > 1
            && counts(tokens, one.first)
        {
            atoms = atoms.get(1..).unwrap_or_default();
        }
        let mut groups = String::new();
        for (index, (joint, atom)) in atoms.iter().enumerate() {
            if index > 0 && joint.link > Link::Glued && !(atom.is_word() && joint.link == Link::Space) {
                groups.push(' ');
            }
            atom.write(tokens, &mut groups);
        }
        Piece {
            first: atoms.first().map_or(self.row().atom(0), |(_, atom)| *atom).first,
            last: atoms.last().map_or(self.row().atom(0), |(_, atom)| *atom).last,
            digits: groups.bytes().filter(u8::is_ascii_digit).count(),
            groups,
            weak: atoms.iter().filter(|(_, atom)| weak(atom)).count(),
            atoms: atoms.len(),
            disguised: atoms.iter().any(|(_, atom)| !matches!(atom.looks, Looks::Plain | Looks::Weak)),
            sums: atoms.iter().any(|(joint, _)| joint.turn == Turn::Sum) || is_list(tokens, atoms),
            plus: self.row().plus_before(tokens, 0).is_some(),
        }
    }
}

/// Whether a digit says which of several things is meant: "set one", "q1", not "it's one".
fn counts(tokens: &Tokens<'_>, at: usize) -> bool {
    let (thing, token) = (tokens.before(at), tokens.at(at));
    let quiet = Senses::FILLER.or(Senses::PART).or(Senses::LINK).or(Senses::CALL).or(Senses::WANTED);
    thing.is_word()
        && !thing.has(quiet.or(Senses::DIGIT).or(Senses::TENS).or(Senses::TIMES))
        && (!thing.has(Senses::STOP)
            || thing.is_one(keys!("set game room week day job door table car dog page team")))
        && (tokens.is_glued(at) && thing.len() == 1
            || token.is_word() && !tokens.is_glued(at) && thing.len() > 2)
        && tokens.at(at + 1).gap != Gap::None
}

/// The atoms of a chain.
#[derive(Clone, Copy)]
pub(super) struct Row<'a>(&'a [(Joint, Atom)]);

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

/// Whether plain digits are a score, a day or a list: "21-17", "11/23", "31 and 40".
fn is_list(tokens: &Tokens<'_>, atoms: &[(Joint, Atom)]) -> bool {
    let plain = atoms.iter().all(|(_, atom)| atom.looks == Looks::Plain);
    // "503 dash 555"
    let told = |at: usize| {
        let last = atoms.get(at.wrapping_sub(1)).map_or(0, |(_, atom)| atom.last);
        let first = atoms.get(at).map_or(0, |(_, atom)| atom.first);
        (last + 1..first).any(|at| tokens.at(at).has(Senses::JOINT.or(Senses::DOT)))
    };
    let and = |at: usize, joint: &Joint| joint.link == Link::Filler && joint.parts == 0 && !told(at);
    let pair = match atoms {
        [(_, one), (joint, other)] => {
            // A pressure is no number either: "135/85".
            matches!((joint.mark, one.digits.max(other.digits)), (b'-' | b'/', ..=2) | (b'/', 3))
                && one.lead(tokens) != b'0'
                // "55-01" is neither a score nor a day.
                && !(other.lead(tokens) == b'0' && one.lead(tokens) > b'3')
        }
        _ => false,
    };
    let sizes = |size: usize| atoms.iter().any(|(_, atom)| atom.digits == size);
    let number = |index: usize| atoms.get(index).and_then(|(_, atom)| atom.number(tokens));
    // "4 15 23"
    let rising = atoms.len() > 2
        && sizes(1)
        && sizes(2)
        && (1..atoms.len()).all(|index| number(index) > number(index - 1));
    // "60, 60, 45"
    let round = atoms.len() > 2
        && atoms
            .iter()
            .all(|(_, atom)| atom.digits <= 2 && atom.number(tokens).is_some_and(|it| it > 9 && it % 5 == 0))
        && atoms.iter().skip(1).all(|(joint, _)| joint.loose);
    // "read 112 to 140"
    let between = atoms.windows(3).any(|three| {
        let looks = |at: usize| three.get(at).map(|(_, atom)| atom.looks);
        looks(0) == Some(Looks::Plain) && looks(1) == Some(Looks::Weak) && looks(2) == Some(Looks::Plain)
    });
    between
        || plain
            && (pair
                || rising
                || atoms.iter().enumerate().skip(1).any(|(at, (joint, _))| and(at, joint))
                || round)
}
