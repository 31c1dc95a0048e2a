//! Small sets of bits that rule most words out before a table is touched.

use super::{Key, Lexeme, SLOTS, Senses, Spelling, TABLE, look_up};

/// What the gate asks words for; a bit for each key that may have such a sense, so that most words touch no table.
const GATED: Senses = Senses::DIGIT
    .or(Senses::TENS)
    .or(Senses::POWER)
    .or(Senses::TIMES)
    .or(Senses::DOT)
    .or(Senses::PROVIDER)
    .or(Senses::MAIL)
    .or(Senses::MAIN)
    .or(Senses::PLATFORM)
    .or(Senses::WANTED)
    .or(Senses::AWAY)
    .or(Senses::HERE)
    .or(Senses::EDGE)
    .or(Senses::TURNED)
    .or(Senses::SECOND);

pub(super) const BITS: u32 = 15;
/// Two bits for each place: whether a word there may have such a sense, and whether one is an everyday word that may be a
/// digit, and nothing else that the gate asks for.
static GATE: [u64; 1 << (BITS - 5)] = gate();

/// A word's bits in the sieve.
pub(in crate::policy) const KNOWN: u64 = 1;
pub(in crate::policy) const WEAK: u64 = 2;

/// Whether a word may have a sense that the gate asks for; of a long word its first letters may have none.
pub(in crate::policy) fn is_gated(word: Spelling) -> bool {
    gate_bits(word) != 0
}

/// What a word may be: `KNOWN`, `WEAK`, both or none.
#[inline]
pub(in crate::policy) fn gate_bits(word: Spelling) -> u64 {
    let place = word.bit();
    GATE.get(place / 32).map_or(0, |bits| bits >> (place % 32 * 2) & 3)
}

/// The senses of a word, when the gate asks for one of them.
pub(in crate::policy) fn look_up_gated(key: Key) -> Lexeme {
    let lexeme = look_up(key);
    if lexeme.has(GATED) { lexeme } else { Lexeme::NONE }
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn gate() -> [u64; 1 << (BITS - 5)] {
    let mut bits = [0; 1 << (BITS - 5)];
    let mut slot = 0;
    while slot < SLOTS {
        let senses = TABLE[slot].lexeme.senses;
        if senses.has(GATED) {
            let place = TABLE[slot].key.spelling().bit();
            let weak = senses.has(Senses::WEAK) && !senses.has(GATED.without(Senses::DIGIT));
            bits[place / 32] |= (if weak { WEAK } else { KNOWN }) << (place % 32 * 2);
        }
        slot += 1;
    }
    bits
}

/// The first three letters of the number words, a bit each.
static LEADS: [u64; 512] = leads();

const LEAD: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES);

/// Whether a number word may begin as a word does; at times one that begins otherwise, too.
#[inline]
pub(in crate::policy) fn may_lead_number(word: Spelling) -> bool {
    lead_bit(word) == 1
}

/// The same as a number.
#[inline]
pub(in crate::policy) fn lead_bit(word: Spelling) -> u64 {
    let bit = word.lead_bit();
    LEAD_BITS.get(bit / 64).map_or(0, |word| word >> (bit % 64) & 1)
}

/// Whether a word that the gate asks for may begin as a word does, as a number.
#[inline]
pub(in crate::policy) fn gated_lead_bit(word: Spelling) -> u64 {
    let bit = word.lead_bit();
    GATED_LEADS.get(bit / 64).map_or(0, |word| word >> (bit % 64) & 1)
}

/// The first three letters of the number words as they stand in memory, a bit each; those of all that the gate asks for.
static LEAD_BITS: [u64; 64] = lead_bits(LEAD);
static GATED_LEADS: [u64; 64] = lead_bits(GATED);

/// The first three letters of the words that others may begin with, and of those that join them or raise them to hundreds.
static GLUED_LEADS: [u64; 64] = glued_leads();

/// Whether a word of up to eight letters, three at least, may begin with another, as a number.
#[inline]
pub(in crate::policy) fn may_glue(key: Key, letters: u32) -> u64 {
    let bit = mixed(key.0.unbounded_shr(5 * letters.clamp(3, 8) - 15));
    GLUED_LEADS.get(bit / 64).map_or(0, |word| word >> (bit % 64) & 1)
}

/// A place among 4,096 for three letters.
const fn mixed(three: u64) -> usize {
    ((three & 0x7fff).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - 12)) as usize
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn glued_leads() -> [u64; 64] {
    let mut bits = [0; 64];
    let mut three = 0;
    while three < 1 << 15 {
        let two = three >> 5;
        let joins = two == two_letters(*b"oh") || two == two_letters(*b"en");
        let known = LEADS[(three / 64) as usize] >> (three % 64) & 1 == 1;
        if joins || known {
            let bit = mixed(three);
            bits[bit / 64] |= 1 << (bit % 64);
        }
        three += 1;
    }
    let words = [b"und", b"and", b"hun", b"tau"];
    let mut word = 0;
    while word < words.len() {
        let [one, two, three] = *words[word];
        let bit = mixed(two_letters([one, two]) << 5 | (three & 31) as u64);
        bits[bit / 64] |= 1 << (bit % 64);
        word += 1;
    }
    bits
}

const fn two_letters([one, two]: [u8; 2]) -> u64 {
    (one as u64 & 31) << 5 | two as u64 & 31
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn lead_bits(senses: Senses) -> [u64; 64] {
    let mut bits = [0; 64];
    let mut slot = 0;
    while slot < SLOTS {
        if TABLE[slot].lexeme.senses.has(senses) && TABLE[slot].key.0 >= 1 << 10 {
            let bit = TABLE[slot].key.spelling().lead_bit();
            bits[bit / 64] |= 1 << (bit % 64);
        }
        slot += 1;
    }
    // "ohfour": the shortest word for zero, and any letter behind it.
    let mut letter = b'a';
    while letter <= b'z' {
        let bit = Key::EMPTY.with(b'o').with(b'h').with(letter).spelling().lead_bit();
        bits[bit / 64] |= 1 << (bit % 64);
        letter += 1;
    }
    bits
}

/// Whether a number word begins with the three letters of a key.
pub(in crate::policy) fn leads_number(three: Key) -> bool {
    let bit = (three.0 & 0x7fff) as usize;
    LEADS.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn leads() -> [u64; 512] {
    let mut bits = [0; 512];
    let mut slot = 0;
    while slot < SLOTS {
        let mut key = TABLE[slot].key.0;
        if TABLE[slot].lexeme.senses.has(LEAD) && key >= 1 << 10 {
            while key >= 1 << 15 {
                key >>= 5;
            }
            bits[(key / 64) as usize] |= 1 << (key % 64);
        }
        slot += 1;
    }
    bits
}
