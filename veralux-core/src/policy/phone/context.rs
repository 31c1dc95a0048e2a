//! What the words and marks around digits say.

use super::MAX_GROUPS;
use super::label;
use crate::policy::fold::EMOJI_PHONE;
use crate::policy::lexicon::{Key, Senses, Set, keys};
use crate::policy::token::{Gap, Tokens};

/// How far words speak for a number, in tokens.
pub(super) const BEFORE: usize = 9;
const AFTER: usize = 6;
/// How far in front of a number stands whose it is.
const PERSON: usize = 6;

/// What stands in front of some digits says about them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Call this.
    Call,
    /// This names a thing.
    Thing,
    /// A thing is spoken of near it.
    Perhaps,
    /// Somebody who is called is spoken of near it: "the plumber, Ann".
    Person,
    /// Nothing.
    Nothing,
}

/// Whether a token asks to call: a word, a pictogram, "my number".
pub(super) fn calls(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    if !token.is_word() {
        return token.is_mark(EMOJI_PHONE);
    }
    if token.has(Senses::CALL) {
        // "Austin TX 78701"
        return !(token.is_one(keys!("tx")) && tokens.is_upper(token.start()));
    }
    // "MB Way"
    if token.is_one(keys!("way")) && tokens.is(tokens.before(at), "mb") {
        return true;
    }
    // "call4155550123"
    if tokens.is_glued(at + 1)
        && tokens.at(at + 1).is_digits()
        && ["call", "ring", "text", "dial", "phone"]
            .iter()
            .any(|word| tokens.chars(token).take(word.len()).eq(word.bytes()))
    {
        return true;
    }
    // "hit me up"
    if token.is_one(keys!("up")) {
        return tokens.at(at.wrapping_sub(2)).is_one(keys!("hit hmu ring call"));
    }
    // "moj nr", but "moj nr konta", "my no 1"
    let next = tokens.at(at + 1);
    let short = || label::is_copula(next) || !(next.is_word() || next.is_digits() && next.len() < 3);
    let number =
        token.is_one(keys!("number numbers digits")) || token.is_one(keys!("no num nr nro cislo")) && short();
    number && tokens.before(at).is_one(OWNERS)
}

/// Whose number it is, or which, in front of the word.
static OWNERS: &[Key] = keys!(
    "my his her our new direct personal private real own this mein meine mi mon meu mio mijn moj moje mitt \
     mit min mera mere"
);

/// Whether digits are too few for a number and no others follow.
fn is_short(tokens: &Tokens<'_>, at: usize) -> bool {
    let said = |at: usize| tokens.at(at).has(Senses::DIGIT.or(Senses::TENS));
    if said(at) && said(at + 1) {
        return false;
    }
    tokens.at(at).len() <= 5
        && !tokens.at(at + 1).is_digits()
        && !(tokens.at(at + 1).is_any_mark(b"-. ") && tokens.at(at + 2).is_digits())
}

/// Looks at the words in front of a token, nearest first.
pub(super) fn before(tokens: &Tokens<'_>, first: usize) -> Says {
    let (mut near, mut thing, mut quoted, mut person, mut code) = (true, false, false, false, false);
    for back in 1..=BEFORE.min(first) {
        let at = first - back;
        let token = tokens.at(at);
        if calls(tokens, at) {
            // "zamówienie numer 602140833"
            let named = near && label::is_number_of_thing(tokens, at);
            return if named && !is_dialled(tokens, first) { Says::Thing } else { Says::Call };
        }
        let short = token.is_mark(b'.') && tokens.before(at).is_one(keys!("no nr num n art tel ph ref"));
        if token.is_digits() || (token.is_any_mark(b".!?") && tokens.at(at + 1).gap > Gap::None && !short) {
            // Another number, another sentence; a cue alone in front of it still counts: "Call me. 415 ..."
            near = false;
            if back > 2 {
                break;
            }
        }
        if token.has(Senses::PERSON) {
            person |= back <= PERSON || tokens.before(first).is_mark(b':');
        }
        if token.is_word() && near {
            let area = tokens.is(token, "code")
                && (tokens.before(at).is_one(keys!("area country dialling dialing city"))
                    || leads_number(tokens, at, first));
            if area || token.has(Senses::PART) && token.is_one(PREFIXES) {
                return Says::Call;
            }
            let spot = token.has(Senses::SPOT) && is_short(tokens, first);
            // "the last part is 0132"
            let part = tokens.before(at);
            if tokens.is(token, "part") && (part.has(Senses::PART) || tokens.is(part, "front")) {
                return Says::Nothing;
            }
            // Your "order number" is none.
            if quoted && token.has(Senses::THING) {
                return Says::Nothing;
            }
            if token.has(Senses::THING)
                || spot
                || label::is_holder(tokens, at)
                || label::is_filed(tokens, at, first) && !calls_after(tokens, first)
                || label::is_reading(tokens, at, first)
            {
                // "keep all of these in order: 583"
                if tokens.is(token, "order") && tokens.is(tokens.before(at), "in") {
                    return Says::Nothing;
                }
                // "call claim number"
                let verb = at > 0 && calls(tokens, at - 1) && !label::is_number(tokens.before(at));
                let asked = verb || is_dialled(tokens, first);
                return if asked { Says::Call } else { Says::Thing };
            }
            // "HM 0045 7782": letters that belong to a name
            let prefix = back == 1 && token.len() <= 3 && tokens.is_upper(token.end() - 1);
            code |= prefix && token.len() >= 2 && token.lexeme.senses.is_empty();
            let quiet =
                token.has(Senses::FILLER.or(Senses::LINK).or(Senses::HANDLE)) || label::is_number(token);
            near = prefix || quiet && back <= 5;
        } else if token.is_word() {
            thing |= token.has(Senses::THING) && back <= 6;
        }
        quoted |= token.is_mark(b'"') && !(back == 1 && tokens.is_glued(first));
        // "booking via 415"
        quoted |= back == 1 && token.is_one(keys!("via through thru"));
        if token.is_any_mark(b"#") && back == 1 && !is_tagged_row(tokens, first) {
            // "ph# 415", "call me #4155550132"
            let quiet = |at: &usize| tokens.at(*at).is_one(keys!("me us on at"));
            let verb = (at.saturating_sub(3)..at).rev().find(|at| !quiet(at));
            return if verb.is_some_and(|at| calls(tokens, at)) { Says::Call } else { Says::Thing };
        }
    }
    if !thing {
        // "FD 9904 200417": letters that are nothing by themselves.
        return if person {
            Says::Person
        } else if code {
            Says::Perhaps
        } else {
            Says::Nothing
        };
    }
    // "the reference of the filter is 0986 452 041", "serial on the back plate: 0412-331-908"
    let copula = label::is_copula(tokens.before(first)) || label::heads(tokens, first);
    match is_dialled(tokens, first) {
        true => Says::Call,
        false if copula => Says::Thing,
        false => Says::Perhaps,
    }
}

