//! The look-up table as it is read: every word has a place that no other has, so that a look-up reads one and takes no branch
//! that words foretell badly.
//!
//! One part of a hash puts words into groups. The words of a group share a number that, with another part, gives them their places
//! (compress, hash and displace: Belazzougui, Botelho and Dietzfelbinger, 2009).

use std::hint;

use super::{Key, Lexeme, SLOTS, Senses, TABLE};

const GROUP_BITS: u32 = 10;
const GROUPS: usize = 1 << GROUP_BITS;
const PLACE_BITS: u32 = 13;
const PLACES: usize = 1 << PLACE_BITS;
/// Where a word's value stands above its senses.
const VALUE: u32 = 48;

#[derive(Clone, Copy)]
struct Place {
    key: Key,
    meaning: u64,
}

struct Tables {
    /// The number of each group; odd.
    numbers: [u16; GROUPS],
    places: [Place; PLACES],
}

static TABLES: Tables = build();

/// The senses of a word of `a` to `z`.
#[inline]
pub(in crate::policy) fn look_up(key: Key) -> Lexeme {
    let mixed = mix(key);
    let number = TABLES.numbers.get(group(mixed)).copied().unwrap_or_default();
    let Some(place) = TABLES.places.get(place(mixed, number)) else { return Lexeme::NONE };
    let meaning = hint::select_unpredictable(place.key == key, place.meaning, 0);
    Lexeme {
        senses: Senses(meaning & ((1 << VALUE) - 1)),
        value: u16::try_from(meaning >> VALUE).unwrap_or_default(),
    }
}

#[inline]
const fn mix(key: Key) -> u64 {
    // Fibonacci hashing: the top bits of a product with 2^64 / phi.
    key.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[inline]
const fn group(mixed: u64) -> usize {
    (mixed >> (u64::BITS - GROUP_BITS)) as usize
}

/// The place of a word of a group with a number.
#[inline]
const fn place(mixed: u64, number: u16) -> usize {
    let other = (mixed >> (u32::BITS - GROUP_BITS)) & u32::MAX as u64;
    let spread = (other * number as u64) & u32::MAX as u64;
    (spread >> (u32::BITS - PLACE_BITS)) as usize
}

#[expect(
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    clippy::cast_possible_truncation,
    reason = "evaluated at compile time; a wrong index does not build"
)]
const fn build() -> Tables {
    let mut tables = Tables { numbers: [1; GROUPS], places: [Place { key: Key::NONE, meaning: 0 }; PLACES] };
    // The words by their groups.
    let mut counts = [0u16; GROUPS];
    let mut slot = 0;
    while slot < SLOTS {
        if TABLE[slot].key.0 != 0 {
            counts[group(mix(TABLE[slot].key))] += 1;
        }
        slot += 1;
    }
    let mut firsts = [0u16; GROUPS];
    let (mut index, mut sum, mut most) = (0, 0, 0);
    while index < GROUPS {
        firsts[index] = sum;
        sum += counts[index];
        if counts[index] > most {
            most = counts[index];
        }
        counts[index] = 0;
        index += 1;
    }
    let mut members = [0u16; SLOTS];
    let mut slot = 0;
    while slot < SLOTS {
        if TABLE[slot].key.0 != 0 {
            let group = group(mix(TABLE[slot].key));
            members[(firsts[group] + counts[group]) as usize] = slot as u16;
            counts[group] += 1;
        }
        slot += 1;
    }
    // The large groups first, while most places are free.
    while most > 0 {
        let mut index = 0;
        while index < GROUPS {
            if counts[index] == most {
                let mut number = 1;
                while !put(&mut tables.places, &members, firsts[index] as usize, most as usize, number) {
                    number += 2;
                }
                tables.numbers[index] = number;
            }
            index += 1;
        }
        most -= 1;
    }
    tables
}

/// Puts the words of a group where a number says; false, and none is put, when one of the places is taken.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn put(
    places: &mut [Place; PLACES],
    members: &[u16; SLOTS],
    first: usize,
    count: usize,
    number: u16,
) -> bool {
    let mut done = 0;
    while done < count {
        let slot = &TABLE[members[first + done] as usize];
        let at = place(mix(slot.key), number);
        if places[at].key.0 != Key::NONE.0 {
            while done > 0 {
                done -= 1;
                let slot = &TABLE[members[first + done] as usize];
                places[place(mix(slot.key), number)] = Place { key: Key::NONE, meaning: 0 };
            }
            return false;
        }
        let Lexeme { senses, value } = slot.lexeme;
        assert!(senses.0 >> VALUE == 0, "there are few enough senses");
        places[at] = Place { key: slot.key, meaning: senses.0 | (value as u64) << VALUE };
        done += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found() {
        for slot in &TABLE {
            let expected = if slot.key == Key::EMPTY { Lexeme::NONE } else { slot.lexeme };
            assert_eq!(look_up(slot.key), expected);
            let other = Key(slot.key.0 ^ 1 << 4);
            let stands = TABLE.iter().find(|slot| slot.key == other && other != Key::EMPTY);
            assert_eq!(look_up(other), stands.map_or(Lexeme::NONE, |slot| slot.lexeme));
        }
        assert_eq!(look_up(Key::NONE), Lexeme::NONE);
    }
}
