//! Handles whose signs are written as words: "ann underscore lee", "arroba ann punto lee".

use super::handle::{Handle, belongs};
use crate::policy::fold::LETTER;
use crate::policy::host;
use crate::policy::lexicon::{Senses, keys};
use crate::policy::remark;
use crate::policy::token::{Gap, Token, Tokens};

/// A word for a sign between two parts of a handle: the token behind it, and whether the sign is a dot or an underscore.
fn joint(tokens: &Tokens<'_>, at: usize) -> Option<(usize, bool)> {
    let signs = Senses::JOINT.or(Senses::DOT);
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    // "then a dot then"
    if is_then(token) {
        let sign = behind_then(tokens, at);
        let (next, low) =
            joint(tokens, sign).filter(|_| tokens.at(sign).is_word() && !is_then(tokens.at(sign)))?;
        return Some((next + usize::from(is_then(tokens.at(next))), low));
    }
    // "ann(underscore)lee"
    if token.is_any_mark(OPEN) {
        let closed = tokens.at(at + 2).is_any_mark(CLOSE);
        return (next.has(signs) && closed).then(|| (at + 3, is_low(next)));
    }
    // "at this point the"
    (token.has(signs) && !tokens.is(token, "point")).then(|| (at + 1, is_low(token)))
}

/// The token behind "then", or behind an article there.
fn behind_then(tokens: &Tokens<'_>, at: usize) -> usize {
    at + 1 + usize::from(tokens.at(at + 1).is_one(keys!("a an")))
}

/// Whether a sign follows, as somebody tells one after the other. Only in English: elsewhere the lexicon does not know the words
/// with which a story goes on, too: "insta ist langsam, dann ein Punkt, dann nichts".
fn is_then(token: &Token) -> bool {
    token.is_one(keys!("then"))
}

/// Marks that stand around a word for a sign.
pub(super) const OPEN: &[u8] = b"([{<*-";
pub(super) const CLOSE: &[u8] = b")]}>*-";

/// Whether a word stands for a dot or an underscore.
fn is_low(token: &Token) -> bool {
    token.has(Senses::DOT) || token.lexeme.value == u16::from(b'_')
}

/// Whether a word for a sign may begin at a token.
fn may_join(token: &Token) -> bool {
    token.has(Senses::JOINT.or(Senses::DOT)) || token.is_any_mark(OPEN) || is_then(token)
}

/// Most words that are said of one handle.
const MOST_WORDS: usize = 6;

/// The last token of the letters and digits that stand together from one on: "madrid22".
fn whole(tokens: &Tokens<'_>, at: usize) -> usize {
    let goes_on = |at: &usize| tokens.is_glued(*at) && belongs(tokens.at(*at)) && tokens.at(*at).ch != LETTER;
    at + (at + 1..at + MOST_WORDS).take_while(goes_on).count()
}

impl Handle {
    /// A handle whose signs are written as words: "at underscore pup underscore joss", "willow dot wool".
    #[inline]
    pub(super) fn read_spelt(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        // What describes a sign begins with words that are said between others.
        let signed = tokens.at(at).has(Senses::AT.or(Senses::FILLER));
        let joined = may_join(tokens.at(at)) || may_join(tokens.at(at + 1));
        if signed || joined { Self::read_parts(tokens, at) } else { None }
    }

    fn read_parts(tokens: &Tokens<'_>, at: usize) -> Option<Self> {
        let mut last = whole(tokens, at);
        let mut joints = 0;
        let lead = tokens.at(at);
        if lead.is_word()
            && let Some(sign) = host::at_sign(tokens, at)
        {
            (last, joints) = (sign.next, 1);
            last += usize::from(tokens.at(last).has(Senses::JOINT));
        }
        let everyday = Senses::STOP.or(Senses::FILLER).or(Senses::PART).or(Senses::JOINT);
        // "guion bajo ann"
        let leads = joint(tokens, at).filter(|(_, low)| *low && !lead.has(Senses::DOT));
        if let Some((next, _)) = leads {
            (last, joints) = (whole(tokens, next), 1);
        } else if joints > 0 {
            let first = Self::read(tokens, last)?;
            // "arroba the mop lady, all one word"
            if let Some(whole) = first.joined(tokens) {
                return Some(Self { first: at, ..whole });
            }
            last = first.last;
        }
        let mut told = false;
        // "my insta was laggy then a dot then black": an article is one of a story, too.
        let cued = tokens.before(at).is_mark(b':')
            || (at.saturating_sub(3)..at).any(|at| tokens.at(at).has(Senses::HANDLE));
        for _ in 0..6 {
            let then = is_then(tokens.at(last + 1));
            // "then a dot then kettle then 88"
            let number =
                told && then && tokens.at(last + 2).is_digits() && !tokens.at(last + 3).has(Senses::UNIT);
            let joint = if number { Some((last + 2, false)) } else { joint(tokens, last + 1) };
            let story = then && !cued && behind_then(tokens, last + 1) > last + 2;
            let named = |at: usize| !story && !tokens.at(at).has(everyday) && tokens.at(at).gap == Gap::Space;
            let Some((next, _)) =
                joint.filter(|(next, _)| belongs(tokens.at(*next)) && (!then || named(last) && named(*next)))
            else {
                break;
            };
            told |= then;
            // "plus the word paints"
            if tokens.at(next).is_one(keys!("the then")) {
                break;
            }
            last = whole(tokens, next);
            joints += 1;
        }
        (joints > 0).then_some(Self { first: at, last })
    }

