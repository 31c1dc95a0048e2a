//! Call transcripts before they are stored: what names or reaches a person is replaced by what it was.
//!
//! Beside the contact details of the detector these are payment cards (ISO/IEC 7812-1, check digit by Luhn), US social
//! security numbers, dates of birth and IBANs (ISO 13616-1, check digits by modulo 97), in digits or spoken.

use std::collections::BTreeMap;

use super::lexicon::{Senses, keys};
use super::token::{Gap, Room, Token, Tokens};
use super::{ByteSpan, Detector, Kind, Severity};

/// What was found in a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Personal {
    /// A phone number.
    Phone,
    /// An e-mail address.
    Email,
    /// A handle.
    Social,
    /// The number of a payment card.
    Card,
    /// A US social security number.
    Ssn,
    /// A date of birth.
    BirthDate,
    /// An international bank account number.
    Iban,
}

impl Personal {
    /// What stands in its place.
    pub const fn placeholder(self) -> &'static str {
        match self {
            Self::Phone => "[PHONE_REDACTED]",
            Self::Email => "[EMAIL_REDACTED]",
            Self::Social => "[SOCIAL_REDACTED]",
            Self::Card => "[CREDIT_CARD_REDACTED]",
            Self::Ssn => "[SSN_REDACTED]",
            Self::BirthDate => "[DATE_REDACTED]",
            Self::Iban => "[IBAN_REDACTED]",
        }
    }
}

impl Detector {
    /// A transcript without what names or reaches a person, and what that was, in the order of the text. Links stay:
    /// they are said of businesses.
    ///
    /// ```
    /// use veralux_core::policy::{Detector, Personal};
    /// let said = "my card is 4111 1111 1111 1111, born on 03/14/1985";
    /// let (shown, found) = Detector::new().redact_transcript(said);
    /// assert_eq!(shown, "my card is [CREDIT_CARD_REDACTED], born on [DATE_REDACTED]");
    /// assert_eq!(found, [Personal::Card, Personal::BirthDate]);
    /// ```
    pub fn redact_transcript(&self, text: &str) -> (String, Vec<Personal>) {
        let mut room = Room::new();
        let tokens = Tokens::new(text, &mut room);
        // By where each begins; none overlaps another.
        let mut found: BTreeMap<usize, (ByteSpan, Personal)> = BTreeMap::new();
        let mut at = 0;
        while at < tokens.len() {
            let hit = iban(&tokens, at).or_else(|| digits(&tokens, at)).or_else(|| birth(&tokens, at));
            if let Some((last, what)) = hit {
                let span = tokens.span(at, last);
                found.insert(span.start, (span, what));
                at = last;
            }
            at += 1;
        }
        let contacts = self.scan(text).into_iter().filter(|finding| finding.severity == Severity::Identifier);
        for finding in contacts {
            let what = match finding.kind {
                Kind::Phone => Personal::Phone,
                Kind::Email => Personal::Email,
                Kind::Social => Personal::Social,
                Kind::Url => continue,
            };
            let before = found.range(..finding.span.end).next_back();
            if before.is_none_or(|(_, (span, _))| span.end <= finding.span.start) {
                found.insert(finding.span.start, (finding.span, what));
            }
        }
        let mut shown = String::with_capacity(text.len());
        let mut from = 0;
        for (span, what) in found.values() {
            shown.push_str(text.get(from..span.start).unwrap_or_default());
            shown.push_str(what.placeholder());
            from = span.end;
        }
        shown.push_str(text.get(from..).unwrap_or_default());
        (shown, found.into_values().map(|(_, what)| what).collect())
    }
}

/// Most groups of a card's number that are looked at: each digit by itself.
const MAX_GROUPS: usize = 19;

/// A card or a social security number, written or spoken, that begins at a token.
fn digits(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Personal)> {
    if is_inside(tokens, at) {
        return None;
    }
    let mut value = String::new();
    let (mut next, mut last, mut sizes) = (at, None, Vec::new());
    for _ in 0..MAX_GROUPS {
        let before = value.len();
        push_digits(tokens, tokens.at(next), &mut value);
        if value.len() == before {
            break;
        }
        sizes.push(value.len() - before);
        let ends = !goes_on(tokens, next);
        if (13..=19).contains(&value.len()) && ends_group(tokens, next) && is_luhn(&value) {
            last = Some((next, Personal::Card));
        }
        let written = sizes == [3, 2, 4];
        let asked = value.len() == 9 && names_ssn(tokens, at);
        if value.len() == 9 && ends && (written || asked) && is_ssn(&value) {
            last = Some((next, Personal::Ssn));
        }
        let divided = tokens.at(next + 1).is_mark(b'-');
        next += 1 + usize::from(divided);
        if tokens.at(next).gap == Gap::Line {
            break;
        }
    }
    last
}

fn is_digit_word(token: &Token) -> bool {
    token.is_word() && token.has(Senses::DIGIT)
}

fn is_inside(tokens: &Tokens<'_>, at: usize) -> bool {
    let first = tokens.at(at);
    let before = tokens.before(at);
    !(first.is_digits() || is_digit_word(first))
        || tokens.is_glued(at) && (before.is_word() || before.is_digits() || before.is_any_mark(b"-."))
}

