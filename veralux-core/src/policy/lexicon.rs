//! The words that mean something to the finders, each with its senses.
//!
//! The rows lie in the files below by subject; a word may stand in several and then has all their senses. A language's
//! digit words, a platform or a top-level domain is a row. The look-up table is built from the rows at compile time.

mod hosts;
mod key;
mod numbers;
mod phrases;
mod platforms;
mod stop;

pub(super) use key::{Key, words};

/// What a word may mean, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Senses(u64);

macro_rules! senses {
    ($($(#[$doc:meta])* $name:ident,)+) => {
        senses!(@ 0, $($(#[$doc])* $name,)+);
    };
    (@ $bit:expr, $(#[$doc:meta])* $name:ident, $($rest:tt)*) => {
        impl Senses { $(#[$doc])* pub(super) const $name: Self = Self(1 << ($bit)); }
        senses!(@ $bit + 1, $($rest)*);
    };
    (@ $bit:expr,) => {};
}

senses! {
    /// A digit, with its value.
    DIGIT,
    /// 10 to 99, with its value.
    TENS,
    /// A hundred or a thousand, with its value.
    POWER,
    /// Says how often the next digit is written, with the number.
    TIMES,
    /// Is a number word only among others; an everyday word otherwise.
    WEAK,
    /// Joins tens and units: "and", "und", "y".
    AND,
    /// Stands between the parts of a number and is none itself.
    FILLER,
    /// Announces a further part of a number: "then", "last".
    PART,
    /// The digits are a number to call.
    CALL,
    /// The digits are the name of a thing.
    THING,
    /// The digits are the short name of a place or the like.
    SPOT,
    /// The digits are an amount of this.
    UNIT,
    /// The digits are a price.
    MONEY,
    /// The sign `@`.
    AT,
    /// The sign `.`.
    DOT,
    /// The sign `/`.
    SLASH,
    /// `_`, `-` or `+`, with the character as value.
    JOINT,
    /// A top-level domain.
    TLD,
    /// A top-level domain that everybody knows.
    MAIN,
    /// A top-level domain that is an everyday word too.
    PROSE,
    /// A mail provider whose addresses people give without a top-level domain.
    PROVIDER,
    /// Mail itself: "email", "mail".
    MAIL,
    /// A network or messenger in which people have handles.
    PLATFORM,
    /// A platform whose name is an everyday word too.
    PLAIN,
    /// What people ask for who want to get in touch: a number, an address.
    WANTED,
    /// Announces a handle: "username", "handle".
    HANDLE,
    /// Links a platform to a handle: "is", "as", "under".
    LINK,
    /// An everyday word, never a handle by itself.
    STOP,
    /// Away from: "outside", "off", "instead".
    AWAY,
    /// The place where the conversation is: "app", "platform".
    HERE,
    /// The domain part of a payment address (UPI).
    UPI,
    /// Asks to get in touch: "text", "message", "add".
    REACH,
    /// Begins an address, or ends it backwards: "www", "moc".
    EDGE,
}

impl Senses {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// A word's senses, and the value of those that have one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Lexeme {
    pub(super) senses: Senses,
    pub(super) value: u16,
}

impl Lexeme {
    pub(super) const NONE: Self = Self { senses: Senses::NONE, value: 0 };

    pub(super) const fn has(self, any: Senses) -> bool {
        self.senses.has(any)
    }
}

/// Words that share their senses, divided by spaces.
struct Words(Senses, &'static str);

/// A word with a value.
struct Valued(Senses, u16, &'static str);

#[derive(Clone, Copy)]
struct Slot {
    key: Key,
    lexeme: Lexeme,
}

const SLOT_BITS: u32 = 13;
const SLOTS: usize = 1 << SLOT_BITS;

static TABLE: [Slot; SLOTS] = build();

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
    .or(Senses::EDGE);

const BITS: u32 = 15;
static GATE: [u64; 1 << (BITS - 6)] = gate();

/// Whether a word may have a sense that the gate asks for.
pub(super) fn is_gated(key: Key) -> bool {
    let bit = key.bit();
    GATE.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn gate() -> [u64; 1 << (BITS - 6)] {
    let mut bits = [0; 1 << (BITS - 6)];
    let mut slot = 0;
    while slot < SLOTS {
        if TABLE[slot].lexeme.senses.has(GATED) {
            let bit = TABLE[slot].key.bit();
            bits[bit / 64] |= 1 << (bit % 64);
        }
        slot += 1;
    }
    bits
}

/// The first three letters of the number words, a bit each.
static LEADS: [u64; 512] = leads();

const LEAD: Senses = Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES);

/// Whether a number word begins with the three letters of a key.
pub(super) fn leads_number(three: Key) -> bool {
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

/// The senses of a word of `a` to `z`.
pub(super) fn look_up(key: Key) -> Lexeme {
    let mut slot = key.slot();
    // The table is two fifths full at most, so that an empty slot is near.
    while let Some(found) = TABLE.get(slot) {
        if found.key == key {
            return found.lexeme;
        }
        if found.key == Key::EMPTY {
            break;
        }
        slot = (slot + 1) % SLOTS;
    }
    Lexeme::NONE
}

/// The senses of a word of other letters.
pub(super) fn look_up_foreign(word: &str) -> Lexeme {
    numbers::FOREIGN.iter().find(|(_, words)| words.split(' ').any(|entry| entry == word)).map_or(
        Lexeme::NONE,
        |(value, _)| {
            let senses = if *value < 10 { Senses::DIGIT } else { Senses::TENS };
            Lexeme { senses, value: *value }
        },
    )
}

#[expect(
    clippy::indexing_slicing,
    clippy::large_stack_arrays,
    reason = "evaluated at compile time; a wrong index does not build"
)]
const fn build() -> [Slot; SLOTS] {
    let mut table = [Slot { key: Key::EMPTY, lexeme: Lexeme::NONE }; SLOTS];
    let groups: [&[Words]; 4] = [hosts::ROWS, phrases::ROWS, platforms::ROWS, stop::ROWS];
    let mut group = 0;
    while group < groups.len() {
        let mut row = 0;
        while row < groups[group].len() {
            let Words(senses, words) = groups[group][row];
            add(&mut table, senses, 0, words.as_bytes());
            row += 1;
        }
        group += 1;
    }
    let valued: [&[Valued]; 2] = [numbers::ROWS, phrases::SIGNS];
    let mut group = 0;
    while group < valued.len() {
        let mut row = 0;
        while row < valued[group].len() {
            let Valued(senses, value, words) = valued[group][row];
            add(&mut table, senses, value, words.as_bytes());
            row += 1;
        }
        group += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn add(table: &mut [Slot; SLOTS], senses: Senses, value: u16, words: &[u8]) {
    let (mut at, mut key) = (0, Key::EMPTY);
    while at <= words.len() {
        if at < words.len() && words[at] != b' ' && words[at] != b'\n' {
            assert!(words[at].is_ascii_lowercase(), "words are of a to z");
            key = key.with(words[at]);
        } else if key.0 != 0 {
            put(table, key, senses, value);
            key = Key::EMPTY;
        }
        at += 1;
    }
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn put(table: &mut [Slot; SLOTS], key: Key, senses: Senses, value: u16) {
    let mut slot = key.slot();
    while table[slot].key.0 != 0 && table[slot].key.0 != key.0 {
        slot = (slot + 1) % SLOTS;
    }
    let lexeme = table[slot].lexeme;
    assert!(value == 0 || lexeme.value == 0 || lexeme.value == value, "a word has one value");
    let value = if value == 0 { lexeme.value } else { value };
    table[slot] = Slot { key, lexeme: Lexeme { senses: lexeme.senses.or(senses), value } };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn senses(word: &str) -> Lexeme {
        look_up(Key::of(word.bytes()))
    }

    #[test]
    fn words_have_all_their_senses() {
        let four = senses("for");
        assert!(four.has(Senses::DIGIT) && four.has(Senses::WEAK) && four.has(Senses::STOP));
        assert_eq!((four.value, senses("zero").value), (4, 0));
        assert!(senses("gmail").has(Senses::PROVIDER) && senses("punto").has(Senses::DOT));
        assert_eq!(senses("quizzical"), Lexeme::NONE);
        assert_eq!(senses("cuatrocientos").value, 400);
        assert_eq!(look_up_foreign("पांच").value, 5);
    }

    #[test]
    fn keys_are_the_same_in_either_way() {
        for word in ["a", "to", "one", "four", "CINCO", "seVeN", "telegra", "instagra"] {
            let mut bytes = *b"!Behind?";
            bytes[..word.len()].copy_from_slice(word.as_bytes());
            let small = word.bytes().map(|letter| letter | 0x20);
            let (key, lead) = Key::packed(bytes, u32::try_from(word.len()).unwrap());
            assert_eq!(key, Key::of(small.clone()), "{word}");
            assert!(word.len() < 3 || lead == Key::of(small.take(3)), "{word}");
        }
    }

    #[test]
    fn the_table_is_at_most_two_fifths_full() {
        let used = TABLE.iter().filter(|slot| slot.key != Key::EMPTY).count();
        assert!(used > 1000 && used <= SLOTS * 2 / 5, "{used}");
    }
}
