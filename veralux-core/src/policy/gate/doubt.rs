//! A second look at what may begin an address and mostly does not: the words and marks beside it.

use super::APART;
use super::word::{Letters, letter_at};
use crate::policy::host;
use crate::policy::lexicon::{self, Key, Lexeme, Senses, keys};
use crate::policy::social::{self, PLATFORM_FIRSTS, PLATFORM_SECONDS, PLATFORMS_IN_TWO};
use crate::policy::solicit;
use crate::policy::token::leet;

/// Whether a word that may belong to an address does so, by what stands beside it.
#[cold]
pub(super) fn begins_address(bytes: &[u8], start: usize, lexeme: Lexeme) -> bool {
    lexeme.has(Senses::DOT) && !is_point(bytes, start) && !is_placeholder(bytes, start)
        || lexeme.has(Senses::MAIN) && is_behind_sign(bytes, start)
        || lexeme.has(Senses::MAIL) && is_second(bytes, start)
}

/// Whether a word is "point" or "period" and no domain follows that is said with it: "at this point I know".
fn is_point(bytes: &[u8], start: usize) -> bool {
    static POINT: &[Key] = keys!("point period");
    static DOMAINS: &[Key] = keys!("com net org co uk edu fr eu be ch ca io");
    let word = Letters::read(bytes, start);
    let next = spaces_end(bytes, word.end);
    if !POINT.contains(&word.key) || bytes.get(word.end).is_some_and(|byte| !b" .,!?\n".contains(byte)) {
        return false;
    }
    let begins = bytes.get(next).is_none_or(|byte| byte.is_ascii_alphabetic() || next == word.end);
    begins && !may_be(bytes, next, |key| DOMAINS.contains(&key))
}

/// Whether a word stands in front of the entity of a bracket, and no domain can follow: "&lt;DECIMAL&gt;".
fn is_placeholder(bytes: &[u8], start: usize) -> bool {
    let end = Letters::read(bytes, start).end;
    bytes.get(end..).is_some_and(|rest| rest.starts_with(b"&gt;"))
}

/// Whether the word at a byte is one of some, or may be one in disguise.
pub(super) fn may_be(bytes: &[u8], start: usize, is: impl Fn(Key) -> bool) -> bool {
    let word = Letters::read(bytes, start);
    let letters = bytes.get(start..word.end).unwrap_or_default();
    is(word.key)
        || holds_pair(letters) && is(single(letters).fold(Key::EMPTY, Key::with))
        || bytes.get(word.end).is_some_and(|byte| byte.is_ascii_digit() || *byte >= 0x80)
}

/// Whether a letter stands twice in a row.
fn holds_pair(letters: &[u8]) -> bool {
    letters.windows(2).any(|pair| matches!(pair, [one, other] if one | 0x20 == other | 0x20))
}

/// The letters of a word as small ones, without those that are held down.
fn single(letters: &[u8]) -> impl Iterator<Item = u8> + '_ {
    let mut last = 0;
    letters
        .iter()
        .map(|letter| letter | 0x20)
        .filter(move |letter| std::mem::replace(&mut last, *letter) != *letter)
}

const FULL_STOP: &[u8] = b"full stop ";

/// Whether a word stands behind a mark that may be its dot: "happypaws ,com", "happypaws, com".
fn is_behind_sign(bytes: &[u8], start: usize) -> bool {
    let sign = |back: usize| start.checked_sub(back).and_then(|at| bytes.get(at));
    let is_mark = |byte: Option<&u8>| byte.is_some_and(|byte| !byte.is_ascii_alphanumeric() && *byte != b' ');
    // "happypaws full stop com"
    let told = || {
        let said = start.checked_sub(FULL_STOP.len()).and_then(|at| bytes.get(at..start));
        said.is_some_and(|said| said.eq_ignore_ascii_case(FULL_STOP))
    };
    is_mark(sign(1)) || sign(1) == Some(&b' ') && (is_mark(sign(2)) || told())
}

/// Whether the word "mail" is the second part of a provider's name: "hot mail", "g-mail".
fn is_second(bytes: &[u8], start: usize) -> bool {
    let joins = |at: &usize| bytes.get(*at).is_some_and(|byte| !byte.is_ascii_alphanumeric());
    let end = (0..start).rev().take(4).take_while(joins).last().unwrap_or(start);
    let strange = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte.is_ascii_digit() || *byte >= 0x80)
    };
    word_before(bytes, end).is_some_and(|(first, key)| FIRSTS.contains(&key) || strange(first.checked_sub(1)))
}

