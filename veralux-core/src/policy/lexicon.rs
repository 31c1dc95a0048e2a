//! The words that mean something to the finders, each with its senses.
//!
//! The rows lie in the files below by subject; a word may stand in several and then has all their senses. A language's
//! digit words, a platform or a top-level domain is a row. A word is of `a` to `z` without accents, or wholly of another
//! script, in any of the rows. The look-up tables, one for each of the two, are built from the rows at compile time.

mod hosts;
mod key;
mod numbers;
mod phrases;
mod place;
mod platforms;
mod script;
mod set;
mod sieve;
mod stop;

use key::next_word;
pub(super) use key::{Key, Spelling, keys};
pub(super) use place::look_up;
pub(super) use script::look_up_foreign;
pub(super) use set::Set;
pub(super) use sieve::{
    GLUED, HELD, HIDDEN, KNOWN, WEAK, begins_two_bit, gate_bits, is_gated, leads_hidden, leads_number,
    look_up_gated, may_begin_two, number_lengths,
};

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
    /// Begins an address: "www".
    EDGE,
    /// Ends an address backwards: "moc".
    TURNED,
    /// Ends the name of a platform that has two words: "tik tok".
    SECOND,
    /// Tells a platform together with the words around it: "ghost", "app".
    TELLS,
    /// Begins something that a finder looks for by its spelling: the rest of it is looked at behind these words only. A
    /// word that has no other sense counts as one without senses.
    OPENS,
    /// Speaks of another place, or of this one, to those who look for invitations. Otherwise like the sense above.
    ELSE,
    /// What people do with a job, perhaps elsewhere: "sort", "regeln"; for those who look for invitations, too.
    SETTLES,
    /// Begins a sign that has several words: "guion bajo".
    PHRASE,
    /// Somebody who is called: "plumber", "neighbour".
    PERSON,
    /// A number word of a language some of whose number words are everyday words of others.
    LOCAL,
    /// Without anybody between: "directly", "direkt".
    DIRECT,
    /// Such an everyday word, a number word only beside those of its language: "on", "fire", "hat".
    BESIDE,
    /// Begins a sign that somebody describes, or leads to one: "curly", "then".
    DESCRIBES,
    /// Ends the name of a provider that has two words: "g mail". Otherwise like those that open something.
    HALF,
    /// Asks to look for somebody, by the name behind it: "follow", "such"; for those who look for handles.
    SEEKS,
}

impl Senses {
    pub(super) const NONE: Self = Self(0);

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// All of them as a number.
    pub(super) const fn bits(self) -> u64 {
        self.0
    }

    pub(super) const fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn has(self, any: Self) -> bool {
        self.0 & any.0 != 0
    }

    pub(super) const fn is_empty(self) -> bool {
        let opening =
            Self::OPENS.or(Self::ELSE).or(Self::SETTLES).or(Self::PHRASE).or(Self::HALF).or(Self::SEEKS);
        self.0 & !opening.0 == 0
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

/// All words; read at compile time only, where the tables that are looked up are made of it.
static TABLE: [Slot; SLOTS] = build(false);

/// The words of other scripts, where they are looked up.
static FOREIGN: [Slot; FOREIGN_SLOTS] = build(true);

const FOREIGN_BITS: u32 = 12;
const FOREIGN_SLOTS: usize = 1 << FOREIGN_BITS;

/// The words of `a` to `z` in all rows, or those of other scripts.
#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn build<const N: usize>(foreign: bool) -> [Slot; N] {
    let mut table = [Slot { key: Key::EMPTY, lexeme: Lexeme::NONE }; N];
    let groups: [&[Words]; 4] = [hosts::ROWS, phrases::ROWS, platforms::ROWS, stop::ROWS];
    let mut group = 0;
    while group < groups.len() {
        let mut row = 0;
        while row < groups[group].len() {
            let Words(senses, words) = groups[group][row];
            add(&mut table, foreign, Lexeme { senses, value: 0 }, words.as_bytes());
            row += 1;
        }
        group += 1;
    }
    let valued: [&[&[Valued]]; 2] = [&numbers::GROUPS, &[phrases::SIGNS]];
    let mut part = 0;
    while part < valued.len() {
        let mut group = 0;
        while group < valued[part].len() {
            add_valued(&mut table, foreign, valued[part][group]);
            group += 1;
        }
        part += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn add_valued<const N: usize>(table: &mut [Slot; N], foreign: bool, rows: &[Valued]) {
    let mut row = 0;
    while row < rows.len() {
        let Valued(senses, value, words) = rows[row];
        add(table, foreign, Lexeme { senses, value }, words.as_bytes());
        row += 1;
    }
}

const fn add<const N: usize>(table: &mut [Slot; N], foreign: bool, lexeme: Lexeme, mut words: &[u8]) {
    while let Some((word, behind)) = next_word(words) {
        if word.is_ascii() != foreign {
            let key = Key::of_word(word);
            put(table, if foreign { key.script_slot() } else { key.slot() }, key, lexeme);
        }
        words = behind;
    }
}

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn put<const N: usize>(table: &mut [Slot; N], mut slot: usize, key: Key, lexeme: Lexeme) {
    while table[slot].key.0 != 0 && table[slot].key.0 != key.0 {
        slot = (slot + 1) % N;
    }
    let Lexeme { senses, value } = table[slot].lexeme;
    assert!(lexeme.value == 0 || value == 0 || lexeme.value == value, "a word has one value");
    let value = if lexeme.value == 0 { value } else { lexeme.value };
    table[slot] = Slot { key, lexeme: Lexeme { senses: senses.or(lexeme.senses), value } };
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
        assert_eq!(look_up_foreign(Key::of_script("पांच")).value, 5);
    }

    #[test]
    fn keys_are_the_same_in_either_way() {
        for word in ["a", "to", "one", "four", "CINCO", "seVeN", "telegra", "instagra"] {
            let mut bytes = *b"!Behind?";
            bytes[..word.len()].copy_from_slice(word.as_bytes());
            let small = word.bytes().map(|letter| letter | 0x20);
            let length = u32::try_from(word.len()).unwrap();
            assert_eq!(Key::packed(bytes, length), Key::of(small.clone()), "{word}");
            let spelling = Spelling::new(bytes, length);
            assert_eq!(spelling, Key::of(small).spelling(), "{word}");
        }
    }

    #[test]
    fn the_table_is_far_from_full() {
        let used = TABLE.iter().filter(|slot| slot.key != Key::EMPTY).count();
        assert!(used > 1000 && used < SLOTS / 8 * 5, "{used}");
    }
}