    /// Whether a word for the at-sign begins a handle whose other signs are words, too: "at nails underscore dee".
    pub(super) fn is_signed(tokens: &Tokens<'_>, at: usize) -> bool {
        host::at_sign(tokens, at).is_some_and(|sign| Self::is_joined_by(tokens, sign.next + 1))
    }

    /// With the words behind it that a remark says to write without spaces: "the mop lady, all one word".
    pub(super) fn joined(self, tokens: &Tokens<'_>) -> Option<Self> {
        for last in self.last..self.last + MOST_WORDS {
            let comma = usize::from(tokens.at(last + 1).is_any_mark(b",("));
            if remark::begins(tokens, last + 1 + comma) {
                return (last > self.last).then_some(Self { last, ..self });
            }
            if !belongs(tokens.at(last + 1)) {
                break;
            }
        }
        None
    }

    /// Whether its signs are words for dots or underscores, which posts and stories are not joined by.
    pub(super) fn is_joined_by(tokens: &Tokens<'_>, at: usize) -> bool {
        joint(tokens, at).is_some_and(|(_, dotted)| dotted)
    }

    /// Whether words for dots or underscores are all that divides it.
    pub(super) fn is_dotted(self, tokens: &Tokens<'_>) -> bool {
        let mut at = self.first;
        while at < self.last {
            match joint(tokens, at + 1) {
                Some((next, true)) => at = whole(tokens, next),
                _ => return false,
            }
        }
        !tokens.at(self.first).has(Senses::STOP) || tokens.before(self.first).is_mark(b':')
    }

    /// With the word for the sign in front of it: "собака `ann_lee`"; "at" is a word like any other.
    pub(super) fn with_sign(self, tokens: &Tokens<'_>) -> Self {
        let is = |at: &usize| {
            let plain = tokens.is(tokens.at(*at), "at") && tokens.original(tokens.span(*at, *at)).is_ascii();
            let sign = host::at_sign(tokens, *at).filter(|_| !plain);
            tokens.at(*at).is_word() && sign.is_some_and(|sign| sign.next == self.first)
        };
        let first = (self.first.saturating_sub(4)..self.first).find(is);
        Self { first: first.unwrap_or(self.first), ..self }
    }

    /// As people type it: the folded characters, and the signs that were said.
    pub(super) fn value(self, tokens: &Tokens<'_>) -> String {
        let mut value = String::new();
        let said = Self::read_spelt(tokens, self.first).is_some_and(|spelt| spelt.last == self.last);
        let mut at = self.first;
        let mut glued = true;
        while at <= self.last {
            // "then 88"
            if said && is_then(tokens.at(at)) && tokens.at(at + 1).is_digits() {
                (at, glued) = (at + 1, true);
                continue;
            }
            if said && let Some((next, sign)) = said_sign(tokens, at) {
                value.push(sign);
                (at, glued) = (next, true);
                continue;
            }
            if !glued && !tokens.is_glued(at) {
                value.push(' ');
            }
            tokens.spell(tokens.at(at), &mut value);
            (at, glued) = (at + 1, false);
        }
        value
    }
}

/// The sign that a word stands for in a handle, and the token behind it.
fn said_sign(tokens: &Tokens<'_>, at: usize) -> Option<(usize, char)> {
    if let Some(sign) = host::at_sign(tokens, at).filter(|_| tokens.at(at).is_word()) {
        return Some((sign.next, '@'));
    }
    let (next, _) = joint(tokens, at)?;
    let open = usize::from(tokens.at(at).is_any_mark(OPEN));
    let then = is_then(tokens.at(at));
    let token = tokens.at(if then { behind_then(tokens, at) } else { at + open });
    let written = u8::try_from(token.lexeme.value).unwrap_or_default();
    Some((next, if token.has(Senses::DOT) { '.' } else { char::from(written) }))
}
