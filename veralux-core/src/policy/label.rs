//! Words in front of a run of digits, or behind an `@`, that say what it is.

/// The digits are a number to call.
static CUES: &[&str] = &[
    "anrufen",
    "call",
    "cel",
    "cell",
    "contact",
    "dial",
    "fax",
    "freefone",
    "freephone",
    "handy",
    "landline",
    "mob",
    "mobile",
    "phone",
    "ph",
    "reach",
    "ring",
    "ruf",
    "sms",
    "tel",
    "telefon",
    "telephone",
    "tlf",
    "text",
    "txt",
    "viber",
    "whatsapp",
];

/// The digits are the name of a thing.
static THINGS: &[&str] = &[
    "account",
    "acct",
    "awb",
    "barcode",
    "box",
    "case",
    "chip",
    "code",
    "confirmation",
    "ean",
    "imei",
    "invoice",
    "isbn",
    "item",
    "licence",
    "license",
    "lot",
    "microchip",
    "nhs",
    "npi",
    "order",
    "parcel",
    "permit",
    "pin",
    "policy",
    "receipt",
    "ref",
    "reference",
    "serial",
    "sku",
    "ticket",
    "tracking",
    "upc",
    "vin",
];

/// Words that stand between such a word and its digits and say nothing themselves.
static FILLERS: &[&str] = &["id", "is", "me", "my", "nr", "no", "num", "number", "on", "the", "us"];

/// Words behind an `@` that means "at".
static PLACES: &[&str] = &[
    "all", "church", "college", "gym", "home", "hospital", "hotel", "least", "lunch", "midnight", "mine",
    "my", "night", "noon", "office", "once", "our", "school", "the", "their", "this", "town", "uni", "urs",
    "work", "your", "yours",
];

/// What the words in front of digits say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// Call this.
    Call,
    /// This names a thing.
    Thing,
    /// Nothing.
    Nothing,
}

/// Looks at the words in front of some digits, nearest first.
pub(super) fn read<'a>(words: impl Iterator<Item = &'a str>) -> Says {
    for word in words.take(4) {
        if holds(THINGS, word) {
            return Says::Thing;
        }
        if holds(CUES, word) {
            return Says::Call;
        }
        if !holds(FILLERS, word) {
            break;
        }
    }
    Says::Nothing
}

/// Whether an `@` in front of this word means "at".
pub(super) fn is_place(word: &str) -> bool {
    holds(PLACES, word)
}

fn holds(table: &[&str], word: &str) -> bool {
    table.iter().any(|entry| entry.eq_ignore_ascii_case(word))
}
