//! The names of platforms, whatever becomes of them.

use crate::policy::fold::LETTER;
use crate::policy::lexicon::{Key, Senses, look_up, words};
use crate::policy::token::Tokens;

/// Names in two words.
pub(in crate::policy) static TWO: &[(&str, &str)] = &[
    ("face", "book"),
    ("tik", "tok"),
    ("snap", "chat"),
    ("whats", "app"),
    ("what's", "app"),
    ("we", "chat"),
    ("cash", "app"),
    ("you", "tube"),
    ("insta", "gram"),
    ("the", "gram"),
    ("the", "bird"),
    ("google", "pay"),
    ("apple", "pay"),
    ("linked", "in"),
    ("tele", "gram"),
    ("i", "g"),
    ("f", "b"),
    ("line", "id"),
    ("signal", "username"),
    // Written apart by who hides them.
    ("in", "sta"),
    ("ven", "mo"),
    ("pay", "pal"),
    ("what", "sapp"),
    ("whats", "ap"),
    ("insta", "grm"),
];

/// The first words of these, of one letter to six, without what stands behind an apostrophe.
pub(in crate::policy) static FIRSTS: &[Key] = &words([
    "face", "tik", "snap", "whats", "s", "we", "cash", "you", "insta", "the", "google", "apple", "linked",
    "tele", "i", "f", "line", "signal", "in", "ven", "pay", "what",
]);

/// The second words of these.
pub(in crate::policy) static SECONDS: &[Key] = &words([
    "book", "tok", "chat", "app", "tube", "gram", "bird", "pay", "in", "g", "b", "id", "username", "sta",
    "mo", "pal", "sapp", "ap", "grm",
]);

/// Names in other scripts, also as parts of a word.
static FOREIGN: &[&str] = &[
    "微信",
    "инст",
    "телеграм",
    "телег",
    "ватсап",
    "вотсап",
    "вконтакт",
    "вайбер",
    "इंस्टा",
    "व्हाट्सएप",
    "टेलीग्राम",
    "ライン",
    "카톡",
    "انستا",
    "واتس",
];

/// Bytes in the shortest of them.
const SHORTEST: usize = 6;

/// The platform that a token names: the last token of the name, and whether the name is an everyday word.
pub(in crate::policy) fn name(tokens: &Tokens<'_>, at: usize) -> Option<(usize, bool)> {
    let token = tokens.at(at);
    let part = |at: usize| tokens.is_glued(at) && (tokens.at(at).is_digits() || tokens.at(at).is_word());
    let inside = tokens.is_glued(at) && (tokens.before(at).is_digits() || tokens.before(at).is_word());
    if !token.is_word() || inside || part(at + 1) && token.len() < 5 {
        return None;
    }
    if let Some(last) = masked(tokens, at) {
        return Some((last, false));
    }
    let next = if tokens.at(at + 1).is_any_mark(b".-_") && tokens.is_glued(at + 1) { at + 2 } else { at + 1 };
    let pairs = if token.len() <= 6 && tokens.at(next).is_one(SECONDS) { TWO } else { &[] };
    for (one, other) in pairs {
        if tokens.is(token, one) && tokens.is(tokens.at(next), other) {
            let dot = tokens.at(next + 1).is_mark(b'.') && tokens.is_glued(next + 1) && token.len() == 1;
            // "on the gram", not "the gram scale".
            let plain = tokens.is(token, "the")
                && !tokens.at(next + 1).is_any_mark(b",:")
                && !tokens.before(at).is_one(const { &words(["on", "my", "via", "at"]) });
            return Some((next + usize::from(dot), plain));
        }
    }
    if token.ch == LETTER {
        let word = tokens.original(tokens.span(at, at));
        if word.len() < SHORTEST {
            return None;
        }
        let word = word.to_lowercase();
        return FOREIGN.iter().any(|name| word.contains(name)).then_some((at, false));
    }
    token
        .has(Senses::PLATFORM)
        .then(|| (at, token.has(Senses::PLAIN) && !is_hidden(tokens, at) && !is_shouted(tokens, at)))
}

/// The last token of a name in which an at-sign stands for a letter: "inst@gram", "sn@p".
fn masked(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let (front, back) = (tokens.at(at), tokens.at(at + 2));
    let glued = tokens.at(at + 1).is_mark(b'@') && tokens.is_glued(at + 1) && tokens.is_glued(at + 2);
    if !glued || !back.is_word() || tokens.at(at + 3).is_mark(b'.') && tokens.is_glued(at + 4) {
        return None;
    }
    let key = Key::of(tokens.chars(front).chain([b'a']).chain(tokens.chars(back)));
    look_up(key).has(Senses::PLATFORM).then_some(at + 2)
}

/// Whether a word is in capitals and those beside it are not: "do you have LINE?"
fn is_shouted(tokens: &Tokens<'_>, at: usize) -> bool {
    let capital = |at: usize| {
        let token = tokens.at(at);
        token.is_word() && tokens.is_upper(token.start()) && tokens.is_upper(token.end() - 1)
    };
    let long = |at: usize| tokens.at(at).is_word() && tokens.at(at).len() > 1;
    capital(at)
        && long(at)
        && (long(at.wrapping_sub(1)) && !capital(at - 1) || long(at + 1) && !capital(at + 1))
}

/// Whether digits stand for letters of a name: "1nsta", "s1gnal".
pub(super) fn is_hidden(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.chars(tokens.at(at)).any(|ch| ch.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lexicon;

    #[test]
    fn both_words_of_a_name_are_known_by_themselves() {
        for (first, second) in TWO {
            let first = first.rsplit('\'').next().unwrap_or_default();
            assert!(FIRSTS.contains(&Key::of(first.bytes())), "{first}");
            assert!(SECONDS.contains(&Key::of(second.bytes())), "{second}");
            let begins = lexicon::look_up(Key::of(first.bytes()));
            assert!(begins.has(Senses::OPENS.or(Senses::PLATFORM)), "{first}");
            let both = begins.has(Senses::PLATFORM.or(Senses::SECOND))
                || lexicon::look_up(Key::of(second.bytes())).has(Senses::PLATFORM.or(Senses::SECOND));
            assert!(both, "{first} {second}");
        }
    }
}