/// The first parts of such names.
static FIRSTS: &[Key] = keys!("g gee ge jee gi hot hott ya yah proton google out i eye fast y");

/// Whether a word is the second of a platform's name, or of the name of a sign: "tik tok", "dollar sign".
#[cold]
pub(super) fn names_platform(bytes: &[u8], start: usize) -> bool {
    static ALWAYS: &[Key] = keys!("dollar linked");
    let word = Letters::read(bytes, start);
    if ALWAYS.contains(&word.key) {
        return true;
    }
    if !PLATFORM_SECONDS.has(word.key) {
        return false;
    }
    let joins = |at: &usize| bytes.get(*at).is_some_and(|byte| !byte.is_ascii_alphanumeric());
    let end = (0..start).rev().take(3).take_while(joins).last().unwrap_or(start);
    let before = word_before(bytes, end).map(|(_, key)| key);
    if !before.is_some_and(|key| PLATFORM_FIRSTS.contains(&key)) {
        return false;
    }
    let is = |name: &str, key: Key| Key::of(name.bytes()) == key;
    PLATFORMS_IN_TWO.iter().any(|(one, other)| {
        is(other, word.key) && before.is_some_and(|key| is(one, key) || is(one, Key::NONE) && key == S)
    })
}

/// How many words may stand between one that asks to look for somebody and a name with dots.
const TO_NAME: usize = 4;

/// Whether a word in front of a dot between letters asks to look for what is written so: "search annlee.walks".
#[cold]
pub(super) fn is_sought(bytes: &[u8], dot: usize) -> bool {
    let Some((first, name)) = word_before(bytes, dot) else { return false };
    let everyday =
        |lexeme: Lexeme| lexeme.has(Senses::STOP.or(Senses::LINK).or(Senses::FILLER).or(Senses::EDGE));
    // What a further dot stands in front of was looked at with the first.
    let inner = first.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'.');
    !inner
        && !everyday(lexicon::look_up(name))
        && !everyday(lexicon::look_up(Letters::read(bytes, dot + 1).key))
        && keys_before(bytes, first)
            .take(TO_NAME + 1)
            .any(|key| social::SEEKS.has(key) && lexicon::look_up(key).has(Senses::OPENS))
}

/// Bytes behind a word in which those stand that tell a platform with it.
const TOLD: usize = 96;

/// Whether the words around one tell a platform with it: "the yellow ghost".
#[cold]
pub(super) fn tells_platform(bytes: &[u8], start: usize) -> bool {
    let word = Letters::read(bytes, start).key;
    let behind = bytes.get(start..).unwrap_or_default();
    let behind = behind.get(..TOLD.min(behind.len())).unwrap_or_default();
    // Few places are asked for, of most words none.
    let nth = |nth: isize| {
        let place = nth.unsigned_abs();
        let key = if nth < 0 { keys_before(bytes, start).nth(place - 1) } else { keys(behind).nth(place) };
        key.unwrap_or(Key::NONE)
    };
    social::is_platform_told(word, nth)
}

/// The words in front of a byte, nearest first, as long as they are of ASCII letters.
fn keys_before(bytes: &[u8], mut end: usize) -> impl Iterator<Item = Key> + '_ {
    std::iter::from_fn(move || {
        let gap = bytes.get(..end).unwrap_or_default().iter().rev().take(3);
        end -= gap.take_while(|byte| !byte.is_ascii_alphabetic()).count();
        let (first, key) = word_before(bytes, end).filter(|(first, _)| *first < end)?;
        end = first;
        Some(key)
    })
}

/// What is left of "what's" behind its apostrophe.
const S: Key = Key::EMPTY.with(b's');

static WWW: &[Key] = keys!("www");

/// Whether an end of an address stands as it does in one that runs backwards: "moc.", ".liamg".
pub(super) fn is_turned(bytes: &[u8], start: usize) -> bool {
    let word = Letters::read(bytes, start);
    // "www." begins most links.
    bytes.get(word.end) == Some(&b'.') && !WWW.contains(&word.key)
        || start.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'.')
}

