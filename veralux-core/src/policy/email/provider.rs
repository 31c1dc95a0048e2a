//! Mailboxes beside the name of their provider, and the names that people give to providers.

use super::part::part;
use super::{MAX_LOCAL, finding, mailbox, spoken};
use crate::policy::Finding;
use crate::policy::fold::{EMOJI, EMOJI_MAIL, SIGN};
use crate::policy::lexicon::{Key, Senses, keys};
use crate::policy::social::is_compound;
use crate::policy::token::{Gap, Shape, Token, Tokens};

/// Providers whose names people take apart: the first part, the second, the usual spelling.
static TWO: &[(&[&str], &str, &str)] = &[
    (&["g", "gee", "ge", "jee", "gi"], "mail", "gmail"),
    (&["gee", "g", "jee"], "male", "gmail"),
    (&["hot", "hott"], "mail", "hotmail"),
    (&["hot", "hott"], "male", "hotmail"),
    (&["rediff"], "mail", "rediffmail"),
    (&["bt"], "internet", "btinternet"),
    (&["ya", "yah"], "hoo", "yahoo"),
    (&["ya", "yah"], "hu", "yahoo"),
    (&["proton"], "mail", "protonmail"),
    (&["google"], "mail", "gmail"),
    (&["out"], "look", "outlook"),
    (&["i", "eye"], "cloud", "icloud"),
    (&["fast"], "mail", "fastmail"),
    (&["y"], "mail", "ymail"),
];

/// Providers whose addresses people give without a top-level domain, as they write them, and the usual spelling.
static ONE: &[(&[Key], &str)] = &[
    (keys!("gmail гугл гмайл гмейл гмаил джимейл джимэйл жмейл जीमेल τζιμειλ γκμειλ"), "gmail"),
    (keys!("جيميل גימייל"), "gmail"),
    (keys!("hotmail хотмейл हॉटमेल هوتميل"), "hotmail"),
    (keys!("yahoo яху याहू γιαχου ياهو יאהו"), "yahoo"),
    (keys!("outlook аутлук आउटलुक اوتلوك"), "outlook"),
    (keys!("icloud айклауд आईक्लाउड"), "icloud"),
    (keys!("protonmail"), "protonmail"),
    (keys!("proton"), "proton"),
    (keys!("aol"), "aol"),
    (keys!("gmx"), "gmx"),
    (keys!("ymail"), "ymail"),
    (keys!("googlemail"), "googlemail"),
    (keys!("rediffmail रेडिफमेल रेडिफ"), "rediffmail"),
    (keys!("yandex яндекс яндексе"), "yandex"),
    (keys!("рамблер"), "rambler"),
    (keys!("gmailcom"), "gmail.com"),
    (keys!("yahoocom"), "yahoo.com"),
    (keys!("hotmailcom"), "hotmail.com"),
    (keys!("outlookcom"), "outlook.com"),
    (keys!("icloudcom"), "icloud.com"),
    (keys!("aolcom"), "aol.com"),
    (keys!("gmxde"), "gmx.de"),
];

/// Where the name of a provider begins that may end at a token.
pub(super) fn begin(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let token = tokens.at(at);
    if !token.has(Senses::HALF) {
        return token.has(Senses::PROVIDER).then_some(at);
    }
    let joint = tokens.before(at).is_any_mark(b"-_.");
    let first = at.checked_sub(1 + usize::from(joint))?;
    tokens.at(first).has(Senses::OPENS).then_some(first)
}

/// The token behind another, a mark between the two left out.
fn behind_joint(tokens: &Tokens<'_>, at: usize) -> usize {
    at + 1 + usize::from(tokens.at(at + 1).is_any_mark(b"-_."))
}

/// The provider whose name begins at a token: the last token of it, and its usual spelling.
pub(super) fn name(tokens: &Tokens<'_>, at: usize) -> Option<(usize, &'static str)> {
    let token = tokens.at(at);
    let next = behind_joint(tokens, at);
    let is_two = |(firsts, second, _): &&(&[&str], &str, &str)| {
        tokens.is(tokens.at(next), second) && firsts.iter().any(|first| tokens.is(token, first))
    };
    let may = tokens.at(next).has(Senses::HALF);
    if let Some((_, _, name)) = may.then(|| TWO.iter().find(is_two)).flatten() {
        return Some((next, name));
    }
    if !token.has(Senses::PROVIDER) || tokens.at(at + 1).is_mark(b'.') && tokens.is_glued(at + 2) {
        return None;
    }
    let named = ONE.iter().find(|(words, _)| token.is_one(words)).map_or("mail", |(_, name)| name);
    let name = if named == "mail" && token.ch == b'g' { "gmail" } else { named };
    Some((at, name))
}

