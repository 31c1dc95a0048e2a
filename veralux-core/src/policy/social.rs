//! Handles of networks, messengers and payment services: with their sign, or beside the name of a platform.
//!
//! A platform's name alone is nothing; a handle must stand beside it that is no everyday word.

mod alone;
mod handle;
mod name;
mod page;
mod platform;

use std::cell::OnceCell;

use super::fold::{EMOJI_SOCIAL, LETTER};
use super::host;
use super::lexicon::{Key, Senses, words};
use super::token::{Shape, Tokens};
use super::{Finding, Kind, Severity};
pub(super) use alone::alone;
use handle::Handle;

pub(super) use handle::is_compound;
pub(super) use name::{
    FIRSTS as PLATFORM_FIRSTS, SECONDS as PLATFORM_SECONDS, TWO as PLATFORMS_IN_TWO, name as platform_name,
};
pub(super) use platform::is_announced;

pub(super) fn find(tokens: &Tokens<'_>, found: &mut Vec<Finding>) {
    let things = Things::default();
    for at in 0..tokens.len() {
        if may_begin(tokens, at) {
            find_at(tokens, at, &things, found);
        }
    }
}

fn find_at(tokens: &Tokens<'_>, at: usize, things: &Things, found: &mut Vec<Finding>) {
    let hit = match tokens.at(at).shape {
        Shape::Word => {
            tagged(tokens, at).or_else(|| followed(tokens, at)).or_else(|| underscored(tokens, at, things))
        }
        Shape::Mark => with_sign(tokens, at)
            .or_else(|| tagged(tokens, at))
            .or_else(|| payment(tokens, at))
            .or_else(|| numbered(tokens, at))
            .or_else(|| pictured(tokens, at)),
        Shape::Digits | Shape::Outside => None,
    };
    push(tokens, hit.as_ref(), found);
    if let Some((end, plain)) = name::name(tokens, at) {
        push(tokens, platform::behind(tokens, at, end, plain).as_ref(), found);
        push(tokens, platform::in_front(tokens, at, plain).as_ref(), found);
    }
}

/// Whether a handle or the name of a platform may begin at a token.
fn may_begin(tokens: &Tokens<'_>, at: usize) -> bool {
    let token = tokens.at(at);
    match token.shape {
        Shape::Word => {
            token.has(Senses::PLATFORM.or(Senses::OPENS))
                || token.ch == LETTER
                || tokens.at(at + 1).is_any_mark(b"_@")
        }
        Shape::Mark => matches!(token.ch, b'@' | b'$' | b'#' | b'.' | EMOJI_SOCIAL),
        Shape::Digits | Shape::Outside => false,
    }
}

fn push(tokens: &Tokens<'_>, hit: Option<&Hit>, found: &mut Vec<Finding>) {
    let Some(Hit { handle, rule, score }) = hit else { return };
    found.push(Finding {
        kind: Kind::Social,
        span: tokens.span(handle.first, handle.last),
        value: handle.value(tokens),
        rule,
        score: *score,
        severity: Severity::Identifier,
    });
}

struct Hit {
    handle: Handle,
    rule: &'static str,
    score: u8,
}

/// `@ann_lee`
fn with_sign(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    if !tokens.at(at).is_mark(b'@') || !stands_free(tokens, at) || !tokens.is_glued(at + 1) {
        return None;
    }
    let handle = Handle::read(tokens, at + 1)?;
    let first = tokens.at(at + 1);
    let letters = handle.letters(tokens);
    let time = first.is_digits() && tokens.at(at + 2).has(Senses::UNIT);
    let place = handle.is_everyday(tokens);
    // "@app.route"
    let code = first.is_one(CODE) && tokens.at(at + 2).is_mark(b'.') && tokens.is_glued(at + 2);
    let place = place || code;
    let host = host::host(tokens, at + 1, true)
        .is_some_and(|host| host.last > handle.last && host.style == host::Style::Plain);
    (letters >= 2 && handle.len(tokens) >= 3 && !time && !place && !host).then_some(Hit {
        handle: Handle { first: at, ..handle },
        rule: "social.handle",
        score: 84,
    })
}

/// What the annotations of programs begin with: `@pytest.fixture`.
static CODE: &[Key] = &words([
    "app",
    "pytest",
    "router",
    "api",
    "mock",
    "click",
    "celery",
    "task",
    "tf",
    "torch",
    "functools",
    "abc",
    "bp",
    "cache",
    "login",
    "admin",
    "types",
    "angular",
    "babel",
    "vue",
    "spring",
    "bean",
    "contextlib",
    "dataclasses",
]);