fn push_digits(tokens: &Tokens<'_>, token: &Token, value: &mut String) {
    if token.is_digits() {
        value.extend(tokens.chars(token).map(char::from));
    } else if is_digit_word(token) {
        value.push_str(&token.lexeme.value.to_string());
    }
}

/// Whether more digits stand right behind a group.
fn goes_on(tokens: &Tokens<'_>, last: usize) -> bool {
    let next = last + 1 + usize::from(tokens.at(last + 1).is_mark(b'-'));
    tokens.at(next).is_digits() && tokens.at(next).gap != Gap::Line
}

fn ends_group(tokens: &Tokens<'_>, last: usize) -> bool {
    !(tokens.is_glued(last + 1) && (tokens.at(last + 1).is_digits() || tokens.at(last + 1).is_word()))
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn is_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| match u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 } {
            doubled @ 10.. => doubled - 9,
            digit => digit,
        })
        .sum();
    sum.is_multiple_of(10) && digits.bytes().any(|digit| digit != b'0')
}

/// Numbers that the Social Security Administration gives out: no part is all zeros, the area neither 666 nor 9xx.
fn is_ssn(digits: &str) -> bool {
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let never = [
        part(0, 3) == "000",
        part(0, 3) == "666",
        digits.starts_with('9'),
        part(3, 5) == "00",
        part(5, 9) == "0000",
    ];
    never.iter().all(|never| !never)
}

fn near(tokens: &Tokens<'_>, at: usize, words: &[&str]) -> bool {
    (at.saturating_sub(8)..at).any(|at| words.iter().any(|word| tokens.is(tokens.at(at), word)))
}

fn names_ssn(tokens: &Tokens<'_>, at: usize) -> bool {
    near(tokens, at, &["ssn", "social", "security"])
}

/// A date behind a word for birth: `03/14/1985`, `March 14th, 1985`, `14 de marzo de 1985`.
fn birth(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Personal)> {
    let words = [
        "born",
        "birth",
        "birthday",
        "dob",
        "birthdate",
        "geboren",
        "geburtstag",
        "nacimiento",
        "naci",
        "nee",
        "naissance",
        "nascimento",
        "nata",
        "nato",
    ];
    if !near(tokens, at, &words) {
        return None;
    }
    let (mut year, mut parts, mut month, mut next, mut last) = (false, 0, false, at, at);
    for _ in 0..9 {
        let token = tokens.at(next);
        let number = tokens.number(token);
        match number {
            Some(value @ 1900..=2099) if token.len() == 4 => {
                year |= value > 0;
                (parts, last) = (parts + 1, next);
            }
            Some(1..=99) => (parts, last) = (parts + 1, next),
            _ if token.is_word() && is_month(tokens, token) => {
                month = true;
                (parts, last) = (parts + 1, next);
            }
            _ if next > at && is_between(token) => {}
            _ => break,
        }
        next += 1;
    }
    let dated = parts == 3 && (year || !month) || parts == 2 && month;
    dated.then_some((last, Personal::BirthDate))
}

fn is_month(tokens: &Tokens<'_>, token: &Token) -> bool {
    static MONTHS: &[&str] = &[
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "ene", "abr",
        "ago", "dic", "mai", "okt", "dez", "fev", "avr", "juin", "aout",
    ];
    token.len() >= 3 && MONTHS.iter().any(|month| tokens.chars(token).take(month.len()).eq(month.bytes()))
}

fn is_between(token: &Token) -> bool {
    token.is_any_mark(b"/-.,") || token.is_one(keys!("st nd rd th of de the del"))
}

/// `DE89 3704 0044 0532 0130 00`
fn iban(tokens: &Tokens<'_>, at: usize) -> Option<(usize, Personal)> {
    let country = tokens.at(at);
    let upper = tokens.is_upper(country.start());
    if !country.is_word() || country.len() != 2 || !upper || !tokens.is_glued(at + 1) {
        return None;
    }
    let mut value = String::new();
    let (mut next, mut last) = (at, None);
    while next < at + 32 && value.len() < 34 {
        let token = tokens.at(next);
        let fits = token.is_digits() || (token.is_word() && tokens.is_upper(token.start()));
        if !fits || token.gap == Gap::Line && next > at {
            break;
        }
        value.extend(tokens.chars(token).map(|ch| char::from(ch.to_ascii_uppercase())));
        if (15..=34).contains(&value.len()) && ends_group(tokens, next) && is_checked(&value) {
            last = Some((next, Personal::Iban));
        }
        next += 1;
    }
    last
}

/// Modulo 97 of the rearranged number is 1 (ISO 13616-1, annex A).
fn is_checked(iban: &str) -> bool {
    let (head, tail) = iban.split_at_checked(4).unwrap_or_default();
    let mut rest = 0u32;
    for ch in tail.bytes().chain(head.bytes()) {
        rest = match ch {
            b'0'..=b'9' => (rest * 10 + u32::from(ch - b'0')) % 97,
            b'A'..=b'Z' => (rest * 100 + u32::from(ch - b'A') + 10) % 97,
            _ => return false,
        };
    }
    rest == 1
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "DE12 is the exit, look at happypaws.example",
            "000-12-3456 and 666-12-3456",
        ] {
            assert_eq!(Detector::new().redact_transcript(said), (said.to_owned(), vec![]), "{said}");
        }
    }
}
