//! A handle by itself, where an earlier message named a platform.

use super::around;
use super::handle::{self, Handle};
use super::{Hit, push};
use crate::policy::Finding;
use crate::policy::lexicon::{Senses, keys};
use crate::policy::token::Tokens;

/// A handle that can be nothing else in a short message; where the last one asked to look for it, a long word that is
/// none, by itself.
pub(in crate::policy) fn alone(tokens: &Tokens<'_>, asked: bool) -> Option<Finding> {
    if tokens.len() > 12 {
        return None;
    }
    // "annleewalks", "yes annleewalks xx"
    let at = usize::from(tokens.at(0).is_one(keys!("yes yeah yep yh ja si oui sim tak its bin im")));
    let by_itself = (tokens.len() == at + 1 || around::is_courtesy(tokens, at + 1))
        && (asked && tokens.len() == 1 && handle::is_name(tokens, 0) || handle::is_compound(tokens, at));
    let hit = if by_itself {
        Some(one(at, 62))
    } else if let Some(last) = claimed(tokens) {
        Some(one(last, 60))
    } else {
        signed(tokens)
    };
    let mut found = Vec::new();
    push(tokens, &hit?, &mut found);
    found.pop()
}

/// A handle of one token.
const fn one(at: usize, score: u8) -> Hit {
    Hit { handle: Handle { first: at, last: at }, rule: "social.pieces", score }
}

/// One with signs or digits in it that is no prose.
fn signed(tokens: &Tokens<'_>) -> Option<Hit> {
    (0..tokens.len()).find_map(|at| {
        let handle = Handle::read(tokens, at).filter(|handle| handle.is_free(tokens))?;
        // "annleewalks92", and nothing else.
        let numbered = tokens.len() == 2 && tokens.at(0).len() >= 5;
        let known = |at: usize| tokens.at(at).has(Senses::STOP);
        let mut parts = (handle.first..=handle.last).filter(|at| tokens.at(*at).is_word());
        // "good_stuff", "sew_on ones are fine"
        let everyday = parts.clone().all(known)
            || parts.clone().any(known) && handle.letters(tokens) < 8 && tokens.len() > handle.last + 1;
        if everyday && (handle.first..=handle.last).all(|at| !tokens.at(at).is_digits()) {
            return None;
        }
        // "anyway.the dog is fine"
        let two = (handle.first..=handle.last).filter(|at| tokens.at(*at).is_mark(b'.')).count() == 1;
        let prose = two && parts.any(known) && tokens.len() > handle.last - handle.first + 1;
        let strange = (handle.signs(tokens) > 0 || numbered) && handle.is_strange(tokens);
        (!prose && strange && tokens.at(at).is_word()).then_some(Hit {
            handle,
            rule: "social.pieces",
            score: 66,
        })
    })
}

/// "im on there, curlsbydeeann", "username is boxesbybruno": a word that is several, behind signs or words that tell a name.
fn claimed(tokens: &Tokens<'_>) -> Option<usize> {
    (0..tokens.len()).find(|at| {
        let before = tokens.before(*at);
        let led = !before.is_word() || before.has(Senses::LINK.or(Senses::HANDLE));
        led && handle::is_compound(tokens, *at)
    })
}
