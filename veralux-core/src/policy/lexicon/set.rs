//! Lists of words that most words are not in.

use super::Key;

/// Words that are compared with others one by one only where a few bits of the key leave it open whether one of them is meant.
pub(in crate::policy) struct Set {
    sieve: [u64; PLACES / 64],
    keys: &'static [Key],
}

const PLACE_BITS: u32 = 11;
/// Several times as many as the longest list has words.
const PLACES: usize = 1 << PLACE_BITS;

impl Set {
    /// To be made at compile time.
    #[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
    pub(in crate::policy) const fn of(keys: &'static [Key]) -> Self {
        let mut sieve = [0; PLACES / 64];
        let mut at = 0;
        while at < keys.len() {
            let place = place(keys[at]);
            sieve[place / 64] |= 1 << (place % 64);
            at += 1;
        }
        Self { sieve, keys }
    }

    /// Whether a word is one of these.
    #[inline]
    pub(in crate::policy) fn has(&self, key: Key) -> bool {
        let place = place(key);
        self.sieve.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1) && self.holds(key)
    }

    /// Asked seldom, and not to be repeated wherever a set is asked for a word.
    #[inline(never)]
    fn holds(&self, key: Key) -> bool {
        self.keys.contains(&key)
    }

    #[cfg(test)]
    pub(in crate::policy) fn iter(&self) -> std::slice::Iter<'_, Key> {
        self.keys.iter()
    }
}

const fn place(key: Key) -> usize {
    (key.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - PLACE_BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::lexicon::keys;

    #[test]
    fn a_set_has_its_words_and_no_others() {
        static SET: Set = Set::of(keys!("follow find ищи a"));
        assert!(SET.iter().all(|key| SET.has(*key)));
        for other in ["follows", "fin", "b", "", "quizzical"] {
            assert!(!SET.has(Key::of(other.bytes())), "{other}");
        }
        assert!(!SET.has(Key::NONE));
    }
}
