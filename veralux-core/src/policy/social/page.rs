//! Pages whose names are several capitalised words: "search Happy Paws on facebook".

use super::Hit;
use super::announced::ASKS;
use super::handle::{self, Handle};
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

/// Most words between a platform and the page that somebody is to look for there.
const TO_PAGE: usize = 3;

/// Where the page's name begins that somebody is to look for on a platform: "look on facebook for Kelso Kennels", "su Facebook
/// cercate Pizzeria Gino", "auf FB einfach Malerei Wolf suchen".
pub(super) fn sought(tokens: &Tokens<'_>, at: usize, next: usize) -> Option<usize> {
    // Verbs at the end of a clause.
    static LAST: &[Key] =
        keys!("suchen finden zoeken opzoeken dhundo dhoondo khojo search ara arayin aratin");
    static FOR: &[Key] = keys!("for nach por naar einfach mal doch eens ke zu du us uns me nous");
    // Who is told to look, or whom he is to find; others are looking for a flat: "sur Facebook cherche Appartement Lyon".
    static ADDRESSED: &[Key] = keys!(
        "einfach doch eens us uns me nous cercate cherchez trouvez suivez ajoutez sigueme buscame agregame \
         cercami"
    );
    let seeks = |at: usize| tokens.at(at).is_in(&ASKS) || tokens.at(at).is_one(LAST);
    let small = |at: &usize| {
        let token = tokens.at(*at);
        token.is_word() && !is_capital(tokens, *at) && (token.is_one(FOR) || seeks(*at))
    };
    let name = next + (next..next + TO_PAGE).take_while(small).count();
    if !is_capital(tokens, name) {
        return None;
    }
    let end = page_end(tokens, Handle { first: name, last: name });
    let asked = || (at.saturating_sub(4)..at).any(|at| tokens.at(at).has(Senses::REACH));
    let addressed = (next..name).any(|at| tokens.at(at).is_one(ADDRESSED));
    let leads = name > next && asked() || addressed && ((next..name).any(seeks) || seeks(end + 1));
    (end > name && leads).then_some(name)
}

/// Most tokens of a name between quotation marks.
const QUOTED: usize = 6;

/// The name of several words that begins behind a quotation mark and ends in front of one, behind a word that says that it
/// is a name: `called "jo bakes"`; people put much else between such marks.
pub(super) fn quoted(tokens: &Tokens<'_>, first: usize) -> Option<Handle> {
    static CALLED: &[Key] = keys!("called named as als");
    let open = tokens.before(first);
    let close = |at: &usize| tokens.at(*at).is_mark(open.ch);
    if !open.is_any_mark(b"\"'") || !tokens.is_glued(first) || !tokens.before(first - 1).is_one(CALLED) {
        return None;
    }
    let end = (first..first + QUOTED).find(close)?;
    let belongs = |at: usize| handle::belongs(tokens.at(at)) || tokens.at(at).is_any_mark(b"&'-._");
    let other = Senses::STOP.or(Senses::LINK).or(Senses::UNIT);
    let named = (first..end).any(|at| tokens.at(at).is_word() && !tokens.at(at).has(other));
    (end > first + 1 && named && (first..end).all(belongs)).then_some(Handle { first, last: end - 1 })
}

/// The same in front of a closing one.
pub(super) fn quoted_before(tokens: &Tokens<'_>, last: usize) -> Option<Handle> {
    let close = tokens.at(last + 1);
    let open = (last.saturating_sub(QUOTED)..last).rev().find(|at| tokens.at(*at).is_mark(close.ch))?;
    quoted(tokens, open + 1).filter(|handle| handle.last == last)
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
        // "Casa do Pao", not "Happy Paws do Mondays"
        let of = tokens.is(tokens.at(last + 1), "do") && !tokens.at(last + 2).has(Senses::STOP);
        if is_capital(tokens, last + 1) {
            last += 1;
        } else if of && is_capital(tokens, last + 2) {
            last += 2;
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
        && !tokens.at(first - 1).has(Senses::REACH)
        && (!tokens.at(first - 1).has(Senses::LINK) || first > 1 && is_inner(tokens, first - 1))
        && tokens.at(first).gap != Gap::Line
    {
        first -= 1;
    }
    first
}

/// Whether a capitalised word stands between two of a name: "Tiles By Toro".
fn is_inner(tokens: &Tokens<'_>, at: usize) -> bool {
    let before = tokens.before(at);
    is_capital(tokens, at)
        && is_capital(tokens, at - 1)
        && tokens.at(at).gap == Gap::Space
        && !before.has(Senses::REACH.or(Senses::LINK).or(Senses::STOP))
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
