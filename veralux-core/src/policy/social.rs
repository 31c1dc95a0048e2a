//! Handles of networks, messengers and payment services: with their sign, or beside the name of a platform.
//!
//! A platform's name alone is nothing; a handle must stand beside it that is no everyday word.

mod alone;
mod announced;
mod around;
mod front;
mod further;
mod handle;
mod name;
mod page;
mod payment;
mod platform;
mod signed;
mod spelt;
mod things;
mod told;

use super::effort::Looks;
use super::fold::{EMOJI_SOCIAL, LETTER};
use super::host;
use super::lexicon::{Key, Senses, keys};
use super::remark::BACKWARDS;
use super::token::{Gap, Tokens};
use super::{Finding, Kind, Severity};
pub(super) use alone::alone;
pub(super) use announced::ASKS as SEEKS;
use announced::{followed, underscored};
use handle::Handle;
use payment::{payment, tagged};
use signed::with_sign;
use things::Things;
pub(super) use told::is_told as is_platform_told;

pub(super) use around::is_announced;
pub(super) use handle::{is_compound, is_made};
pub(super) use name::{
    FIRSTS as PLATFORM_FIRSTS, SECONDS as PLATFORM_SECONDS, TWO as PLATFORMS_IN_TWO, name as platform_name,
};

pub(super) fn find(tokens: &Tokens<'_>, looks: &mut Looks, found: &mut Vec<Finding>) {
    let things = Things::default();
    let mut asks = Senses::PLATFORM.or(Senses::SECOND).or(Senses::TELLS).or(Senses::SEEKS);
    if tokens.any_has(Senses::UPI) {
        asks = asks.or(Senses::AT).or(Senses::OPENS);
    }
    let (mut done, mut before) = (0, 0);
    for (at, token) in tokens.from(0).iter().enumerate() {
        let sign = SIGNS.get(usize::from(token.ch)).copied().unwrap_or_default();
        let number = before & sign & u8::from(token.gap == Gap::None) << 1;
        before = sign >> 1;
        // All are asked at once: which of them holds nothing would foretell.
        if token.lexeme.senses.bits() & asks.bits() | u64::from(sign & ASKS | number) == 0 {
            continue;
        }
        let back =
            if sign & ASKS != 0 || token.has(Senses::SECOND) { BACK } else { usize::from(number != 0) };
        for at in at.saturating_sub(back).max(done)..=at {
            find_at(tokens, at, &things, looks, found);
        }
        done = at + 1;
    }
}

/// How far in front of what tells it a name or a handle may begin, in tokens: "tik-tok".
const BACK: usize = 2;

/// What a token's first character says: that a handle may begin here, or has begun; that a number may, and that one behind
/// it may end a handle.
const ASKS: u8 = 1;
const DIGIT: u8 = 2;
const DOT: u8 = 4;

static SIGNS: [u8; 256] = signs();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn signs() -> [u8; 256] {
    let mut signs = [0; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        signs[digit as usize] = DIGIT;
        digit += 1;
    }
    signs[b'.' as usize] = DOT;
    signs[b'#' as usize] = DOT;
    signs[b'@' as usize] = ASKS;
    signs[b'_' as usize] = ASKS;
    signs[b'$' as usize] = ASKS;
    signs[LETTER as usize] = ASKS;
    signs[EMOJI_SOCIAL as usize] = ASKS;
    signs
}

fn find_at(tokens: &Tokens<'_>, at: usize, things: &Things, looks: &mut Looks, found: &mut Vec<Finding>) {
    let token = tokens.at(at);
    if token.is_word() {
        if !begins(tokens, at) {
            return;
        }
        if let Some(hit) = word(tokens, at, things) {
            push(tokens, &hit, found);
        }
    } else {
        if let Some(hit) = mark(tokens, at) {
            push(tokens, &hit, found);
        }
        return;
    }
    if !looks.may(at) {
        return;
    }
    let named = name::name(tokens, at).map(|(end, plain)| (at, end, plain));
    if let Some((first, end, plain)) = named.or_else(|| told::told(tokens, at)) {
        let hits = [platform::behind(tokens, first, end, plain), front::in_front(tokens, first, plain)];
        if hits.iter().all(Option::is_none) {
            looks.vain(tokens, at);
        }
        hits.iter().flatten().for_each(|hit| push(tokens, hit, found));
    }
}

/// Whether a handle or the name of a platform may begin at a word.
fn begins(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    token.has(Senses::PLATFORM.or(Senses::TELLS).or(Senses::SEEKS).or(Senses::OPENS).or(Senses::AT))
        || next.has(Senses::SECOND)
        || next.is_any_mark(b"_@")
        || token.ch == LETTER
}

static DOLLAR: &[Key] = keys!("dollar");

/// What a word begins by itself.
fn word(tokens: &Tokens<'_>, at: usize, things: &Things) -> Option<Hit> {
    let token = tokens.at(at);
    if token.is_one(DOLLAR)
        && let Some(hit) = payment::spelt(tokens, at)
    {
        return Some(hit);
    }
    if let Some(hit) = payment(tokens, at) {
        return Some(hit);
    }
    if token.has(Senses::SEEKS)
        && let Some(hit) = followed(tokens, at)
    {
        return Some(hit);
    }
    if tokens.at(at + 1).is_mark(b'_') { underscored(tokens, at, things) } else { None }
}

