//! The names of platforms, whatever becomes of them.

use crate::policy::fold::LETTER;
use crate::policy::lexicon::{Key, Senses, Set, keys, look_up};
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
    // In Portuguese.
    ("pelo", "face"),
    ("meu", "face"),
    ("nosso", "face"),
];

/// The first words of these, of one letter to six, without what stands behind an apostrophe.
pub(in crate::policy) static FIRSTS: &[Key] = keys!(
    "face tik snap whats s we cash you insta the google apple linked tele i f line signal in ven pay what pelo \
     meu nosso"
);

/// The second words of these.
pub(in crate::policy) static SECONDS: Set =
    Set::of(keys!("book tok chat app tube gram bird pay in g b id username sta mo pal sapp ap grm face"));

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
    "インスタ",
    "인스타",
    "텔레그램",
    "라인",
    "카톡",
    "انستا",
    "واتس",
];

/// The platform that a token names: the last token of the name, and whether the name is an everyday word.
#[inline]
pub(in crate::policy) fn name(tokens: &Tokens<'_>, at: usize) -> Option<(usize, bool)> {
    let (token, next, third) = (tokens.at(at), tokens.at(at + 1), tokens.at(at + 2));
    let named = token.lexeme.senses.or(next.lexeme.senses).or(third.lexeme.senses);
    let may_be = named.has(Senses::PLATFORM.or(Senses::SECOND)) || token.ch == LETTER || next.ch == b'@';
    if may_be { read(tokens, at) } else { None }
}

fn read(tokens: &Tokens<'_>, at: usize) -> Option<(usize, bool)> {
    let token = tokens.at(at);
    if tokens.at(at + 1).is_mark(b'@')
        && let Some(last) = masked(tokens, at)
    {
        return Some((last, false));
    }
    // "line4", "2line"
    let part = |at: usize| tokens.at(at).is_digits() || tokens.at(at).is_word();
    let joined = |at: usize| tokens.is_glued(at) && part(at) && part(at - 1);
    if joined(at) || token.len() < 5 && joined(at + 1) {
        return None;
    }
    if let Some(name) = second(tokens, at).and_then(|next| in_two(tokens, at, next)) {
        return Some(name);
    }
    if token.ch == LETTER && !token.has(Senses::PLATFORM) {
        let word = tokens.original(tokens.span(at, at)).to_lowercase();
        return FOREIGN.iter().any(|name| word.contains(name)).then_some((at, false));
    }
    token
        .has(Senses::PLATFORM)
        .then(|| (at, token.has(Senses::PLAIN) && !is_hidden(tokens, at) && !is_shouted(tokens, at)))
}

/// The name that two tokens are.
fn in_two(tokens: &Tokens<'_>, at: usize, next: usize) -> Option<(usize, bool)> {
    let token = tokens.at(at);
    if !TWO.iter().any(|(one, other)| tokens.is(token, one) && tokens.is(tokens.at(next), other)) {
        return None;
    }
    // "i.g."
    let dot = tokens.at(next + 1).is_mark(b'.') && token.len() == 1;
    // "on the gram", not "the gram scale".
    let plain = tokens.is(token, "the")
        && !tokens.at(next + 1).is_any_mark(b",:")
        && !tokens.before(at).is_one(keys!("on my via at"));
    Some((next + usize::from(dot), plain))
}

/// The token that may be the second word of a name in two, by itself.
fn second(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let next = at + 1 + usize::from(tokens.at(at + 1).is_any_mark(b".-_"));
    tokens.at(next).is_in(&SECONDS).then_some(next)
}

/// The last token of a name in which at-signs stand for letters, digits perhaps for others: "inst@gram", "f@ceb00k".
fn masked(tokens: &Tokens<'_>, at: usize) -> Option<usize> {
    let start = tokens.at(at).start();
    let letters = tokens.folded.slice(start, tokens.folded.len()).take(LONGEST + 1).map_while(letter);
    // What is longer than any name is sooner known than which name it is none of.
    let length = letters.clone().count();
    if length > LONGEST {
        return None;
    }
    let end = start + length.min(LETTERS);
    let key = letters.zip(0..).fold(Key::EMPTY, |key, (ch, nth)| key.with_nth(ch, nth));
    let ends = |last: &usize| tokens.at(*last).end() == end;
    (at + 1..at + LETTERS).find(ends).filter(|_| look_up(key).has(Senses::PLATFORM))
}

/// Letters that tell words apart.
const LETTERS: usize = 12;

/// Most letters of a name.
const LONGEST: usize = 13;

/// The letter that a character stands for.
const fn letter(ch: u8) -> Option<u8> {
    Some(match ch {
        b'a'..=b'z' => ch,
        b'0' => b'o',
        b'1' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' => b's',
        b'7' => b't',
        b'8' => b'b',
        b'9' => b'g',
        _ => return None,
    })
}

/// Whether a word is in capitals and the one in front of it is not: "do you have LINE?"
fn is_shouted(tokens: &Tokens<'_>, at: usize) -> bool {
    let capital = |at: usize| {
        let token = tokens.at(at);
        token.is_word() && tokens.is_upper(token.end() - 1)
    };
    capital(at) && tokens.before(at).is_word() && !capital(at - 1)
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
            assert!(SECONDS.has(Key::of(second.bytes())), "{second}");
            let begins = lexicon::look_up(Key::of(first.bytes()));
            let ends = lexicon::look_up(Key::of(second.bytes()));
            let looked = begins.has(Senses::OPENS.or(Senses::PLATFORM)) || ends.has(Senses::SECOND);
            assert!(looked, "{first}");
            let both = begins.has(Senses::PLATFORM.or(Senses::SECOND))
                || ends.has(Senses::PLATFORM.or(Senses::SECOND));
            assert!(both, "{first} {second}");
        }
    }
}
