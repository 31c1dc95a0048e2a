//! What single characters fold to.

use unicode_normalization::char::decompose_compatible;

use super::look_alike::look_alike;
use super::{EMOJI, EMOJI_MAIL, EMOJI_PHONE, EMOJI_SOCIAL, LETTER, MONEY, SIGN};

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fold {
    /// It is not seen.
    Nothing,
    /// It is laid over the character in front of it.
    Mark,
    /// A character or class that stands for it and hides nothing.
    Plain(u8),
    /// One to three characters in other clothes; 0 fills up.
    Disguised([u8; 3]),
}

const fn disguised(ch: u8) -> Fold {
    Fold::Disguised([ch, 0, 0])
}

/// Folds a character that is not ASCII.
pub(super) fn fold(c: char) -> Fold {
    match c {
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => return latin(c),
        '£' | '€' => return Fold::Plain(MONEY),
        // Directional and invisible characters, variation selectors, marks that are laid over others.
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => return Fold::Nothing,
        '\u{fe00}'..='\u{fe0f}'
        | '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{64b}'..='\u{65f}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}' => return Fold::Mark,
        '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{2800}'
        | '\u{3000}' => return Fold::Plain(b' '),
        '\u{85}' | '\u{2028}' | '\u{2029}' => return Fold::Plain(b'\n'),
        '\u{2010}'..='\u{2015}'
        | '\u{2043}'
        | '\u{2212}'
        | '\u{2796}'
        | '\u{fe58}'
        | '\u{fe63}'
        | '\u{ff0d}'
        | '\u{96}'
        | '\u{97}' => {
            return Fold::Plain(b'-');
        }
        // Seen as dots: interpuncts, bullets, the full stops of other scripts.
        '\u{b7}' | '\u{2d9}' | '\u{2022}' | '\u{2024}' | '\u{2027}' | '\u{2219}' | '\u{22c5}'
        | '\u{3002}' | '\u{30fb}' | '\u{6d4}' | '\u{fe52}' | '\u{ff0e}' | '\u{ff61}' | '\u{ff65}'
        | '\u{25cf}' | '\u{26ab}' => {
            return Fold::Plain(b'.');
        }
        // Ellipsis, ordinal signs, degrees, fractions: their decompositions would be read as letters and digits.
        '\u{2026}' | 'ª' | 'º' | '°' | '¼'..='¾' | '\u{2150}'..='\u{215f}' => return Fold::Plain(SIGN),
        '\u{2044}' | '\u{2215}' | '\u{29f8}' => return Fold::Plain(b'/'),
        '\u{2236}' | '\u{a789}' | '\u{2d0}' => return Fold::Plain(b':'),
        '\u{2795}' => return Fold::Plain(b'+'),
        // Those of Windows-1252 as well, which old systems leave in a text.
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{91}' | '\u{92}' => return Fold::Plain(b'\''),
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{93}' | '\u{94}' => return Fold::Plain(b'"'),
        '\u{1f51f}' => return Fold::Disguised(*b"10\0"),
        // White on black, in circles and squares.
        '\u{1f150}'..='\u{1f169}' => return disguised(nth_letter(c, 0x1_f150)),
        '\u{1f170}'..='\u{1f189}' => return disguised(nth_letter(c, 0x1_f170)),
        '\u{2b55}' => return disguised(b'0'),
        _ => {}
    }
    digit(c).map(disguised).or_else(|| look_alike(c).map(disguised)).unwrap_or_else(|| by_class(c))
}

/// The letter that a character is in an alphabet that begins at another.
fn nth_letter(c: char, first: u32) -> u8 {
    b'a' + u8::try_from(u32::from(c) - first).unwrap_or_default()
}

/// Latin letters of other languages: their base letters. No disguise, people write so.
fn latin(c: char) -> Fold {
    match c {
        'ß' => return Fold::Disguised(*b"ss\0"),
        'Æ' | 'æ' => return Fold::Disguised(*b"ae\0"),
        'Œ' | 'œ' => return Fold::Disguised(*b"oe\0"),
        '×' => return Fold::Plain(b'x'),
        '÷' => return Fold::Plain(SIGN),
        'Ø' | 'ø' => return Fold::Plain(b'o'),
        'Đ' | 'đ' | 'Ð' | 'ð' | 'Ɖ' => return Fold::Plain(b'd'),
        'Ł' | 'ł' | 'ƚ' => return Fold::Plain(b'l'),
        'Ħ' | 'ħ' => return Fold::Plain(b'h'),
        'ı' | 'ĸ' => return Fold::Plain(b'i'),
        'ŋ' | 'ƞ' => return Fold::Plain(b'n'),
        'Ŧ' | 'ŧ' => return Fold::Plain(b't'),
        'ſ' => return Fold::Plain(b's'),
        // Turned.
        'ǝ' | 'Ǝ' => return disguised(b'e'),
        'ƃ' => return disguised(b'g'),
        _ => {}
    }
    match decomposed(c) {
        [base, ..] if base != 0 => Fold::Plain(base),
        _ => Fold::Plain(LETTER),
    }
}