/// Whether "code" behind the name of a place stands in front of digits as the code of an area does: "leeds code (0113) then
/// four nine six".
fn leads_number(tokens: &Tokens<'_>, code: usize, first: usize) -> bool {
    let (place, token) = (tokens.before(code), tokens.at(first));
    let closed = tokens.at(first + 1).is_mark(b')');
    let next = first + 1 + usize::from(closed);
    let told = tokens.at(next).is_one(keys!("then and")) && tokens.at(next + 1).has(Senses::DIGIT);
    // Not "garage code 0161": a name has a capital that no sentence gives it, or its code stands in brackets.
    let begins = place.gap == Gap::Line || tokens.before(code.wrapping_sub(1)).is_any_mark(b".!?");
    let named = closed || tokens.is_upper(place.start()) && !begins;
    named
        && place.lexeme.senses.is_empty()
        && !place.is_one(keys!("safe bike locker alarm wifi padlock lockbox keypad promo voucher discount"))
        && token.ch == b'0'
        && (3..=5).contains(&token.len())
        && told
}

/// Words for the code of an area, and nothing else.
static PREFIXES: &[Key] =
    keys!("ddd prefisso prefijo indicatif prefixo kierunkowy netnummer riktnummer predvolba");
/// How far behind a label's digits it may be said to dial them, in tokens.
const DIALLED: usize = 24;

/// Whether somebody says to dial what a label seems to name: "ring that invoice", "pero si la marcas", "dial it".
pub(super) fn is_dialled(tokens: &Tokens<'_>, first: usize) -> bool {
    if !tokens.any_has(Senses::CALL) {
        return false;
    }
    let row = first..first + 2 * MAX_GROUPS;
    let end = row.into_iter().find(|at| tokens.at(*at).is_word());
    let from = end.unwrap_or(first);
    (from..from + DIALLED).any(|at| {
        let verb = tokens.at(at);
        // "what you type in your phone"
        if verb.is_in(&KEYS) && (at.saturating_sub(4)..at).any(|at| tokens.at(at).is_one(TYPES)) {
            return true;
        }
        if !verb.is_in(&DIALS) {
            return false;
        }
        // "appelez-la"
        let next = at + 1 + usize::from(tokens.at(at + 1).is_mark(b'-'));
        let plain = verb.is_one(keys!("call ring phone text dial"));
        // "dial the ref"
        let named = tokens.at(next).is_one(ARTICLES) && tokens.at(next + 1).has(Senses::THING);
        // "ring that bell"
        let after = tokens.at(next + 1);
        let other = after.is_word() && !after.has(Senses::STOP.or(Senses::THING).or(Senses::FILLER));
        named
            || tokens.at(next).is_one(IT) && !(plain && other)
            || !plain && (at.saturating_sub(3)..at).any(|at| tokens.at(at).is_one(IT))
    })
}