/// What a mark begins, or joins to a number.
fn mark(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    match tokens.at(at).ch {
        b'@' => with_sign(tokens, at).or_else(|| payment(tokens, at)),
        b'$' => tagged(tokens, at),
        b'#' | b'.' => numbered(tokens, at),
        EMOJI_SOCIAL => pictured(tokens, at),
        _ => None,
    }
}

/// Pushes a handle, and the one that corrects it.
fn push(tokens: &Tokens<'_>, hit: &Hit, found: &mut Vec<Finding>) {
    push_one(tokens, hit, found);
    if let Some(hit) = corrected(tokens, hit.handle) {
        push_one(tokens, &hit, found);
    }
}

/// How far behind a handle its correction may stand, in tokens.
const CORRECTED: usize = 9;

/// What somebody says that a handle should have been: "@annlee, oh wait its ann.lee".
fn corrected(tokens: &Tokens<'_>, handle: Handle) -> Option<Hit> {
    static WAITS: &[Key] = keys!(
        "wait sorry mean meant rather actually correction oops hang scratch nope nein quatsch perdon digo \
         pardon scusa sbagliato desculpa sorry oder"
    );
    let near = handle.last + 1..handle.last + CORRECTED;
    let waits = near.clone().find(|at| tokens.at(*at).is_one(WAITS))?;
    let handle = (waits + 1..near.end).find_map(|at| {
        let handle = Handle::read(tokens, at).filter(|handle| handle.is_strange(tokens))?;
        (tokens.at(at).is_word() && handle.signs(tokens) > 0).then_some(handle)
    })?;
    Some(Hit { handle, rule: "social.announced", score: 64 })
}

fn push_one(tokens: &Tokens<'_>, hit: &Hit, found: &mut Vec<Finding>) {
    let Hit { handle, rule, score } = hit;
    // "telegram: t dot me slash ann" is a host, and its path.
    if handle.last > handle.first && host::slash(tokens, handle.last + 1).is_some() {
        return;
    }
    let handle = handle.with_sign(tokens);
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

/// `annlee#1234` of Discord, `annlee.42` of Signal.
fn numbered(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    let (sign, number) = (tokens.at(at), tokens.at(at + 1));
    if !tokens.is_glued(at + 1) || !number.is_digits() {
        return None;
    }
    // First what a sum or a list of digits is not.
    let (rule, digits) =
        if sign.is_mark(b'#') { ("social.discord", 4..=4) } else { ("social.signal", 2..=4) };
    if !digits.contains(&number.len()) {
        return None;
    }
    let next = tokens.at(at + 2);
    let ends = !tokens.is_glued(at + 2) || !(next.is_word() || next.is_any_mark(b"-#/:"));
    let first = handle::run_start(tokens, at)?;
    let name = Handle { first, last: at - 1 };
    let everyday = Senses::THING.or(Senses::SPOT).or(Senses::UNIT).or(Senses::STOP);
    let thing = tokens.at(at - 1).has(everyday) && first + 1 == at;
    if !ends || thing || name.letters(tokens) < 3 {
        return None;
    }
    let near = |word: &str| {
        (first.saturating_sub(8)..first).chain(at + 2..at + 8).any(|at| tokens.is(tokens.at(at), word))
    };
    let fits = if sign.is_mark(b'#') { !is_numbered_thing(tokens, name) } else { near("signal") };
    fits.then(|| Hit { handle: Handle { first, last: at + 1 }, rule, score: 86 })
}

/// Whether the number behind a name is one of a thing, by the words around: "orders Jones#0042 and Lee#0043", "bay#0009".
fn is_numbered_thing(tokens: &Tokens<'_>, name: Handle) -> bool {
    if tokens.any_has(Senses::PLATFORM) {
        return false;
    }
    let head = tokens.at(name.first);
    let mut front = (name.first.saturating_sub(6)..name.first).map(|at| tokens.at(at));
    // "order a cake, add me jones#0042"
    let named =
        tokens.before(name.first).has(Senses::LINK) || tokens.before(name.first).is_one(keys!("add me us"));
    things::is_password(tokens, name)
        || head.is_one(keys!("bin bay bed apt bug issue"))
        || !named && front.any(|token| token.has(Senses::THING) && !token.has(Senses::HANDLE))
}

/// A pictogram of a network, and a handle behind it.
fn pictured(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    let (next, _) = platform::skip_links(tokens, at + 1);
    // "📸 backwards eelnna"
    let next = next + usize::from(tokens.at(next).is_one(BACKWARDS));
    let handle = Handle::read(tokens, next)?;
    let unknown =
        handle.first == handle.last && tokens.at(next).lexeme.senses.is_empty() && handle.len(tokens) >= 8;
    ((handle.is_strange(tokens) || unknown) && !handle.is_everyday(tokens)).then_some(Hit {
        handle,
        rule: "social.pictured",
        score: 72,
    })
}

#[cfg(test)]
mod tests;