/// An `@` inside a word belongs to an address, and one behind an earlier `@` is an ornament.
fn stands_free(tokens: &Tokens<'_>, at: usize) -> bool {
    let before = tokens.before(at);
    !tokens.is_glued(at) || !(before.is_word() || before.is_digits() || before.is_any_mark(b"@]_.+-%"))
}

/// `$annlee`, the tag of a payment service.
fn tagged(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    // "dollar sign annlee"
    let spelt = tokens.is(tokens.at(at), "dollar") && tokens.is(tokens.at(at + 1), "sign");
    if spelt
        && let Some(handle) = Handle::read(tokens, at + 2)
        && handle.letters(tokens) >= 4
        && !handle.is_everyday(tokens)
    {
        return Some(Hit { handle: Handle { first: at, ..handle }, rule: "social.cashtag", score: 76 });
    }
    if !tokens.at(at).is_mark(b'$')
        || !stands_free(tokens, at)
        || !tokens.is_glued(at + 1)
        || !tokens.at(at + 1).is_word()
    {
        return None;
    }
    let handle = Handle::read(tokens, at + 1)?;
    let money = tokens.at(at + 1).has(Senses::DIGIT)
        || (tokens.at(at + 1).has(Senses::MONEY) && handle.first == handle.last);
    (handle.letters(tokens) >= 3 && !money && !handle.is_everyday(tokens)).then_some(Hit {
        handle: Handle { first: at, ..handle },
        rule: "social.cashtag",
        score: 84,
    })
}

/// `annlee@okaxis`, an address of the Unified Payments Interface.
fn payment(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    let sign = tokens.at(at);
    let bank = tokens.at(at + 1);
    if !sign.is_mark(b'@') || !bank.is_word() || !bank.has(Senses::UPI) {
        return None;
    }
    if tokens.at(at + 2).is_mark(b'.') && tokens.is_glued(at + 2) && tokens.is_glued(at + 3) {
        return None;
    }
    let first = handle::run_start(tokens, at)?;
    Some(Hit { handle: Handle { first, last: at + 1 }, rule: "social.upi", score: 92 })
}

/// `annlee#1234` of Discord, `annlee.42` of Signal.
fn numbered(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    let (sign, number) = (tokens.at(at), tokens.at(at + 1));
    if !sign.is_any_mark(b"#.") || !tokens.is_glued(at) || !tokens.is_glued(at + 1) || !number.is_digits() {
        return None;
    }
    let ends = !tokens.is_glued(at + 2)
        || !(tokens.at(at + 2).is_word()
            || tokens.at(at + 2).is_any_mark(b"-#/:")
            || (tokens.at(at + 2).is_mark(b'.') && tokens.is_glued(at + 3)));
    let first = handle::run_start(tokens, at)?;
    let name = Handle { first, last: at - 1 };
    let head = tokens.at(at - 1);
    let thing = head.has(Senses::THING.or(Senses::UNIT).or(Senses::STOP)) && first + 1 == at;
    if !ends || thing || name.letters(tokens) < 3 {
        return None;
    }
    let near = |word: &str| {
        (first.saturating_sub(8)..first).chain(at + 2..at + 8).any(|at| tokens.is(tokens.at(at), word))
    };
    let (rule, fits) = if sign.is_mark(b'#') {
        ("social.discord", number.len() == 4)
    } else {
        ("social.signal", (2..=4).contains(&number.len()) && near("signal"))
    };
    fits.then(|| Hit { handle: Handle { first, last: at + 1 }, rule, score: 86 })
}

/// Words that ask to look for somebody.
static ASKS: &[Key] = &words([
    "follow", "add", "dm", "find", "message", "sigue", "sigueme", "folgt", "folge", "suivez", "segui", "siga",
]);

/// "follow us at `happy_paws`"
fn followed(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    if !tokens.at(at).is_one(ASKS) {
        return None;
    }
    let next = (at + 1..at + 4).find(|at| !tokens.at(*at).has(Senses::STOP.or(Senses::LINK)))?;
    let handle = Handle::read(tokens, next)?;
    let underscored = (handle.first..=handle.last).any(|at| tokens.at(at).is_mark(b'_'));
    // "follow annleewalks92"
    let name = tokens.at(next);
    let numbered = tokens.at(at).is_one(const { &words(["follow", "dm", "sigue", "sigueme", "folgt"]) })
        && next == at + 1
        && handle.last == next + 1
        && tokens.at(handle.last).is_digits()
        && name.lexeme.senses.is_empty()
        && name.len() >= 5;
    ((underscored || numbered) && handle.is_strange(tokens)).then_some(Hit {
        handle,
        rule: "social.announced",
        score: 70,
    })
}