/// "my gmail is ann.lee", "ann.lee92 (gmail)": a local part beside a provider's name.
pub(super) fn beside(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Finding)> {
    if tokens.at(at).has(Senses::PROVIDER) && tokens.at(at + 1).is_mark(b'.') {
        return without_sign(tokens, at);
    }
    let (end, name) = name(tokens, at)?;
    if name == "mail" {
        return None;
    }
    behind(tokens, end, name).or_else(|| in_front(tokens, at, end, name))
}

/// "annleewalks gmail.com", whose at-sign is left out.
fn without_sign(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Finding)> {
    let first = part(tokens, at).filter(|_| tokens.at(at).gap == Gap::Space)?;
    let host = crate::policy::host::host(tokens, at, true)?;
    let name = tokens.at(first);
    let unknown = name.lexeme.senses.is_empty() && name.len() >= 5;
    let sure = unknown || looks_like_handle(tokens, first, at - 1);
    let value = mailbox(&plain(tokens, first, at - 1), &host.name);
    sure.then(|| (host.last, finding(tokens, first, host.last, value, "email.spaced", 72)))
}

fn behind(tokens: &Tokens<'_>, end: usize, name: &str) -> Option<(usize, Finding)> {
    // "gmail me, it's"
    let me = tokens.at(end + 1).is_one(keys!("me us"));
    let mut next = end + 1 + usize::from(me);
    let mut links = 0;
    for _ in 0..6 {
        let token = tokens.at(next);
        let links_on = token.is_any_mark(b":=->,") || token.has(Senses::LINK);
        let passes = token.has(Senses::HANDLE.or(Senses::MAIL))
            || token.is_one(keys!("address it im am"))
            // "my gmail's ann.lee", "mon gmail c'est"
            || token.is_mark(b'\'')
            || tokens.is(token, "s") && tokens.before(next).is_mark(b'\'')
            || tokens.is(token, "c") && tokens.at(next + 1).is_mark(b'\'')
            || token.is_any_mark(&[EMOJI_MAIL, EMOJI, SIGN]);
        if !(links_on || passes) {
            break;
        }
        links += usize::from(links_on);
        next += 1;
    }
    if links > 0
        && let Some((last, local)) = spoken::told(tokens, next)
    {
        let value = mailbox(&local, name);
        return Some((last, finding(tokens, next, last, value, "email.provider", 76)));
    }
    let last = run_end(tokens, next)?;
    // "my gmail is down.thanks"
    let prose = |at: usize| tokens.at(at).has(Senses::STOP) || tokens.at(at).is_mark(b'.');
    let strange = looks_like_handle(tokens, next, last) && !(next..=last).all(prose);
    // "Gmail, thornburypiano - that is all"
    let after = tokens.at(last + 1);
    let ends = after.gap == Gap::Line || after.is_any_mark(b".,!?)-");
    // "my outlook is improving"
    let token = tokens.at(next);
    let unknown = token.lexeme.senses.is_empty() && !tells(tokens, next);
    let compound = is_compound(tokens, next);
    // "the outlook is grey"
    if !strange && !compound && tokens.at(end).is_one(AMBIGUOUS) && !owned(tokens, end) {
        return None;
    }
    let length = tokens.at(last).end() - token.start();
    let named = || unknown && (ends && length >= 4 || owned(tokens, end) && token.len() >= 10);
    let meant = compound
        || strange && (links > 0 || owned(tokens, end) || tokens.is(tokens.before(end), "the"))
        || links > 0 && named();
    meant.then(|| {
        (last, finding(tokens, next, last, mailbox(&plain(tokens, next, last), name), "email.provider", 78))
    })
}

/// Whether a word says how something is, or ends as those do.
fn tells(tokens: &Tokens<'_>, at: usize) -> bool {
    let ends = |text: &&str| tokens.chars(tokens.at(at)).rev().take(text.len()).eq(text.bytes().rev());
    tokens.at(at).is_one(PLAINLY)
        || ["ing", "ed", "ble", "ly", "ive", "ful", "ous", "ent", "ght"].iter().any(ends)
}

/// How a provider's name is spelt, or which one it is.
static PLAINLY: &[Key] = keys!(
    "proper ordinary normal usual regular standard classic correct right same basic obvs normale normaal      normalny standart habitual"
);

/// Providers whose names are everyday words.
static AMBIGUOUS: &[Key] = keys!("outlook proton look");