/// Whether the letters behind a dot may end a host, the dot being no full stop without its space.
#[cold]
pub(super) fn may_end_host(bytes: &[u8], dot: usize) -> bool {
    let label = Letters::read(bytes, dot + 1);
    let mut lexeme = lexicon::look_up(label.key);
    let letters = bytes.get(dot + 1..label.end).unwrap_or_default();
    if lexeme.senses.is_empty() && label.len() >= 4 && holds_pair(letters) {
        // "happypaws.comm"
        lexeme = lexicon::look_up(Key::of(single(letters)));
    }
    if bytes.get(dot + 1).is_some_and(|byte| *byte >= 0x80) {
        return true;
    }
    // "happypaws.c0m"
    if bytes.get(label.end..label.end + 2) == Some(b"0m") {
        return true;
    }
    if !lexeme.has(Senses::TLD) {
        return false;
    }
    // A short word of prose by itself, and no host could be meant: no path, no other label, no at-sign's word.
    let closed = bytes.get(label.end).is_none_or(|byte| b" ,;!)\n\"'".contains(byte))
        || bytes.get(label.end) == Some(&b'.')
            && bytes.get(label.end + 1).is_none_or(|byte| !byte.is_ascii_graphic());
    let prose = label.len() <= 2 && lexeme.has(Senses::PROSE.or(Senses::STOP));
    // "reserva en lacasona.es, sale mejor"
    let name = bytes.get(..dot).unwrap_or_default().iter().rev().take(9);
    let name = name.take_while(|byte| byte.is_ascii_alphabetic()).count();
    let named = name >= 9 || name >= 4 && bytes.get(label.end).is_some_and(|byte| *byte != b' ');
    let closed = closed && !named;
    !(prose && closed && stands_in_prose(bytes, dot) && !leads_on(bytes, label.end))
}

/// Whether nothing but a word and a space stands in front of a dot, and no word for the at-sign in front of these.
fn stands_in_prose(bytes: &[u8], dot: usize) -> bool {
    let Some((first, _)) = word_before(bytes, dot).filter(|(first, _)| *first < dot) else { return false };
    let Some(space) = first.checked_sub(1) else { return true };
    bytes.get(space) == Some(&b' ')
        && space.checked_sub(1).and_then(|at| bytes.get(at)).is_none_or(u8::is_ascii_alphanumeric)
        && word_before(bytes, space).is_none_or(|(first, key)| {
            let accented =
                first.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(|byte| !byte.is_ascii());
            !accented && !lexicon::look_up(key).has(Senses::AT) && !RATE.contains(&key)
        })
}

/// The ends of "at the rate of" and "at sign".
static RATE: &[Key] = keys!("rate of sign");

/// Whether a path in words, or a further label in words, follows.
fn leads_on(bytes: &[u8], end: usize) -> bool {
    let next = spaces_end(bytes, end);
    let word = lexicon::look_up(Letters::read(bytes, next).key);
    word.has(Senses::SLASH.or(Senses::DOT)) || bytes.get(next).is_some_and(|byte| b"/({[<".contains(byte))
}

/// Whether a path, or a word for a sign of an address, stands anywhere.
#[cold]
pub(super) fn names_sign(bytes: &[u8]) -> bool {
    bytes.contains(&b'/')
        || keys(bytes).any(|key| lexicon::look_up(key).has(Senses::AT.or(Senses::DOT).or(Senses::SLASH)))
}

/// Whether a sign stands for a letter of a word that is written so: "f!ve".
pub(super) fn is_signed(bytes: &[u8], at: usize) -> bool {
    let class = |at: usize| bytes.get(at).copied().unwrap_or_default().to_ascii_lowercase();
    if !leet::belongs(class(at + 1)) {
        return class(at + 1) >= 0x80;
    }
    let marks = (at + 1..at + 14).take_while(|at| leet::is_sign(class(*at))).count();
    let goes_on = class(at + 1 + marks).is_ascii_alphanumeric();
    let run = (0..at).rev().take(12).take_while(|at| class(*at).is_ascii_alphanumeric()).count();
    let wide = (at - run).checked_sub(1).is_some_and(|before| class(before) >= 0x80);
    let inside = at > 0 && class(at - 1).is_ascii_lowercase();
    wide || goes_on && (!inside && leet::is_signed(bytes, at) || run > 0 && leet::is_signed(bytes, at - run))
}

/// What the last labels of such hosts end with.
static ENDS: &[&[u8]] = &[b"ee", b"ly", b"me", b"be", b"gl", b"om"];

/// Whether a slash stands behind a host whose dot is left out: "linktr ee/annlee".
#[cold]
pub(super) fn lacks_dot(bytes: &[u8], slash: usize) -> bool {
    let end = slash.checked_sub(2).and_then(|at| bytes.get(at..slash)).unwrap_or_default();
    if !ENDS.iter().any(|one| end.eq_ignore_ascii_case(one)) {
        return false;
    }
    let Some((second, other)) = word_before(bytes, slash) else { return false };
    let first = second.checked_sub(1).filter(|space| bytes.get(*space) == Some(&b' '));
    first.and_then(|end| word_before(bytes, end)).is_some_and(|(_, one)| host::is_undotted(one, other))
}