/// `ann_lee`, which is nothing else where somebody asks to get in touch, and little else where nothing is named.
fn underscored(tokens: &Tokens<'_>, at: usize, things: &Things) -> Option<Hit> {
    let first = tokens.at(at);
    let inside = tokens.is_glued(at) && tokens.before(at).is_mark(b'_') && tokens.is_glued(at - 1);
    let next = tokens.at(at + 2);
    let joins = tokens.is_glued(at + 2) && (next.is_word() || next.is_digits() || next.is_mark(b'_'));
    if !tokens.at(at + 1).is_mark(b'_')
        || !joins
        || !first.is_word()
        || inside && tokens.at(at - 2).shape != Shape::Mark
        || (tokens.is_glued(at) && tokens.before(at).shape != Shape::Mark && tokens.before(at).ch != LETTER)
    {
        return None;
    }
    let handle =
        Handle::read(tokens, at).filter(|handle| handle.is_free(tokens) && handle.is_strange(tokens))?;
    let thing = (at.saturating_sub(6)..at).any(|at| tokens.at(at).has(Senses::THING));
    let near = at.saturating_sub(6)..at + 6;
    let asks = near.into_iter().any(|at| tokens.at(at).is_word() && tokens.at(at).has(Senses::REACH));
    // Two words of small letters, as no file or code is called that a message speaks of.
    let small =
        (tokens.at(handle.first).start()..tokens.at(handle.last).end()).all(|cell| !tokens.is_upper(cell));
    let parts = (handle.first..=handle.last)
        .filter(|at| tokens.at(*at).is_word() && tokens.at(*at).len() >= 2)
        .count();
    let known = (handle.first..=handle.last)
        .filter(|at| tokens.at(*at).is_word())
        .all(|at| tokens.at(at).has(Senses::STOP));
    let bare = small && !known && parts >= 2 && handle.letters(tokens) >= 8 && !things.are_named(tokens);
    ((asks || bare) && !thing && handle.letters(tokens) >= 5 && !first.has(Senses::DIGIT)).then_some(Hit {
        handle,
        rule: "social.underscored",
        score: if asks { 60 } else { 52 },
    })
}

/// Whether a message names things that have names with `_` too; its words are looked at once, if at all.
#[derive(Default)]
struct Things(OnceCell<bool>);

impl Things {
    fn are_named(&self, tokens: &Tokens<'_>) -> bool {
        *self.0.get_or_init(|| speaks_of_things(tokens))
    }
}

/// Whether a message names a file, a network, a setting.
fn speaks_of_things(tokens: &Tokens<'_>) -> bool {
    const NAMED: &[Key] = &words([
        "file",
        "files",
        "folder",
        "named",
        "saved",
        "network",
        "router",
        "hotspot",
        "ssid",
        "login",
        "variable",
        "column",
        "field",
        "script",
        "variables",
        "columns",
        "fields",
        "table",
        "scripts",
        "query",
        "tag",
        "version",
        "backup",
        "export",
        "upload",
        "uploaded",
        "download",
        "pdf",
        "csv",
        "datei",
        "ordner",
        "archivo",
        "carpeta",
        "fichier",
        "dossier",
        "netz",
        "netzwerk",
        "wlan",
        "red",
        "rede",
    ]);
    (0..tokens.len()).any(|at| {
        let token = tokens.at(at);
        token.has(Senses::THING) || (token.is_word() && token.is_one(NAMED))
    })
}

/// A pictogram of a network, and a handle behind it.
fn pictured(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    if !tokens.at(at).is_mark(EMOJI_SOCIAL) {
        return None;
    }
    let (next, _) = platform::skip_links(tokens, at + 1);
    let handle = Handle::read(tokens, next).filter(|_| tokens.at(next).shape != Shape::Mark)?;
    let unknown =
        handle.first == handle.last && tokens.at(next).lexeme.senses.is_empty() && handle.len(tokens) >= 8;
    ((handle.is_strange(tokens) || unknown) && !handle.is_everyday(tokens)).then_some(Hit {
        handle,
        rule: "social.pictured",
        score: 72,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lexicon::look_up;

    #[test]
    fn words_that_ask_are_known_to_open_something() {
        assert!(ASKS.iter().all(|key| look_up(*key).has(Senses::OPENS)));
    }

    #[test]
    fn handles_begin_only_where_they_are_looked_for() {
        crate::policy::tests::each_seen(|tokens, text| {
            let mut found = Vec::new();
            for at in (0..tokens.len()).filter(|at| !may_begin(tokens, *at)) {
                find_at(tokens, at, &Things::default(), &mut found);
                assert_eq!(found, [], "{text}");
            }
        });
    }
}
