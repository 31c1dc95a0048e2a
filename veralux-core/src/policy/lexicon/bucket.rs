//! The look-up table as it is read: a few short tags in each bucket, so that most look-ups take no branch that words foretell
//! badly.

use super::{Key, Lexeme, SLOTS, Senses, Slot, TABLE};

/// Buckets, and tags in one.
const BUCKET_BITS: u32 = 11;
const BUCKETS: usize = 1 << BUCKET_BITS;
const LANES: usize = 4;
/// As many words at most.
const WORDS: usize = 1 << 13;
/// Says of a bucket that a word of it stands in the next one.
const GOES_ON: u16 = 1 << 15;

#[derive(Clone, Copy)]
struct Bucket {
    /// Four tags of sixteen bits each; 0 where there is none.
    tags: u64,
    /// Where its words begin.
    first: u16,
}

struct Tables {
    buckets: [Bucket; BUCKETS],
    words: [Slot; WORDS],
}

static TABLES: Tables = build();

/// The senses of a word of `a` to `z`.
#[inline]
pub(in crate::policy) fn look_up(key: Key) -> Lexeme {
    let (bucket, tag) = place(key);
    let Some(Bucket { tags, first }) = TABLES.buckets.get(bucket) else { return Lexeme::NONE };
    let (found, is_found) = word(key, *first, lane(*tags, tag));
    if first & GOES_ON != 0 && !is_found {
        return look_further(key, bucket, tag);
    }
    found
}

/// Looks at the next buckets.
#[cold]
#[inline(never)]
fn look_further(key: Key, mut bucket: usize, tag: u64) -> Lexeme {
    loop {
        bucket = (bucket + 1) % BUCKETS;
        let Some(Bucket { tags, first }) = TABLES.buckets.get(bucket) else { return Lexeme::NONE };
        let (found, is_found) = word(key, *first, lane(*tags, tag));
        if is_found || first & GOES_ON == 0 {
            return found;
        }
    }
}

/// The word in a lane of a bucket, when it has the key; its lexeme has no senses otherwise.
#[inline]
fn word(key: Key, first: u16, lane: usize) -> (Lexeme, bool) {
    let Some(word) = TABLES.words.get((first & !GOES_ON) as usize + lane) else {
        return (Lexeme::NONE, false);
    };
    let is_found = word.key == key;
    let Lexeme { senses: Senses(senses), value } = word.lexeme;
    // Without a branch.
    let senses = senses & u64::from(is_found).wrapping_neg();
    (Lexeme { senses: Senses(senses), value: value * u16::from(is_found) }, is_found)
}

/// The first lane with a tag; one more than there are when none has it.
#[inline]
const fn lane(tags: u64, tag: u64) -> usize {
    const ONES: u64 = 0x0001_0001_0001_0001;
    let other = tags ^ (tag * ONES);
    let none = other.wrapping_sub(ONES) & !other & ONES << 15;
    none.trailing_zeros() as usize / 16
}

/// The bucket and the tag of a key.
#[inline]
const fn place(key: Key) -> (usize, u64) {
    // Fibonacci hashing: the top bits of a product with 2^64 / phi.
    let mixed = key.0.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> (64 - BUCKET_BITS)) as usize, mixed >> 30 & 0xffff | 1)
}

#[expect(
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    clippy::cast_possible_truncation,
    reason = "evaluated at compile time; a wrong index does not build"
)]
const fn build() -> Tables {
    let empty = Slot { key: Key::NONE, lexeme: Lexeme::NONE };
    let mut tables = Tables { buckets: [Bucket { tags: 0, first: 0 }; BUCKETS], words: [empty; WORDS] };
    let mut chosen = [0u16; SLOTS];
    let mut counts = [0u16; BUCKETS];
    let mut slot = 0;
    while slot < SLOTS {
        if TABLE[slot].key.0 != 0 {
            let (mut bucket, tag) = place(TABLE[slot].key);
            while counts[bucket] as usize == LANES || lane(tables.buckets[bucket].tags, tag) < LANES {
                tables.buckets[bucket].first |= GOES_ON;
                bucket = (bucket + 1) % BUCKETS;
            }
            tables.buckets[bucket].tags |= tag << (16 * counts[bucket]);
            counts[bucket] += 1;
            chosen[slot] = bucket as u16;
        }
        slot += 1;
    }
    let (mut bucket, mut sum) = (0, 0);
    while bucket < BUCKETS {
        tables.buckets[bucket].first |= sum;
        sum += counts[bucket];
        counts[bucket] = 0;
        bucket += 1;
    }
    // In the same order, so that each word stands at the place of its tag.
    let mut slot = 0;
    while slot < SLOTS {
        if TABLE[slot].key.0 != 0 {
            let bucket = chosen[slot] as usize;
            tables.words[((tables.buckets[bucket].first & !GOES_ON) + counts[bucket]) as usize] = TABLE[slot];
            counts[bucket] += 1;
        }
        slot += 1;
    }
    tables
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
    }
}
