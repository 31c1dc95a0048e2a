//! Whether somebody asks right beside digits to call them, whatever they are dressed as.

use super::context::calls;
use super::label;
use crate::policy::lexicon::{Senses, keys};
use crate::policy::token::{Gap, Shape, Tokens};

/// Digits of a number that is whole by itself.
const WHOLE: std::ops::RangeInclusive<usize> = 10..=11;
/// How far what stands against digits goes, in tokens: "XYZ-4155550132", "4155550132.pdf".
const AGAINST: usize = 3;
/// How far from digits a word for a thing may be whose name they are.
const NEAR: usize = 6;

/// Whether digits are a whole number that somebody asks to call, which nothing explains then: "call me #4155550132",
/// "$4155550132 is my number".
pub(super) fn is_asked_for(tokens: &Tokens<'_>, at: usize) -> bool {
    WHOLE.contains(&tokens.at(at).len()) && asks(tokens, at, at)
}

/// Whether a word that asks to call stands right in front of some tokens or right behind them, and none that names a thing.
pub(super) fn asks(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    if !tokens.any_has(Senses::CALL.or(Senses::PERSON)) && !calls_mine(tokens, last) {
        return false;
    }
    let mut first = first;
    for _ in 0..AGAINST {
        let mark = tokens.before(first).shape == Shape::Mark && !tokens.before(first).is_any_mark(b".!?,;:");
        first -= usize::from(first > 0 && (tokens.is_glued(first) || mark));
    }
    let mut last = last;
    for _ in 0..AGAINST {
        let ends = tokens.at(last + 1).is_any_mark(b".!?,;:") && !tokens.is_glued(last + 2);
        last += usize::from(tokens.is_glued(last + 1) && !ends);
    }
    if (first.saturating_sub(NEAR)..first).any(|at| tokens.at(at).has(Senses::THING) && !calls(tokens, at)) {
        return false;
    }
    // "call me on"
    let quiet =
        |at: usize| tokens.at(at).is_one(keys!("me us on at to now is")) || tokens.at(at).is_mark(b':');
    let front = (1..=4).find(|back| !quiet(first.wrapping_sub(*back)));
    front.is_some_and(|back| first >= back && calls(tokens, first - back))
        || calls(tokens, last + 1)
        || calls_mine(tokens, last)
}

/// Digits of a number or of most of its groups.
const NUMBER: std::ops::RangeInclusive<usize> = 8..=12;
/// How far from a code with wrong check digits its sentence is read, in tokens.
const SENTENCE: usize = 24;

/// Whether a word that asks to call stands right beside a code, or in its sentence, and in front of it none that names a thing. Behind
/// its own letters and digits the code has as many digits as a number: those of most parcels and accounts have more.
#[inline(never)]
pub(super) fn asks_around(tokens: &Tokens<'_>, first: usize, last: usize) -> bool {
    if asks(tokens, first, last) {
        return true;
    }
    let rest = (first + 2..=last).map(|at| tokens.at(at)).filter(|token| token.is_digits());
    if !NUMBER.contains(&rest.map(|token| token.len()).sum::<usize>()) {
        return false;
    }
    let stops = |at: usize| tokens.at(at).is_any_mark(b".!?;") && tokens.at(at + 1).gap > Gap::None;
    let front = || (first.saturating_sub(SENTENCE)..first).rev().take_while(|at| !stops(*at));
    let back = (last + 1..=last + SENTENCE).take_while(|at| !stops(*at) && *at < tokens.len());
    !front().any(|at| tokens.at(at).has(Senses::THING) && !calls(tokens, at))
        && front().chain(back).any(|at| calls(tokens, at))
}

/// "is my number"
fn calls_mine(tokens: &Tokens<'_>, last: usize) -> bool {
    (last + 1..=last + AGAINST).any(|at| label::is_copula(tokens.at(at)) && calls(tokens, at + 2))
}

#[cfg(test)]
mod tests {
    use crate::policy::Detector;

    #[test]
    fn what_is_asked_for_is_no_price_and_no_code() {
        for text in [
            "call me #4155550132",
            "text me on #4155550132",
            "call 4155550132.pdf",
            "$4155550132 is my number",
            "XYZ-4155550132 text me",
            "call AB-4155550132",
            "call 4155550132%",
            "call me 1ZABCDEF 4155550132",
            "my number AB00 4155 5501 32 text me",
            "text me today, it is AB00 4155 5501 32",
        ] {
            let found = Detector::new().scan(text);
            assert_eq!(found.first().map(|found| found.value.as_str()), Some("4155550132"), "{text}");
        }
        for text in [
            "order #4155550132, call me when it is here",
            "invoice XYZ-4155550132, text me the total",
            "invoice #4155550132 please ring",
            "photo 4155550132.jpg, call it done",
            "see IMG4155550132.jpg",
            "#4155550132",
            "case XYZ-4155550132",
            "that is $4155550132",
            "Ref #4155550132. Call me.",
            "tracking 1Z999AA10123456784 text me when it lands",
            "call me about 1Z999AA10123456784",
            "my IBAN is DE89 3704 0044 0532 0130 00, text me when paid",
            "2 55 08 14 168 025 38 call me",
            "my IBAN is AB00 4155 5501 32 7 text me when paid",
            "call me when JD01 4600 0512 7834 991 arrives",
            "you can call later; NL91 ABNA 0612 3456 78 is for the deposit",
            "Send it to NL91 ABNA 0612 3456 78. Call me then.",
            "NL91 ABNA 0417 1643 00 is for the deposit, text me when it is there",
        ] {
            assert_eq!(Detector::new().scan(text), [], "{text}");
        }
    }
}
