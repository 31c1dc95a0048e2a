//! Words in the bytes of a text, before anything is folded.

use crate::policy::lexicon::{self, Key, Lexeme, Spelling};
use crate::policy::phone::looks_like;
use crate::policy::token::glued;

/// A row of letters.
pub(super) struct Letters {
    pub(super) key: Key,
    /// The first byte behind it.
    pub(super) end: usize,
    len: usize,
}

impl Letters {
    pub(super) fn read(bytes: &[u8], start: usize) -> Self {
        let rest = bytes.get(start..).unwrap_or_default();
        if let Some(eight) = rest.first_chunk() {
            let len = letters_of_eight(*eight);
            let behind = u64::from_le_bytes(*eight)
                .checked_shr(8 * len)
                .unwrap_or(u64::from(LATIN_FIRST))
                .to_le_bytes();
            if !LATIN_LEADS.contains(behind.first().unwrap_or(&LATIN_FIRST)) {
                let key = if len == 0 { Key::EMPTY } else { Key::packed(*eight, len) };
                return Self { key, end: start + len as usize, len: len as usize };
            }
        }
        Self::read_any(bytes, start)
    }

    /// The same of a long word, of one at the end of a text and of one with accented letters.
    #[inline(never)]
    fn read_any(bytes: &[u8], start: usize) -> Self {
        let rest = bytes.get(start..).unwrap_or_default();
        let len = letters(rest);
        // An accented letter is rare in the texts that most come.
        if rest.get(len).is_some_and(|byte| LATIN_LEADS.contains(byte)) {
            return Self::read_latin(bytes, start);
        }
        let key = if len == 0 { Key::EMPTY } else { Key::at(rest, 0, len) };
        Self { key, end: start + len, len }
    }