/// "my gmail", "her yahoo".
fn owned(tokens: &Tokens<'_>, end: usize) -> bool {
    (end.saturating_sub(3)..end).any(|at| tokens.at(at).is_one(keys!("my his her our mi mein mon meu mio")))
}

fn in_front(tokens: &Tokens<'_>, at: usize, end: usize, name: &str) -> Option<(usize, Finding)> {
    let mut before = at.checked_sub(1)?;
    if let Some(hit) = owned_in_front(tokens, at, name) {
        return Some((end, hit));
    }
    // "ann.lee bei gmx"
    let at_sign = tokens.at(before).is_one(keys!("en bei chez su sur em bij op na no auf"));
    before = before.checked_sub(usize::from(at_sign))?;
    while tokens.at(before).is_any_mark(b"([-*|,")
        || tokens.at(before).is_one(keys!("on using at via with my"))
    {
        before = before.checked_sub(1)?;
    }
    let first = part(tokens, before + 1)?;
    // "annleewalks hotmail com", "ann.lee hotmail es,"
    let (token, next) = (tokens.at(first), tokens.at(end + 1));
    let whole = tokens.is(next, "com");
    let stated = next.has(Senses::TLD) && tokens.at(end + 2).shape == Shape::Mark;
    let strange = looks_like_handle(tokens, first, before)
        || is_compound(tokens, first)
        || whole && token.lexeme.senses.is_empty();
    let near = before + 1 == at && tokens.at(at).gap == Gap::Space;
    let last = match () {
        () if whole || stated => end + 1,
        () if at_sign || near => end,
        () => before,
    };
    let mut value = mailbox(&plain(tokens, first, before), name);
    for at in end + 1..=last {
        value.push('.');
        tokens.spell(tokens.at(at), &mut value);
    }
    let meant = strange && token.is_word() && !tokens.at(before).has(Senses::AT);
    meant.then(|| (last.max(end), finding(tokens, first, last, value, "email.provider", 76)))
}

/// "oakandironfencing is my gmail", "hundehotel ist mein gmx".
fn owned_in_front(tokens: &Tokens<'_>, at: usize, name: &str) -> Option<Finding> {
    let owner = tokens.before(at).is_one(keys!("my our mein unser mi nuestro mon notre mio meu mijn mera"));
    let is = tokens.before(at.wrapping_sub(1)).is_one(keys!("is ist es est e thats s"));
    let last = at.checked_sub(3).filter(|_| owner && is)?;
    let first = part(tokens, last + 1)?;
    let token = tokens.at(first);
    let unknown = token.lexeme.senses.is_empty() && token.len() >= 5;
    (unknown || looks_like_handle(tokens, first, last)).then(|| {
        finding(tokens, first, last, mailbox(&plain(tokens, first, last), name), "email.provider", 74)
    })
}

/// Letters, digits and the signs of a local part, from a token on.
pub(super) fn run_end(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let belongs = |token: &Token| token.is_word() || token.is_digits();
    if !belongs(tokens.at(at)) {
        return None;
    }
    let mut last = at;
    while tokens.is_glued(last + 1) && tokens.at(last + 1).end() - tokens.at(at).start() <= MAX_LOCAL {
        if belongs(tokens.at(last + 1)) {
            last += 1;
        } else if tokens.at(last + 1).is_any_mark(b"._-+")
            && tokens.is_glued(last + 2)
            && belongs(tokens.at(last + 2))
        {
            last += 2;
        } else {
            break;
        }
    }
    Some(last)
}

/// Whether letters stand with digits, dots or underscores between the first token and the last.
pub(super) fn looks_like_handle(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    let letters = (first..=last).any(|at| tokens.at(at).is_word() && tokens.at(at).len() >= 2);
    let signs = (first..=last).any(|at| tokens.at(at).is_digits() || tokens.at(at).is_any_mark(b"._"));
    letters && signs
}

pub(super) fn plain(tokens: &Tokens<'_>, first: usize, last: usize) -> String {
    (first..=last).flat_map(|at| tokens.chars(tokens.at(at))).filter(u8::is_ascii).map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lexicon;

    #[test]
    fn parts_of_names_are_known() {
        for first in TWO.iter().flat_map(|(firsts, ..)| *firsts) {
            assert!(lexicon::look_up(Key::of(first.bytes())).has(Senses::OPENS), "{first}");
        }
        for (_, second, _) in TWO {
            assert!(lexicon::look_up(Key::of(second.bytes())).has(Senses::HALF), "{second}");
        }
    }
}