/// The ASCII characters of the compatibility decomposition (UAX #15), all 0 when there is another among its first.
fn decomposed(c: char) -> [u8; 3] {
    let (mut out, mut used, mut foreign) = ([0; 3], 0, false);
    decompose_compatible(c, |part| {
        if let Some(slot) = out.get_mut(used)
            && part.is_ascii_graphic()
        {
            *slot = u8::try_from(part).unwrap_or_default();
            used += 1;
        } else if part.is_alphanumeric() {
            foreign = true;
        }
    });
    if foreign { [0; 3] } else { out }
}

/// The first of ten digits in a row (Unicode, general category Nd), sorted.
static ZEROS: &[u32] = &[
    0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66, 0x0de6,
    0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
    0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10, 0x104a0, 0x11066,
    0x110f0, 0x11136, 0x111d0, 0x112f0, 0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11c50,
    0x11d50, 0x16a60, 0x16b50, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
];

/// Digits in rows that do not begin with zero, as (first character, its digit, how many).
static RANKS: &[(u32, u8, u32)] =
    &[(0x2776, 1, 9), (0x2780, 1, 9), (0x278a, 1, 9), (0x24f5, 1, 9), (0x3021, 1, 9), (0x1f101, 0, 10)];

/// Single digits.
static DIGITS: &[(char, u8)] = &[
    ('〇', 0),
    ('零', 0),
    ('一', 1),
    ('二', 2),
    ('三', 3),
    ('四', 4),
    ('五', 5),
    ('六', 6),
    ('七', 7),
    ('八', 8),
    ('九', 9),
    ('⓿', 0),
    ('⓪', 0),
    ('🄋', 0),
    ('🄌', 0),
];

fn digit(c: char) -> Option<u8> {
    let code = u32::from(c);
    let value = if (0x1d7ce..=0x1d7ff).contains(&code) {
        u8::try_from((code - 0x1d7ce) % 10).ok()?
    } else if let Some((_, value)) = DIGITS.iter().find(|(digit, _)| *digit == c) {
        *value
    } else if let Some((first, value, _)) =
        RANKS.iter().find(|(first, _, count)| (*first..first + count).contains(&code))
    {
        value + u8::try_from(code - first).ok()?
    } else {
        let zero = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1).and_then(|at| ZEROS.get(at))?;
        u8::try_from(code - zero).ok().filter(|value| *value <= 9)?
    };
    Some(b'0' + value)
}

/// Whether a pictogram is that of a network.
pub(in crate::policy) const fn is_platform(c: char) -> bool {
    matches!(c, '📸' | '📷' | '👻' | '🐦' | '🎵' | '🎮' | '✈')
}

fn by_class(c: char) -> Fold {
    match c {
        '☎' | '✆' | '📞' | '📱' | '☏' | '📲' | '🤙' => return Fold::Plain(EMOJI_PHONE),
        '✉' | '📧' | '📩' | '📨' | '📬' | '📮' | '📥' => return Fold::Plain(EMOJI_MAIL),
        _ if is_platform(c) => return Fold::Plain(EMOJI_SOCIAL),
        '¢' | '£' | '¥' | '\u{20a0}'..='\u{20cf}' => return Fold::Plain(MONEY),
        '\u{1f1e6}'..='\u{1f1ff}'
        | '\u{2300}'..='\u{245f}'
        | '\u{25a0}'..='\u{27bf}'
        | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1f0ff}'
        | '\u{1f300}'..='\u{1faff}'
        | '‼'
        | '⁉'
        | '™' => return Fold::Plain(EMOJI),
        _ => {}
    }
    let parts = decomposed(c);
    match parts.first() {
        Some(first) if *first != 0 => Fold::Disguised(inner(parts)),
        _ if c.is_alphanumeric() => Fold::Plain(LETTER),
        // Vowel signs of Indic scripts belong to their words.
        _ if matches!(u32::from(c), 0x900..=0xdff) => Fold::Plain(LETTER),
        _ => Fold::Plain(SIGN),
    }
}

/// What stands between the brackets of `⑴`, which decomposes to `(1)`.
fn inner(parts: [u8; 3]) -> [u8; 3] {
    match parts {
        [b'(', ch, b')'] => [ch, 0, 0],
        _ => parts,
    }
}
