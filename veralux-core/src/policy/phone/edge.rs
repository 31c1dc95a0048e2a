//! Where a number begins and ends: the bracket in front of its first group, the extension behind it.

use super::spelt;
use crate::policy::lexicon::{Key, keys};
use crate::policy::token::{Gap, Tokens};

/// Most digits of an extension.
const MAX_EXTENSION: usize = 5;

/// The `(` in front of the first group that closes before the number ends: "(415) 555", not "(415 555)".
pub(super) fn opens(tokens: &Tokens<'_>, first: usize, last: usize) -> Option<usize> {
    let open = first.checked_sub(1).filter(|open| tokens.at(*open).is_mark(b'('))?;
    (first..last).any(|at| tokens.at(at).is_mark(b')')).then_some(open)
}

/// "ext. 14", "x204", "poste 12": the last token of an extension.
pub(super) fn extension(tokens: &Tokens<'_>, last: usize) -> Option<usize> {
    let mut at = last + 1;
    if tokens.at(at).is_mark(b',') {
        at += 1;
    }
    let word = tokens.at(at);
    // "555-0155 x204", "x 204", not "x 2", and no measures: "117 x 137".
    let grouped = tokens.is_glued(last) && tokens.before(last).is_any_mark(b"-.");
    let apart = tokens.at(last).len() == 4 && tokens.at(at + 1).len() >= if grouped { 2 } else { 3 };
    let times = tokens.is(word, "x") && (tokens.is_glued(at + 1) || apart);
    if !(word.is_one(NAMES) || times) {
        return None;
    }
    at += 1;
    while tokens.at(at).is_any_mark(b".:#") {
        at += 1;
    }
    let digits = tokens.at(at);
    if digits.is_digits() && digits.len() <= MAX_EXTENSION {
        return Some(at);
    }
    // "extension forty two"
    let mut end = None;
    for _ in 0..MAX_EXTENSION {
        let Some(word) = spelt::word(tokens, at).filter(|word| !word.weak && tokens.at(at).gap <= Gap::Space)
        else {
            break;
        };
        let last = spelt::number(tokens, at, word).last;
        (end, at) = (Some(last), last + 1);
    }
    end.filter(|_| !times)
}

/// Whether an extension follows that is named as one.
pub(super) fn names_extension(tokens: &Tokens<'_>, last: usize) -> bool {
    let next = last + 1 + usize::from(tokens.at(last + 1).is_mark(b','));
    tokens.at(next).is_one(NAMES) && extension(tokens, last).is_some()
}

/// Words for an extension.
static NAMES: &[Key] =
    keys!("ext extn extension poste durchwahl dw klappe anexo ramal toestel interno interne extensao");
