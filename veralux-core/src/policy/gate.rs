//! The cheap look at a text that lets most messages leave, and says which finders the others need.

use super::lexicon::{self, Key, Senses};
use super::phone::MIN_DIGITS;

/// What a text holds that a finder could begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Signs {
    /// As many digits and number words near each other as the shortest number has.
    pub(super) digits: bool,
    /// An at-sign, a dot inside a word, or words for them.
    pub(super) address: bool,
    /// A handle's sign, or a platform.
    pub(super) handle: bool,
    /// Words of an invitation.
    pub(super) invitation: bool,
    /// Letters or digits in other clothes, or standing apart: nothing can be said before the text is folded.
    pub(super) disguise: bool,
}

impl Signs {
    /// Every finder.
    pub(super) const ALL: Self =
        Self { digits: true, address: true, handle: true, invitation: true, disguise: true };

    pub(super) const fn is_clean(self) -> bool {
        !(self.digits || self.address || self.handle || self.invitation || self.disguise)
    }
}

const PLAIN: u8 = 0;
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
/// A sign that some finder begins with.
const SIGN: u8 = 3;
/// The first byte of a character that is not ASCII.
const WIDE: u8 = 4;
const SPACE: u8 = 5;

static CLASS: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn classes() -> [u8; 256] {
    let mut classes = [PLAIN; 256];
    let mut byte = 0;
    while byte < 256 {
        let ch = byte as u8;
        classes[byte] = if ch.is_ascii_alphabetic() {
            LETTER
        } else if ch.is_ascii_digit() {
            DIGIT
        } else if ch >= 0x80 {
            WIDE
        } else {
            match ch {
                b'@' | b'.' | b':' | b'#' | b'$' | b'!' | b'|' | b'_' => SIGN,
                b' ' => SPACE,
                _ => PLAIN,
            }
        };
        byte += 1;
    }
    classes
}

/// Words between two parts of a number, beyond which they have nothing to do with each other.
const FAR: usize = 12;
/// A word this long may hold number words.
const LONG: usize = 12;
/// Single letters in a row that may be a word whose letters stand apart.
const APART: usize = 3;

const NUMBER: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::POWER).or(Senses::TIMES);
const ADDRESS: Senses = Senses::DOT.or(Senses::PROVIDER).or(Senses::MAIN).or(Senses::MAIL);

/// What is counted on the way through a text.
#[derive(Default)]
struct Look {
    signs: Signs,
    all: Senses,
    digits: usize,
    mixed: usize,
    since: usize,
    apart: usize,
}

pub(super) fn signs(text: &str) -> Signs {
    let bytes = text.as_bytes();
    let mut look = Look::default();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match class(*byte) {
            LETTER => at = look.word(bytes, at),
            DIGIT => {
                look.digit();
                at += 1;
            }
            SIGN => {
                look.sign(bytes, at);
                at += 1;
            }
            WIDE => {
                let wide = text.get(at..).and_then(|rest| rest.chars().next());
                look.wide(wide);
                at += wide.map_or(1, char::len_utf8);
            }
            _ => at += 1,
        }
    }
    look.finish()
}

/// Whether a text holds digits or number words at all.
pub(super) fn may_hold_piece(text: &str) -> bool {
    signs(text).disguise
        || !text.is_ascii()
        || text.bytes().any(|byte| byte.is_ascii_digit())
        || text.split(|c: char| !c.is_ascii_alphabetic()).any(|word| {
            word.len() >= 6 || lexicon::look_up(Key::of(word.bytes().map(|byte| byte | 0x20))).has(NUMBER)
        })
}

fn class(byte: u8) -> u8 {
    CLASS.get(usize::from(byte)).copied().unwrap_or(PLAIN)
}

impl Look {
    fn digit(&mut self) {
        if self.since > FAR {
            (self.digits, self.mixed) = (0, 0);
        }
        self.since = 0;
        self.digits += 1;
        self.signs.digits |= self.digits + self.mixed >= MIN_DIGITS;
    }

