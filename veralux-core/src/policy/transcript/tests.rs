//! Calls as they are written down, with what names a person in them, and what looks alike.

mod vectors;

use super::*;
use crate::policy::tests::hostile;

#[test]
fn what_names_a_person_is_replaced() {
    for (said, shown) in [
        ("call me on 415-555-0132", "call me on [PHONE_REDACTED]"),
        ("it is ann at gmail dot com", "it is [EMAIL_REDACTED]"),
        ("card number 4111-1111-1111-1111 please", "card number [CREDIT_CARD_REDACTED] please"),
        ("378282246310005", "[CREDIT_CARD_REDACTED]"),
        ("four one one one one one one one one one one one one one one one", "[CREDIT_CARD_REDACTED]"),
        ("my ssn is 078-05-1120.", "my ssn is [SSN_REDACTED]."),
        ("social security number 078051120", "social security number [SSN_REDACTED]"),
        ("date of birth March 14th, 1985, right", "date of birth [DATE_REDACTED], right"),
        ("born on 1985-03-14", "born on [DATE_REDACTED]"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [IBAN_REDACTED]"),
        ("GB82WEST12345698765432 it is", "[IBAN_REDACTED] it is"),
        (
            "IBAN DE acht neun drei sieben null vier null null vier vier null fünf drei zwei null eins drei null null null",
            "IBAN [IBAN_REDACTED]",
        ),
        ("née le quatorze mars mille neuf cent quatre-vingt-cinq", "née le [DATE_REDACTED]"),
        ("né le premier mai deux mille quatre", "né le [DATE_REDACTED]"),
        ("nacida el tres de abril de dos mil uno", "nacida el [DATE_REDACTED]"),
        ("born in nineteen eighty-one, March the second", "born in [DATE_REDACTED]"),
        ("dob is ten ten of two thousand one", "dob is [DATE_REDACTED]"),
        (
            "the last four of your social?\nseven one four six\nthanks, i heard seven one four six, is that right",
            "the last four of your social?\n[SSN_REDACTED]\nthanks, i heard [SSN_REDACTED], is that right",
        ),
        ("it is 4717 hang on it's dark in here 2299 4336 9935", "it is [CREDIT_CARD_REDACTED]"),
        ("the card number is 4242 4242 4242 4243", "the card number is [CREDIT_CARD_REDACTED]"),
        ("DOB 7/4/62, last seen 3/12/2024", "DOB [DATE_REDACTED], last seen 3/12/2024"),
    ] {
        assert_eq!(Detector::new().redact_transcript(said).0, shown, "{said}");
    }
}

#[test]
fn what_looks_alike_stays() {
    for said in [
        "order 4111 1111 1111 1112",
        "we open on 03/14/2026 at 9",
        "extension 12, room 345",
        "your card was charged for order 4111 1111 1111 1112",
        "DE12 is the exit, look at happypaws.example",
        "000-12-3456 and 666-12-3456",
        "je ne le prends pas, je viens le 3 mai 2024",
    ] {
        assert_eq!(Detector::new().redact_transcript(said), (said.to_owned(), vec![]), "{said}");
    }
}

/// What calls are made of, and what is made to cost much or to lay bare something else once a part is taken out.
static PARTS: &[&str] = &[
    "four ",
    "one ",
    "oh ",
    "nineteen ",
    "4111 ",
    "4",
    "two thousand and ",
    "double ",
    "march ",
    "fourth ",
    "of ",
    "de ",
    "um ",
    "no ",
    "sorry ",
    "ssn ",
    "social ",
    "last four ",
    "card ",
    "born ",
    "appointment ",
    "is my ",
    "Agent: ",
    "Caller: ",
    "A: ",
    "\n",
    "00:01 ",
    "[",
    "]",
    ":",
    ", ",
    "- ",
    "/",
    "D ",
    "as in ",
    "alpha ",
    "WEST ",
    "DE89 ",
];

/// Texts of each part by itself and of so many mixtures of them.
fn made_to_cost(mixtures: usize, length: usize) -> impl Iterator<Item = String> {
    let mixed = (1..=mixtures).map(|nth| {
        let step = 1 + nth % (PARTS.len() - 1);
        (0..2 + nth % 7).map(|at| PARTS[(nth * 7 + at * step) % PARTS.len()].to_owned()).collect()
    });
    let alone = PARTS.iter().map(|part| vec![(*part).to_owned()]);
    alone.chain(mixed).map(move |parts: Vec<String>| hostile::text(&parts, length))
}

#[test]
fn what_is_read_is_linear() {
    let most = made_to_cost(100, 8192).map(|text| {
        let mut room = Room::new();
        let tokens = Tokens::new(&text, &mut room);
        let call = Call::new(&tokens);
        call.ibans();
        call.numbers();
        call.read.get() / tokens.len().max(1)
    });
    let most = most.max();
    assert!(most < Some(300), "pieces that are read for each token: {most:?}");
}

#[test]
fn nothing_is_found_in_what_is_shown() {
    let detector = Detector::new();
    for text in made_to_cost(100, 1024) {
        let (shown, _) = detector.redact_transcript(&text);
        assert_eq!(detector.redact_transcript(&shown), (shown, vec![]), "{text:?}");
    }
}