/// Whether the letters on both sides of a sign are one number word: "se-ven".
pub(super) fn closes_up(bytes: &[u8], sign: usize) -> bool {
    let (Some((first, key)), last) = (word_before(bytes, sign), Letters::read(bytes, sign + 1)) else {
        return false;
    };
    let front = bytes.get(first..sign).unwrap_or_default();
    let behind = bytes.get(sign + 1..last.end).unwrap_or_default();
    (3..=10).contains(&(front.len() + behind.len()))
        && behind.is_ascii()
        && lexicon::look_up(key.followed_by(last.key, front.len(), behind))
            .has(Senses::DIGIT.or(Senses::TENS))
}

/// Whether words ask for something of somebody: "what's your number", "send me your new e-mail", "tell me a good number".
#[cold]
pub(super) fn asks(text: &str) -> bool {
    // Behind which word the last one stands that asks, that asks whether somebody has it, that says whose it is, that it is
    // one of several, of what kind it is; whether the last one is wanted.
    let [mut asked, mut had, mut yours, mut one, mut kind] = [usize::MAX / 2; 5];
    let mut named = false;
    keys(text.as_bytes()).enumerate().any(|(at, key)| {
        if named && solicit::REACHES.contains(&key) {
            return true;
        }
        let since = |word: usize| at.wrapping_sub(word);
        let near = since(asked) <= solicit::TO_YOURS;
        if (near || since(yours) <= solicit::TO_WANTED) && is_wanted(key) {
            let had = since(had) <= solicit::TO_YOURS;
            if since(yours) <= solicit::TO_WANTED || near && since(kind) == 1 || had && since(one) <= 2 {
                return true;
            }
            named |= since(one) <= 2;
        } else {
            named = false;
        }
        if near {
            one = if solicit::ONE.has(key) { at } else { one };
            kind = if solicit::KINDS.has(key) { at } else { kind };
        }
        if near && solicit::YOURS.has(key) || solicit::OWN.has(key) {
            yours = at;
        }
        if solicit::ASKS.has(key) {
            asked = at;
            had = if solicit::HAVE.has(key) { at } else { had };
            yours = if solicit::BARE.has(key) { at } else { yours };
        }
        false
    })
}

/// Whether a word for directly stands behind one for somebody: "text me directly".
#[cold]
pub(super) fn is_directed(bytes: &[u8], start: usize) -> bool {
    let word = Letters::read(bytes, start).key;
    keys_before(bytes, start).next().is_some_and(|before| solicit::is_directed(before, word))
}

/// Whether a word is one for a number or an address, in its own letters or others.
fn is_wanted(key: Key) -> bool {
    lexicon::look_up(key).has(Senses::WANTED)
}

/// Whether more single letters stand in a row than in an abbreviation.
#[cold]
pub(super) fn stands_apart(bytes: &[u8]) -> bool {
    let (mut letters, mut row) = (0u32, 0);
    // A byte behind the text ends its last word.
    for (at, byte) in bytes.iter().chain(b" ").enumerate() {
        let goes_on = matches!(byte, 0x80..=0xbf);
        if byte.is_ascii_alphabetic() || !byte.is_ascii() && !goes_on && letter_at(bytes, at).is_some() {
            letters += 1;
        } else if !goes_on {
            row = if letters > 1 { 0 } else { row + letters };
            letters = 0;
            if row > APART {
                return true;
            }
        }
    }
    false
}

/// Words in front of what somebody has or is on.
pub(super) static OWNERS: &[Key] = keys!(
    "your dein tu ton seu tuo auf sur en su op pe no on my our his her mi mein meine mon meu mera mio \
     mijn"
);

/// The words of a text.
pub(super) fn keys(bytes: &[u8]) -> impl Iterator<Item = Key> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && letter_at(bytes, at).is_none() {
            at += 1;
        }
        let letters = Letters::read(bytes, at);
        at = letters.end;
        (letters.len() > 0).then_some(letters.key)
    })
}

pub(super) fn spaces_end(bytes: &[u8], at: usize) -> usize {
    at + bytes.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Where the letters begin that end in front of a byte, and their key; none for what is longer than a label.
pub(super) fn word_before(bytes: &[u8], end: usize) -> Option<(usize, Key)> {
    let front = bytes.get(..end).unwrap_or_default();
    let length = front.iter().rev().take(64).take_while(|byte| byte.is_ascii_alphabetic()).count();
    let first = end - length;
    let key = || if length == 0 { Key::EMPTY } else { Key::at(bytes, first, end) };
    (length < 64).then(|| (first, key()))
}