    /// Looks at the word that begins at a byte; answers where it ends.
    fn word(&mut self, bytes: &[u8], start: usize) -> usize {
        let (mut key, mut end, mut last, mut held) = (Key::EMPTY, start, 0, false);
        while let Some(byte) = bytes.get(end)
            && byte.is_ascii_alphabetic()
        {
            key = key.with(byte | 0x20);
            held |= *byte == last;
            last = *byte;
            end += 1;
        }
        let length = end - start;
        if length == 1 {
            self.apart += 1;
            self.signs.disguise |= self.apart > APART;
        } else {
            self.apart = 0;
        }
        let digit_at = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        if digit_at(end) || start.checked_sub(1).is_some_and(digit_at) {
            // Letters against digits may be digits.
            self.mixed += length.min(4);
            self.signs.digits |= self.digits + self.mixed >= MIN_DIGITS && self.digits > 2;
            self.signs.handle |= length >= 2;
        }
        self.signs.digits |= length >= LONG;
        self.signs.address |=
            length > 8 && bytes.get(end - 6..end).is_some_and(|tail| tail.eq_ignore_ascii_case(b"dotcom"));
        let mut lexeme = lexicon::look_up(key);
        if held && lexeme.senses.is_empty() {
            lexeme = lexicon::look_up(squeezed(bytes.get(start..end).unwrap_or_default()));
        }
        if lexeme.has(NUMBER) {
            if self.since > FAR {
                (self.digits, self.mixed) = (0, 0);
            }
            self.since = 0;
            self.digits += match () {
                () if lexeme.has(Senses::POWER) => 3,
                () if lexeme.has(Senses::TENS.or(Senses::TIMES)) => 2,
                () => 1,
            };
            self.signs.digits |= self.digits + self.mixed >= MIN_DIGITS;
        } else {
            self.since += 1;
            self.signs.digits |=
                length >= 6 && lexeme.senses.is_empty() && begins_with_number(bytes, start, end);
        }
        self.all = self.all.or(lexeme.senses);
        end
    }

    fn sign(&mut self, bytes: &[u8], at: usize) {
        let part =
            |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let before = at.wrapping_sub(1);
        match bytes.get(at) {
            Some(b'@') => {
                self.signs.address = true;
                self.signs.handle = true;
            }
            Some(b'.') => {
                let inside = part(before) && part(at + 1) && !(digit(before) && digit(at + 1));
                self.signs.address |= inside;
                self.signs.handle |= inside;
            }
            Some(b':') => {
                self.signs.address |= bytes.get(at + 1..).is_some_and(|rest| rest.starts_with(b"//"))
            }
            Some(b'#') => self.signs.handle |= part(before) && digit(at + 1),
            Some(b'_') => self.signs.handle |= part(before) && part(at + 1),
            Some(b'$') => self.signs.handle |= bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic),
            // "f!ve"
            _ => {
                let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
                self.signs.disguise |= letter(before) && letter(at + 1);
            }
        }
    }

    fn wide(&mut self, c: Option<char>) {
        // Quotes, dashes and the ellipsis; letters of European languages; pictograms without a meaning here.
        let usual = matches!(
            c,
            Some(
                '\u{a0}'..='\u{ac}'
                | '\u{ae}'..='\u{b1}'
                | '\u{b4}'..='\u{b6}'
                | '\u{c0}'..='\u{24f}'
                | '\u{2010}'..='\u{2023}'
                | '\u{2026}'
                | '\u{2030}'..='\u{205e}'
                | '\u{20a0}'..='\u{20cf}'
                | '\u{1f300}'..='\u{1f4b4}'
                | '\u{1f4b7}'..='\u{1f4dd}'
                | '\u{1f4f9}'..='\u{1f51e}'
                | '\u{1f520}'..='\u{1f9ff}'
                | '\u{2600}'..='\u{26a9}'
                | '\u{26b2}'..='\u{2707}'
                | '\u{270a}'..='\u{2775}'
                | '\u{2190}'..='\u{21ff}'
                | '\u{2122}',
            )
        );
        self.signs.disguise |= !usual;
    }

    fn finish(self) -> Signs {
        let mut signs = self.signs;
        let all = self.all;
        signs.address |= all.has(ADDRESS);
        signs.handle |= all.has(Senses::PLATFORM.or(Senses::HANDLE));
        signs.invitation = all.has(Senses::REACH)
            && (all.has(Senses::PLATFORM) || (all.has(Senses::AWAY) && all.has(Senses::HERE)))
            || all.has(Senses::MAIL.or(Senses::CALL).or(Senses::HANDLE));
        signs
    }
}

/// The key of a word without repeated letters: "fiiive".
fn squeezed(word: &[u8]) -> Key {
    let (mut key, mut last) = (Key::EMPTY, 0);
    for letter in word.iter().map(|letter| letter | 0x20) {
        if letter != last {
            key = key.with(letter);
        }
        last = letter;
    }
    key
}

/// Whether the first letters of a word are a number word, and another follows.
fn begins_with_number(bytes: &[u8], start: usize, end: usize) -> bool {
    let word = bytes.get(start..end).unwrap_or_default();
    let mut key = Key::EMPTY;
    for (index, letter) in word.iter().enumerate().take(5) {
        key = key.with(letter | 0x20);
        if index >= 1 && lexicon::look_up(key).has(NUMBER) {
            let mut next = Key::EMPTY;
            for letter in word.get(index + 1..).unwrap_or_default().iter().take(5) {
                next = next.with(letter | 0x20);
                if lexicon::look_up(next).has(NUMBER) {
                    return true;
                }
            }
        }
    }
    false
}
