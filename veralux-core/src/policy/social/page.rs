//! Pages whose names are several capitalised words: "search Happy Paws on facebook".

use super::Hit;
use super::announced::ASKS;
use super::handle::Handle;
use crate::policy::fold::LETTER;
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::token::{Gap, Tokens};

/// A page whose name is several capitalised words.
pub(super) fn page(tokens: &Tokens<'_>, at: usize, links: usize, plain: bool) -> Option<Hit> {
    if links == 0 || plain {
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

/// Where the page's name begins that somebody is to look for on a platform: "su Facebook cercate Pizzeria Gino", "auf FB
/// einfach Malerei Wolf suchen".
pub(super) fn sought(tokens: &Tokens<'_>, next: usize) -> Option<usize> {
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
    let small = |at: &usize| tokens.at(*at).is_one(FOR) || seeks(*at);
    let name = next + (next..next + TO_PAGE).take_while(small).count();
    let end = page_end(tokens, Handle { first: name, last: name });
    let addressed = (next..name).any(|at| tokens.at(at).is_one(ADDRESSED));
    let asked = || (next..name).any(seeks) || seeks(end + 1);
    (end > name && addressed && asked()).then_some(name)
}

/// Most tokens of a name between quotation marks.
const QUOTED: usize = 6;

/// The name of several words that begins behind a quotation mark and ends in front of one, behind a word that says that it
/// is a name: `called "jo bakes"`; people put much else between such marks.
pub(super) fn quoted(tokens: &Tokens<'_>, first: usize) -> Option<Handle> {
    static CALLED: &[Key] = keys!("called named as als");
    let open = tokens.before(first);
    if !open.is_any_mark(b"\"'") || !tokens.before(first - 1).is_one(CALLED) {
        return None;
    }
    let end = (first..first + QUOTED).find(|at| tokens.at(*at).is_mark(open.ch))?;
    (end > first + 1).then_some(Handle { first, last: end - 1 })
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
        // "Tuinen Van der Plas", "Kings of the Grill"
        let small = || (last + 1..last + 3).take_while(|at| tokens.at(*at).is_one(SMALL)).count();
        let next = last + 1;
        let between = if tokens.at(next).is_any_mark(b"&'") {
            // "Lee's Cakes"
            1 + usize::from(tokens.is(tokens.at(next + 1), "s"))
        } else if is_capital(tokens, next) {
            0
        } else {
            small()
        };
        if !is_capital(tokens, next + between) {
            break;
        }
        last = next + between;
    }
    last
}

/// Small words inside names.
static SMALL: &[Key] =
    keys!("of the de der den del della du des di da do dos van von la le las los ter zum zur n o och i");

pub(super) fn page_start(tokens: &Tokens<'_>, handle: Handle) -> usize {
    let mut first = handle.first;
    if !is_capital(tokens, first) {
        return first;
    }
    while handle.first - first < 7 {
        // "Lee's Cakes"
        let between = if tokens.is(tokens.before(first), "s") { 2 } else { 0 };
        let before = first.wrapping_sub(1 + between);
        if !is_capital(tokens, before) || tokens.at(before).has(Senses::REACH.or(Senses::LINK)) {
            break;
        }
        first = before;
    }
    first
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
    let belongs = |at: &usize| tokens.at(*at).ch == LETTER && !tokens.at(*at).has(other);
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
    let hyphened = tokens.before(handle.last).is_mark(b'-');
    let word = if hyphened { handle.last.saturating_sub(2) } else { handle.last };
    let first = page_start(tokens, Handle { first: word, last: word });
    let lead = tokens.before(first);
    let asks = lead.is_one(keys!(
        "search find follow lookup up like message add page called such busca cherche cerca procura \
             am m as under for only im soy bin suis sono sou som unter sous como ajoute zoek"
    ));
    (asks && first < handle.last).then_some(Handle { first, last: handle.last })
}