    fn read_latin(bytes: &[u8], start: usize) -> Self {
        let mut letters = Self { key: Key::EMPTY, end: start, len: 0 };
        while let Some((letter, len)) = letter_at(bytes, letters.end) {
            letters.key = letters.key.with(letter);
            letters.end += len;
            letters.len += 1;
        }
        letters
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    /// Whether number words without anything between them make the word, or a part of a long one.
    pub(super) fn holds_row(&self, bytes: &[u8], start: usize) -> bool {
        if self.len < 6 || !holds_numbers(bytes.get(start..self.end).unwrap_or_default()) {
            return false;
        }
        let mut small = [0; 64];
        let (mut length, mut at) = (0, start);
        while at < self.end
            && let Some((letter, bytes)) = letter_at(bytes, at)
        {
            let Some(slot) = small.get_mut(length) else { return true };
            *slot = letter;
            (length, at) = (length + 1, at + bytes);
        }
        small.get(..length).is_some_and(glued::splits)
    }

    /// Whether a letter stands twice in a row in a word of four letters or more, or three times in any.
    fn is_held(&self, bytes: &[u8], start: usize) -> bool {
        let word = bytes.get(start..self.end).unwrap_or_default();
        let mut repeats = 0;
        word.windows(2).any(|pair| {
            let same = matches!(pair, [one, other] if one | 0x20 == other | 0x20);
            repeats = if same { repeats + 1 } else { 0 };
            repeats > 1 || (same && self.len >= SHORT)
        })
    }

    /// The senses that the gate asks for of a word without held-down letters: "fiiive", "fivee".
    pub(super) fn held(&self, bytes: &[u8], start: usize) -> Lexeme {
        if self.len < 3 || !self.is_held(bytes, start) {
            return Lexeme::NONE;
        }
        let (mut key, mut nth, mut last, mut at) = (Key::EMPTY, 0, 0, start);
        while at < self.end
            && let Some((letter, len)) = letter_at(bytes, at)
        {
            if letter != last {
                key = key.with_nth(letter, nth);
                nth += 1;
            }
            (last, at) = (letter, at + len);
        }
        lexicon::look_up_gated(key)
    }
}

/// In a shorter word two of a letter are nothing strange.
const SHORT: usize = 4;

/// How many letters stand in front of another byte.
pub(super) fn letters(bytes: &[u8]) -> usize {
    let mut count = 0;
    while let Some(eight) = bytes.get(count..).and_then(<[u8]>::first_chunk) {
        let run = letters_of_eight(*eight) as usize;
        count += run;
        if run < 8 {
            return count;
        }
    }
    count + bytes.iter().skip(count).take_while(|byte| byte.is_ascii_alphabetic()).count()
}

/// How many of eight bytes are letters in front of another byte.
#[inline]
fn letters_of_eight(eight: [u8; 8]) -> u32 {
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    const FIRST: u64 = u64::from_le_bytes([b'a'; 8]);
    const LAST: u64 = u64::from_le_bytes([b'z'; 8]);
    let eight = u64::from_le_bytes(eight) | u64::from_le_bytes([0x20; 8]);
    // The high bit of each byte stays set where it is neither below nor above.
    let inside = ((eight | HIGH) - FIRST) & ((LAST | HIGH) - (eight & !HIGH)) & !eight & HIGH;
    (!inside & HIGH).trailing_zeros() / 8
}

/// The first bytes of U+00C0 to U+017F.
const LATIN_LEADS: [u8; 3] = [LATIN_FIRST, 0xc4, 0xc5];
const LATIN_FIRST: u8 = 0xc3;

/// The letters that these fold to; a space where there is none.
static LATIN: [&[u8; 64]; 3] = [
    b"aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy",
    b"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkkillllll ",
    b" llnnnnnn  noooooo  rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs",
];

/// The small ASCII letter that begins at a byte, accents left out, and its length in bytes.
pub(super) fn letter_at(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let byte = *bytes.get(at)?;
    if byte.is_ascii_alphabetic() {
        return Some((byte | 0x20, 1));
    }
    let row = LATIN.get(usize::from(byte.checked_sub(LATIN_FIRST)?))?;
    let letter = row.get(usize::from(bytes.get(at + 1)?.checked_sub(0x80)?))?;
    (*letter != b' ').then_some((*letter, 2))
}

/// Quotes, dashes and the ellipsis, those of Windows-1252 too, letters of European languages, pictograms without a meaning here.
pub(super) fn is_usual(c: char) -> bool {
    matches!(
        c,
        '\u{80}'..='\u{ac}'
            | '\u{ae}'..='\u{b1}'
            | '\u{b4}'..='\u{b6}'
            | '\u{bb}'
            | '\u{bf}'..='\u{24f}'
            | '\u{2010}'..='\u{2023}'
            | '\u{2026}'
            | '\u{2030}'..='\u{205e}'
            | '\u{20a0}'..='\u{20cf}'
            | '\u{2122}'
            | '\u{2190}'..='\u{21ff}'
            | '\u{2600}'..='\u{26a9}'
            | '\u{26b2}'..='\u{2707}'
            | '\u{270a}'..='\u{2775}'
            | '\u{1f300}'..='\u{1f425}'
            | '\u{1f427}'..='\u{1f47a}'
            | '\u{1f47c}'..='\u{1f4dd}'
            | '\u{1f4fa}'..='\u{1f51e}'
            | '\u{1f520}'..='\u{1f9ff}'
            | '\u{fe0f}'
    )
}

/// How many digits letters against digits may be; none when they look like none. `hidden` is what they mean when their digits
/// stand for letters.
pub(super) fn like_digits(bytes: &[u8], start: usize, end: usize, length: usize, hidden: Lexeme) -> usize {
    let may = length == 1 || hidden.has(super::NUMBER) || all_look_like(bytes, start, end);
    if may { length.min(4) } else { 0 }
}

/// Whether each of some letters looks like a digit.
fn all_look_like(bytes: &[u8], start: usize, end: usize) -> bool {
    let mut at = start;
    while at < end
        && let Some((letter, length)) = letter_at(bytes, at)
    {
        if looks_like(letter).is_none() {
            return false;
        }
        at += length;
    }
    true
}

/// The word that letters and digits around a byte mean when the digits stand for letters: "1nsta".
pub(super) fn leet(bytes: &[u8], at: usize) -> Lexeme {
    let letter = |at: usize| bytes.get(at).and_then(|byte| LEET.get(usize::from(*byte))).copied();
    let is_part = |at: usize| letter(at).is_some_and(|letter| letter != 0);
    let mut from = at;
    while from > 0 && is_part(from - 1) {
        from -= 1;
        if at - from == MOST as usize {
            return Lexeme::NONE;
        }
    }
    // The one may stand for either of two letters.
    let (mut key, mut other, mut length) = (Key::EMPTY, Key::EMPTY, 0);
    while let Some(letter) = letter(from).filter(|letter| *letter != 0) {
        if length == MOST || letter == NO_LETTER {
            return Lexeme::NONE;
        }
        let (one, two) = if letter == ONE { (b'i', b'l') } else { (letter, letter) };
        (key, other) = (key.with_nth(one, length), other.with_nth(two, length));
        (from, length) = (from + 1, length + 1);
    }
    if length < 3 {
        return Lexeme::NONE;
    }
    let found = lexicon::look_up(key);
    if found.senses.is_empty() && other != key { lexicon::look_up(other) } else { found }
}

/// A digit that stands for either of two letters, and one that stands for none.
const ONE: u8 = b'1';
const NO_LETTER: u8 = b'2';

/// Most letters of such a word.
const MOST: u32 = 12;

/// The small letter that a letter or digit may stand for; 0 for anything else.
static LEET: [u8; 256] = leet_letters();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn leet_letters() -> [u8; 256] {
    let mut letters = [0; 256];
    let mut byte = 0u8;
    while byte < 0x80 {
        letters[byte as usize] = match byte {
            b'0' => b'o',
            b'3' => b'e',
            b'4' => b'a',
            b'5' => b's',
            b'6' | b'9' => b'g',
            b'7' => b't',
            b'8' => b'b',
            ONE | NO_LETTER => byte,
            _ if byte.is_ascii_alphabetic() => byte | 0x20,
            _ => 0,
        };
        byte += 1;
    }
    letters
}

/// A word this long may hold number words anywhere.
const LONG: usize = 12;

/// Whether two number words stand one behind the other in a word: at its beginning, in a long one anywhere.
pub(super) fn holds_numbers(word: &[u8]) -> bool {
    let places = match word.len() {
        ..6 => 0,
        6..LONG => 1,
        length => length.min(64),
    };
    (0..places).any(|place| {
        let rest = word.get(place..).unwrap_or_default();
        rest.first_chunk().is_some_and(|four| lexicon::may_begin_two(Spelling::of_four(*four)))
            && begins_number(rest)
            && lengths(rest).any(|length| {
                let rest = rest.get(length..).unwrap_or_default();
                let joined = ANDS.iter().find_map(|and| rest.strip_prefix(*and)).unwrap_or_default();
                lengths(rest).chain(lengths(joined)).next().is_some()
            })
    })
}

/// Whether a word has letters of U+0100 to U+017F.
pub(super) fn holds_rare(word: &[u8]) -> bool {
    word.iter().any(|byte| matches!(byte, 0xc4 | 0xc5))
}

/// What joins the two within a word: "fünfundzwanzig".
static ANDS: &[&[u8]] = &[b"und", b"en", b"og"];

/// Whether a word is a name with the words of an address behind it: "happypawsdotcom".
pub(super) fn ends_in_dotcom(word: &[u8]) -> bool {
    word.len() > 8 && word.last_chunk::<6>().is_some_and(|tail| tail.eq_ignore_ascii_case(b"dotcom"))
}

fn begins_number(letters: &[u8]) -> bool {
    // The shortest word for zero has two letters.
    if let [b'o' | b'O', b'h' | b'H', ..] = letters {
        return true;
    }
    letters.first_chunk().is_some_and(|three| lexicon::leads_number(*three))
}

/// How many letters the number words have that a row of letters begins with.
fn lengths(letters: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let mut key = Key::EMPTY;
    letters.iter().take(LONG).zip(0..).enumerate().filter_map(move |(index, (letter, nth))| {
        key = key.with_nth(*letter, nth);
        (index > 0 && lexicon::look_up_gated(key).has(lexicon::GLUED)).then_some(index + 1)
    })
}
