//! Pages whose names are several capitalised words: "search Happy Paws on facebook".

use super::Hit;
use super::handle::Handle;
use crate::policy::fold::LETTER;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Tokens};

/// A page whose name is several capitalised words.
pub(super) fn page(tokens: &Tokens<'_>, at: usize, links: usize, plain: bool) -> Option<Hit> {
    if links == 0 || plain || !is_capital(tokens, at) {
        return None;
    }
    let handle = Handle::read(tokens, at)?;
    let end = page_end(tokens, handle);
    (end > handle.last).then_some(Hit {
        handle: Handle { first: at, last: end },
        rule: "social.page",
        score: 62,
    })
}

pub(super) fn is_capital(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    token.is_word() && tokens.is_upper(token.start())
}

/// How far capitalised words go on behind a handle that is one.
pub(super) fn page_end(tokens: &Tokens<'_>, handle: Handle) -> usize {
    let mut last = handle.last;
    if !is_capital(tokens, handle.first) {
        return last;
    }
    while last - handle.last < 5 && tokens.at(last + 1).gap != Gap::Line {
        let joins = tokens.at(last + 1).is_any_mark(b"&'") && is_capital(tokens, last + 2);
        // "Tuinen Van der Plas", "Kings of the Grill"
        let small = (last + 1..last + 3).take_while(|at| tokens.at(*at).is_one(SMALL)).count();
        if is_capital(tokens, last + 1) {
            last += 1;
        } else if small > 0 && is_capital(tokens, last + small + 1) {
            last += small + 1;
        } else if joins {
            last += 2;
        } else if tokens.at(last + 1).is_mark(b'\'')
            && tokens.is(tokens.at(last + 2), "s")
            && tokens.is_glued(last + 2)
            && is_capital(tokens, last + 3)
        {
            last += 3;
        } else {
            break;
        }
    }
    last
}

/// Small words inside names.
static SMALL: &[Key] =
    keys!("of the de der den del della du des di da dos van von la le las los ter zum zur n o och i");

pub(super) fn page_start(tokens: &Tokens<'_>, handle: Handle) -> usize {
    let mut first = handle.first;
    if !is_capital(tokens, first) {
        return first;
    }
    while handle.first - first < 7
        && first > 0
        && (is_capital(tokens, first - 1) || is_owner(tokens, first - 1))
        && !tokens.at(first - 1).has(Senses::REACH.or(Senses::LINK))
        && tokens.at(first).gap != Gap::Line
    {
        first -= 1;
    }
    first
}

/// The `'s` of a name, its parts one by one.
fn is_owner(tokens: &Tokens<'_>, at: usize) -> bool {
    let sign = if tokens.at(at).is_mark(b'\'') { at } else { at.wrapping_sub(1) };
    tokens.at(sign).is_mark(b'\'')
        && tokens.is_glued(sign)
        && tokens.is(tokens.at(sign + 1), "s")
        && is_capital(tokens, sign.wrapping_sub(1))
}

/// Most words of a page's name in a script without capitals.
const MOST: usize = 5;

/// The name of a page in a script without capitals, behind a word that says that it is one, up to the end of the clause:
/// "my facebook page is", in Hindi.
pub(super) fn titled(tokens: &Tokens<'_>, end: usize, next: usize) -> Option<Hit> {
    if !(end + 1..next).any(|at| tokens.at(at).has(Senses::HANDLE)) {
        return None;
    }
    let other = Senses::STOP.or(Senses::LINK).or(Senses::REACH).or(Senses::PLATFORM).or(Senses::HANDLE);
    let belongs =
        |at: &usize| tokens.at(*at).ch == LETTER && tokens.at(*at).is_word() && !tokens.at(*at).has(other);
    let count = (next..next + MOST).take_while(belongs).count();
    let last = next + count.checked_sub(1)?;
    (2..MOST).contains(&count).then_some(Hit {
        handle: Handle { first: next, last },
        rule: "social.page",
        score: 60,
    })
}

/// Two or more capitalised words behind a word that asks to look for them.
pub(super) fn capitals(tokens: &Tokens<'_>, handle: Handle) -> Option<Handle> {
    if !is_capital(tokens, handle.last) {
        return None;
    }
    // "Ann Lee-Walker"
    let hyphened = handle.last >= 2
        && tokens.before(handle.last).is_mark(b'-')
        && tokens.is_glued(handle.last)
        && is_capital(tokens, handle.last - 2);
    let word = if hyphened { handle.last - 2 } else { handle.last };
    let first = page_start(tokens, Handle { first: word, last: word });
    let lead = tokens.before(first);
    let asks = lead.is_one(keys!(
        "search find follow lookup up like message add page called such busca cherche cerca procura \
             am m as under for only im soy bin suis sono sou som unter sous como ajoute zoek"
    ));
    (asks && first < handle.last).then_some(Handle { first, last: handle.last })
}
