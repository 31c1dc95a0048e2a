//! Small sets of bits that rule most words out before a table is touched.

use super::{Key, Lexeme, SLOTS, Senses, Slot, Spelling, TABLE, look_up};

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
    .or(Senses::SECOND)
    .or(Senses::TELLS)
    .or(Senses::UPI)
    .or(Senses::DIRECT);

pub(super) const BITS: u32 = 15;
/// Two bits for each place: whether a word there may have such a sense, and whether one is an everyday word that may be a
/// digit, and nothing else that the gate asks for.
static GATE: [u64; 1 << (BITS - 5)] = gate();

/// A word's bits in the sieve; the gate compares with the higher one and adds the lower one up.
pub(in crate::policy) const WEAK: u64 = 1;
pub(in crate::policy) const KNOWN: u64 = 2;

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
    let mut slot = 0;
    while slot < SLOTS {
        let Slot { key, lexeme } = TABLE[slot];
        let others = Senses::WEAK.or(Senses::LOCAL);
        if lexeme.senses.has(Senses::DIGIT) && !lexeme.senses.has(others) && key.letters() < HELD.end {
            hold(&mut bits, key);
        }
        slot += 1;
    }
    bits
}

/// How long a word for a digit is in which letters stand twice, "fivee"; what a longer one is without them is looked at anyway.
pub(in crate::policy) const HELD: std::ops::Range<u32> = 4..6;

/// Adds the words that are a short one with some of its letters twice.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn hold(bits: &mut [u64], word: Key) {
    let mut twice = 1u32;
    while twice < 1 << word.letters() {
        let (mut held, mut nth) = (Key::EMPTY, 0);
        while nth < word.letters() {
            let letter = word.0.to_le_bytes()[nth as usize] & 31;
            held = held.with(letter);
            if twice >> nth & 1 == 1 {
                held = held.with(letter);
            }
            nth += 1;
        }
        if HELD.start <= held.letters() && held.letters() < HELD.end {
            let place = held.spelling().bit();
            bits[place / 32] |= KNOWN << (place % 32 * 2);
        }
        twice += 1;
    }
}

/// The first three letters of the number words, a bit each.
static LEADS: [u64; 512] = leads(LEAD);

/// Number words that stand one behind the other without anything between them.
pub(in crate::policy) const GLUED: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::POWER);
const LEAD: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES);
const ROW: Senses = GLUED.or(Senses::TIMES);

/// Whether a word of six letters or more may begin with a number word and another, or one that joins the two.
#[inline]
pub(in crate::policy) fn may_begin_two(word: Spelling) -> bool {
    begins_two_bit(word) != 0
}

/// The same as a number.
#[inline]
pub(in crate::policy) fn begins_two_bit(word: Spelling) -> u64 {
    let bit = word.lead_of_two();
    LEADS_OF_TWO.get(bit / 64).map_or(0, |word| word >> (bit % 64) & 1)
}

/// The first four letters of these, a bit each.
static LEADS_OF_TWO: [u64; 1024] = leads_of_two();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn leads_of_two() -> [u64; 1024] {
    // What the second one may begin with.
    let mut pairs = [0u32; 32];
    let mut slot = 0;
    while slot < SLOTS {
        let Slot { key, lexeme } = TABLE[slot];
        if lexeme.senses.has(ROW.or(Senses::AND)) && key.letters() > 1 {
            pairs[(key.0 & 31) as usize] |= 1 << (key.0 >> 8 & 31);
        }
        slot += 1;
    }
    let mut bits = [0; 1024];
    let mut slot = 0;
    while slot < SLOTS {
        let Slot { key, lexeme } = TABLE[slot];
        if lexeme.senses.has(ROW) && key.letters() > 1 {
            let (mut one, mut two) = (b'a', b'a');
            while one <= b'z' {
                // A longer word has four letters of its own.
                if key.letters() > 3 || pairs[(one & 31) as usize] >> (two & 31) & 1 == 1 {
                    let bit = key.with(one).with(two).spelling().lead_of_two();
                    bits[bit / 64] |= 1 << (bit % 64);
                }
                two += 1;
                if two > b'z' {
                    (one, two) = (one + 1, b'a');
                }
                if key.letters() > 3 {
                    break;
                }
            }
        }
        slot += 1;
    }
    bits
}

/// Whether a number word begins with three letters.
#[inline]
pub(in crate::policy) fn leads_number(three: [u8; 3]) -> bool {
    is_lead(&LEADS, three)
}

/// The same of the words in which digits and signs may stand for letters.
#[inline]
pub(in crate::policy) fn leads_hidden(three: [u8; 3]) -> bool {
    static LEADS: [u64; 512] = leads(HIDDEN);
    is_lead(&LEADS, three)
}

/// What a word means that may be written with digits and signs for letters.
pub(in crate::policy) const HIDDEN: Senses = Senses::DIGIT
    .or(Senses::TENS)
    .or(Senses::TIMES)
    .or(Senses::PROVIDER)
    .or(Senses::PLATFORM)
    .or(Senses::DOT)
    .or(Senses::AT)
    .or(Senses::SLASH)
    .or(Senses::MAIN)
    .or(Senses::MAIL);

fn is_lead(leads: &[u64; 512], [one, two, three]: [u8; 3]) -> bool {
    let bit = Spelling::of_four([one, two, three, 0]).three();
    let (place, bit) = (usize::try_from(bit / 64).unwrap_or_default(), bit % 64);
    leads.get(place).is_some_and(|word| word >> bit & 1 == 1)
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn leads(any: Senses) -> [u64; 512] {
    let mut bits = [0; 512];
    let mut slot = 0;
    while slot < SLOTS {
        let key = TABLE[slot].key;
        if TABLE[slot].lexeme.senses.has(any) && key.0 >= 1 << 16 {
            let bit = key.spelling().three();
            bits[(bit / 64) as usize] |= 1 << (bit % 64);
        }
        slot += 1;
    }
    bits
}

/// How many letters the words have that may stand within a row of number words, a bit each, by their first three letters.
static LENGTHS: [u16; 1 << LENGTH_BITS] = lengths();
const LENGTH_BITS: u32 = 11;

/// How many letters a number word, or one that joins two, may have that begins with three letters: the bits of these, and
/// perhaps of others.
#[inline]
pub(in crate::policy) fn number_lengths([one, two, three]: [u8; 3]) -> u16 {
    let place = length_place(Spelling::of_four([one, two, three, 0]).three());
    LENGTHS.get(place).copied().unwrap_or(u16::MAX)
}

const fn length_place(three: u64) -> usize {
    (three.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - LENGTH_BITS)) as usize
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn lengths() -> [u16; 1 << LENGTH_BITS] {
    let mut lengths = [0; 1 << LENGTH_BITS];
    let mut slot = 0;
    while slot < SLOTS {
        let Slot { key, lexeme } = TABLE[slot];
        if lexeme.senses.has(ROW.or(Senses::AND)) && key.letters() > 2 {
            lengths[length_place(key.spelling().three())] |= 1 << key.letters();
        }
        slot += 1;
    }
    lengths
}
