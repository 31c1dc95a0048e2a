//! What stands between two groups of digits.

use super::MAX_GROUPS;
use crate::policy::fold::{EMOJI, EMOJI_MAIL, EMOJI_PHONE, EMOJI_SOCIAL, MONEY, SIGN};
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Shape, Tokens};

/// What divides two atoms, the strangest of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Link {
    /// Nothing.
    Glued,
    Space,
    /// `-`, `.`, `/`, brackets.
    Usual,
    Line,
    /// Other marks.
    Odd,
    /// Pictograms.
    Emoji,
    /// Words.
    Filler,
}

/// What a joint does to the digits beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    None,
    /// It is a sign of arithmetic.
    Sum,
    /// It is the word for a decimal point.
    Point,
    /// It says that what was said before was wrong: "sorry".
    Corrects,
    /// What stood behind it first was taken back.
    Corrected,
}

/// What stands between two atoms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Joint {
    pub(super) link: Link,
    /// The first mark; 0 when there is none.
    pub(super) mark: u8,
    pub(super) marks: u16,
    pub(super) words: u16,
    /// Words that announce a further part.
    pub(super) parts: u16,
    /// Whether a sentence or a list goes on behind it.
    pub(super) loose: bool,
    /// Whether a sentence ends in it.
    pub(super) stops: bool,
    /// What it does to what was said.
    pub(super) turn: Turn,
}

impl Joint {
    pub(super) const NONE: Self = Self {
        link: Link::Glued,
        mark: 0,
        marks: 0,
        words: 0,
        parts: 0,
        loose: false,
        stops: false,
        turn: Turn::None,
    };

    /// Whether the eye takes both sides as one number.
    pub(super) fn is_tight(self) -> bool {
        self.link <= Link::Usual && !self.loose
    }
}

/// Most marks and words between two atoms.
const MAX_MARKS: u16 = 8;
const MAX_WORDS: u16 = 9;

/// Takes a mark or a filling word into a joint; false when it ends the chain.
pub(super) fn cross(tokens: &Tokens<'_>, at: usize, joint: &mut Joint) -> bool {
    let token = tokens.at(at);
    if token.is_word() {
        // "2a1b3c", "0xx5": letters strewn in.
        let one = tokens.chars(token).all(|ch| ch == token.ch) && token.len() <= 3;
        let strewn = one && tokens.is_glued(at) && tokens.is_glued(at + 1) && tokens.before(at).is_digits();
        if strewn && tokens.at(at + 1).is_digits() {
            joint.link = joint.link.max(Link::Odd);
            joint.mark = b'a';
            return true;
        }
        if !token.has(Senses::FILLER.or(Senses::PART)) || joint.words >= MAX_WORDS {
            return false;
        }
        joint.words += 1;
        joint.parts = joint.parts.saturating_add(u16::from(token.has(Senses::PART)));
        joint.link = Link::Filler;
        if token.is_one(CORRECTS) || takes_back(tokens, at) {
            joint.turn = Turn::Corrects;
        } else if joint.turn != Turn::Corrects {
            joint.turn = if token.is_one(POINTS) { Turn::Point } else { Turn::None };
        }
        return true;
    }
    if token.shape != Shape::Mark {
        return false;
    }
    let next_gap = tokens.at(at + 1).gap;
    joint.marks += 1;
    if joint.mark == 0 {
        joint.mark = token.ch;
    }
    match token.ch {
        b'-' | b'/' | b'(' | b')' => joint.link = joint.link.max(Link::Usual),
        b'\'' | b'"' => {}
        b'.' => {
            joint.link = joint.link.max(Link::Usual);
            // Three dots are a pause, no full stop.
            let pause = tokens.before(at).is_mark(b'.');
            joint.loose |= next_gap > Gap::None && tokens.at(at).gap == Gap::None && !pause;
            joint.stops |= joint.loose;
        }
        b'=' | b'+' | b'*' if token.gap == Gap::Space && next_gap == Gap::Space => {
            joint.link = joint.link.max(Link::Odd);
            joint.turn = Turn::Sum;
        }
        b',' | b';' | b'!' | b'?' => {
            joint.link = joint.link.max(Link::Odd);
            joint.loose |= next_gap > Gap::None;
            joint.stops |= joint.loose && matches!(token.ch, b'!' | b'?');
        }
        EMOJI | EMOJI_PHONE | EMOJI_MAIL | EMOJI_SOCIAL | SIGN => joint.link = joint.link.max(Link::Emoji),
        // "305%555%0174"
        b'%' | b'@' if is_between_digits(tokens, at) => joint.link = joint.link.max(Link::Odd),
        b'$' | MONEY if is_strung(tokens, at) => joint.link = joint.link.max(Link::Odd),
        b'$' | b'%' | b'@' | MONEY => return false,
        _ => joint.link = joint.link.max(Link::Odd),
    }
    joint.marks <= MAX_MARKS
}

/// Whether digits stand directly on both sides of a mark.
pub(super) fn is_between_digits(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.is_glued(at)
        && tokens.is_glued(at + 1)
        && tokens.before(at).is_digits()
        && tokens.at(at + 1).is_digits()
}

/// Whether a currency stands between two of several groups, the first of which begins with a zero or has a plus in front, as no
/// price does: "06€58€14€77€92".
#[inline(never)]
pub(super) fn is_strung(tokens: &Tokens<'_>, at: usize) -> bool {
    let coin = |at: usize| tokens.at(at).is_any_mark(&[b'$', MONEY]) && is_between_digits(tokens, at);
    if !coin(at) {
        return false;
    }
    let back = (1..MAX_GROUPS).take_while(|step| coin(at.wrapping_sub(2 * step))).count();
    let first = at - 1 - 2 * back;
    let (one, before) = (tokens.at(first), tokens.before(first));
    let code = one.ch == b'0' && (one.len() > 1 || tokens.at(first + 2).len() == 1);
    before.is_mark(b'+') || code && !before.is_any_mark(b".,") && coin(first + 3)
}

/// Words with which people take back what they said.
static CORRECTS: &[Key] = keys!(
    "sorry wait pardon oops whoops ups oeps correction scratch perdon perdona digo miento excusez scusa \
     scusi anzi desculpa quatsch nein quark undskyld forlat przepraszam pomylka nee mean vlastne aspetta \
     espera attends moment ой нет извините пардон"
);
/// Whether "no" stands between two groups that begin alike: "0187 no 0188".
fn takes_back(tokens: &Tokens<'_>, at: usize) -> bool {
    let (before, after) = (tokens.before(at), tokens.at(at + 1));
    tokens.at(at).is_one(keys!("no non nein nao nie ne"))
        && after.is_digits()
        && before.len() >= 3
        && before.len() == after.len()
        && tokens.chars(before).take(2).eq(tokens.chars(after).take(2))
}

/// Words for the sign in front of decimals.
static POINTS: &[Key] = keys!("point comma komma virgule coma virgola virgula przecinek virgul");
