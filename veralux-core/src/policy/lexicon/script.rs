//! Words of other scripts than Latin, which are told apart by a hash of their letters.

use super::{FOREIGN, FOREIGN_BITS, Key, Lexeme};
use crate::policy::utf8;

/// Longest of them in bytes.
const MAX_BYTES: usize = 96;

impl Key {
    /// The key of a word of another script, in either case, with or without accents.
    pub(in crate::policy) const fn of_script(word: &str) -> Self {
        Self::of_letters(word.as_bytes())
    }

    pub(super) const fn of_letters(mut bytes: &[u8]) -> Self {
        if bytes.len() > MAX_BYTES {
            return Self::NONE;
        }
        // FNV-1a, a letter at once.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        while let Some((letter, rest)) = utf8::decode(bytes) {
            let letter = plain(letter);
            if letter != 0 {
                hash = (hash ^ letter as u64).wrapping_mul(0x0100_0000_01b3);
            }
            bytes = rest;
        }
        Self(hash ^ hash >> 32)
    }

    /// Where the search for a word of another script begins.
    pub(super) const fn script_slot(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - FOREIGN_BITS)) as usize
    }
}

/// The senses of a word of another script. The table is so empty that few slots are looked at.
pub(in crate::policy) fn look_up_foreign(key: Key) -> Lexeme {
    let mut slot = key.script_slot();
    while let Some(entry) = FOREIGN.get(slot % FOREIGN.len())
        && entry.key != Key::EMPTY
    {
        if entry.key == key {
            return entry.lexeme;
        }
        slot += 1;
    }
    Lexeme::NONE
}

/// A letter as it is compared: small, without the accents and points that people leave out; 0 for what is not seen or laid
/// over another letter.
const fn plain(letter: u32) -> u32 {
    match letter {
        0xad
        | 0x300..=0x36f
        | 0x483..=0x489
        | 0x591..=0x5c7
        | 0x640
        | 0x64b..=0x65f
        | 0x670
        | 0x93c
        | 0x9bc
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x206f
        | 0xfe00..=0xfe0f
        | 0xfeff => 0,
        // Greek.
        0x386 | 0x3ac => 0x3b1,
        0x388 | 0x3ad => 0x3b5,
        0x389 | 0x3ae => 0x3b7,
        0x38a | 0x390 | 0x3aa | 0x3af | 0x3ca => 0x3b9,
        0x38c | 0x3cc => 0x3bf,
        0x38e | 0x3ab | 0x3b0 | 0x3cb | 0x3cd => 0x3c5,
        0x38f | 0x3ce => 0x3c9,
        0x3c2 => 0x3c3,
        // Cyrillic.
        0x401 | 0x451 => 0x435,
        0x407 | 0x457 => 0x456,
        0x419 | 0x439 => 0x438,
        0x400..=0x40f => letter + 0x50,
        0x490 | 0x491 => 0x433,
        0x391..=0x3a9 | 0x410..=0x42f => letter + 0x20,
        // Arabic, of the Arabs and of others.
        0x622 | 0x623 | 0x625 => 0x627,
        0x649 | 0x6cc => 0x64a,
        0x6a9 => 0x643,
        // Devanagari.
        0x901 => 0x902,
        0x958..=0x95a => 0x915 + (letter - 0x958),
        0x95b => 0x91c,
        0x95c | 0x95d => 0x921 + (letter - 0x95c),
        0x95e => 0x92b,
        0x95f => 0x92f,
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Senses;
    use super::*;

    #[test]
    fn words_are_found_as_people_write_them() {
        for words in [
            "собака Собака СОБАКА соба\u{301}ка",
            "подчеркивание подчёркивание",
            "παπάκι παπακι ΠΑΠΑΚΙ Παπάκι",
            "पांच पाँच",
            "ज़ीरो जीरो ज\u{93c}ीरो",
            "أربعة اربعة",
        ] {
            for word in words.split(' ') {
                let lexeme = look_up_foreign(Key::of_script(word));
                assert!(lexeme.has(Senses::AT.or(Senses::JOINT).or(Senses::DIGIT)), "{word}");
            }
        }
        assert_eq!(look_up_foreign(Key::of_script("кошка")), Lexeme::NONE);
        assert_eq!(look_up_foreign(Key::of_script(&"я".repeat(500))), Lexeme::NONE);
    }

    #[test]
    fn few_slots_are_looked_at() {
        let (mut longest, mut run, mut used) = (0, 0, 0);
        for slot in FOREIGN.iter().chain(&FOREIGN) {
            run = if slot.key == Key::EMPTY { 0 } else { run + 1 };
            used += usize::from(run > 0);
            longest = longest.max(run);
        }
        assert!(used < FOREIGN.len() && longest < 24, "{used} {longest}");
    }
}