/// Words that say to dial, and words for what is dialled.
static DIALS: Set = Set::of(keys!(
    "ping call ring rings phone text dial dialling dialing ringing calling marca marcas marcalo marque \
     marques llamas llama llamar marcar appeler appelle appelles appelez composer compose composez wahl \
     wahle wahlst waehl waehle anrufen anrufst rufen chiama chiamare chiami componi liga ligar ligue \
     discar disca bel bellen belt"
));
/// Words for typing, and for what a number is typed into.
static TYPES: &[Key] = keys!(
    "type punch tap key enter put stick pop tippst tippen tippe teclea tecleas pones tapes tapez digiti \
     digita digitas toets"
);
static KEYS: Set = Set::of(keys!(
    "phone mobile cell handset dialler dialer dialpad keypad telefono movil handy telephone telefone \
     celular telefoon telefon"
));
static ARTICLES: &[Key] = keys!("the this that your la el le il die den das");
static IT: &[Key] = keys!(
    "het hem it that this them those these la lo ese esa le l ce cette ca die sie es diese das para pra \
     esse essa dem quel questo dat deze"
);

/// Whether digits behind a `#` stand beside others behind one: "#646 #555 #0107".
fn is_tagged_row(tokens: &Tokens<'_>, at: usize) -> bool {
    let tagged = |at: usize| tokens.at(at).is_digits() && tokens.before(at).is_mark(b'#');
    tagged(at + 2) || tagged(at.wrapping_sub(2))
}

/// Whether the words behind a token ask to call it.
pub(super) fn calls_after(tokens: &Tokens<'_>, last: usize) -> bool {
    for at in last + 1..=last + AFTER {
        let token = tokens.at(at);
        if calls(tokens, at) {
            return true;
        }
        if token.is_digits() || (token.is_any_mark(b".!?") && at > last + 1) {
            return false;
        }
    }
    false
}

/// Whether a name stands directly in front of a number, within a sentence: "if not, Marta 655 208 341".
pub(super) fn is_named(tokens: &Tokens<'_>, first: usize) -> bool {
    let at = first.wrapping_sub(1 + usize::from(tokens.before(first).is_mark(b',')));
    let name = tokens.at(at);
    name.len() >= 3
        && name.lexeme.senses.is_empty()
        && tokens.is_upper(name.start())
        && !tokens.is_upper(name.end() - 1)
}

/// Whether the next sentence begins with a call: "40/45/55/01/55 haha. call me".
pub(super) fn calls_next(tokens: &Tokens<'_>, last: usize) -> bool {
    let stop = (last + 1..last + AFTER).find(|at| !tokens.at(*at).is_word());
    stop.is_some_and(|at| tokens.at(at).is_any_mark(b".!?") && calls(tokens, at + 1))
}

/// Words in front of how many digits come, or which of several rows.
static NAMES: Set = Set::of(keys!(
    "pehle akhri aakhri primi ultimi last first final next other remaining ending middle letzten ultimos \
     derniers primeros ersten nachsten naechsten prime altre altri ultime primeras ultimas siguientes \
     proximos premiers suivants eerste laatste volgende part msg message bit piece chunk parte partie \
     teil deel czesc часть"
));
/// Those of them in front of which row it is.
static NUMBERED: &[Key] = keys!("part msg message bit piece chunk parte partie teil deel czesc часть");

/// "last four", "the first 3 digits": names a part of a number and is none; answers the token behind it.
#[inline]
pub(super) fn part_name(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    if tokens.at(at).is_in(&NAMES) { part_named(tokens, at) } else { None }
}

#[inline(never)]
fn part_named(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    // "part 2: 555"
    let (lead, count) = (tokens.at(at), tokens.at(at + 1));
    if lead.is_one(NUMBERED) {
        let row = count.is_digits() && count.len() <= 1 && tokens.at(at + 2).is_any_mark(b":=-)")
            || count.has(Senses::DIGIT) && tokens.at(at + 2).is_digits();
        return row.then_some(at + 2);
    }
    let small =
        tokens.number(count).or_else(|| count.has(Senses::DIGIT).then(|| u32::from(count.lexeme.value)))?;
    let behind = tokens.at(at + 2);
    let names = behind.is_one(keys!(
        "digits digit numbers are is of being nums zahlen ziffern son chiffres cifre cifras cijfers"
    )) || behind.is_any_mark(b":=-");
    // "first five 98765"
    let counted = behind.is_digits() && u32::try_from(behind.len()) == Ok(small);
    ((2..=7).contains(&small) && (names || counted || count.len() == 1)).then_some(at + 2)
}

/// How far the second bracket stands from the first.
const ASIDE: usize = 8;

/// A few words in brackets or between stars: the token behind them.
#[inline(never)]
pub(super) fn aside(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let close = match tokens.at(at).ch {
        b'(' => b')',
        b'[' => b']',
        b'*' => b'*',
        _ => return None,
    };
    let end = (at + 2..at + ASIDE).find(|end| tokens.at(*end).is_mark(close))?;
    let said = |at: usize| tokens.at(at).is_word() && !tokens.at(at).has(Senses::DIGIT);
    let spoken = |at: usize| said(at) || at > end - 3 && tokens.at(at).is_any_mark(b"?!'");
    (said(at + 1) && (at + 2..end).all(spoken)).then_some(end + 1)
}
