//! Tags of payment services: `$annlee`, `annlee@okaxis`, "annlee at the rate okaxis".

use super::Hit;
use super::handle::{self, Handle};
use super::signed::stands_free;
use crate::policy::host;
use crate::policy::lexicon::{Key, Senses, keys, look_up};
use crate::policy::token::{Gap, Tokens};

/// `$annlee`, the tag of a payment service.
pub(super) fn tagged(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    if !stands_free(tokens, at) || !tokens.is_glued(at + 1) || !tokens.at(at + 1).is_word() {
        return None;
    }
    let handle = Handle::read(tokens, at + 1)?;
    (handle.letters(tokens) >= 3 && !is_money(tokens, handle) && !handle.is_everyday(tokens)).then_some(Hit {
        handle: Handle { first: at, ..handle },
        rule: "social.cashtag",
        score: 84,
    })
}

/// "dollar sign annlee", "dollar sign then Ann Lee, same word"
pub(super) fn spelt(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    if !tokens.is(tokens.at(at + 1), "sign") {
        return None;
    }
    let then = tokens.at(at + 2).is_one(keys!("then and followed"));
    let handle = Handle::read(tokens, at + 2 + usize::from(then))?;
    let whole = handle.joined(tokens).unwrap_or(handle);
    (whole.letters(tokens) >= 4 && !handle.is_everyday(tokens)).then_some(Hit {
        handle: Handle { first: at, ..whole },
        rule: "social.cashtag",
        score: 76,
    })
}

/// Whether the word behind a `$` is an amount, a currency or a share, or the name of a variable.
fn is_money(tokens: &Tokens<'_>, handle: Handle) -> bool {
    static NONE: &[Key] = keys!(
        "tbd tba tbc na amt bill bills this path env var user username value foo bar self args pwd \
         shell mil mill mils bucks xxx xx sum rate quote varies per each nil zilch loads tons bal \
         row id data key item query request response index"
    );
    // The first words of the names of variables: "$brand-primary".
    static PARTS: &[Key] = keys!(
        "brand primary secondary accent color colour text font bg background grid spacing border header footer \
         base gutter theme button link"
    );
    let word = tokens.at(handle.first);
    // "$onek"
    let number = Senses::DIGIT.or(Senses::TENS).or(Senses::POWER);
    let thousands = tokens.chars(word).next_back() == Some(b'k')
        && look_up(Key::of(tokens.chars(word).take(word.len() - 1))).has(number);
    let bare = !tokens.any_has(Senses::PLATFORM);
    // "$AUD 640", "$TSLA is down"; the tags of people are longer.
    let capitals = (word.start()..word.end()).all(|cell| tokens.is_upper(cell));
    let share = capitals && word.len() <= 5 && bare;
    // "the $mall print", "cost $erious $$": the sign stands for a letter.
    let before = tokens.before(handle.first - 1);
    let row = (handle.last + 1..handle.last + 4)
        .any(|at| tokens.at(at).is_mark(b'$') && tokens.at(at + 1).is_mark(b'$'));
    let letter = !tokens.is_upper(word.start())
        && bare
        && (row || before.is_one(keys!("the a an so very such some no all")));
    // A tag has no underscore; the name of a variable does.
    let joint: &[u8] = if word.is_one(PARTS) { b"_-" } else { b"_" };
    let variable = bare && (handle.first..=handle.last).any(|at| tokens.at(at).is_any_mark(joint));
    word.has(number)
        || variable
        || handle.first == handle.last
            && (letter || word.has(Senses::MONEY) || word.is_one(NONE) || thousands || share)
}

/// `annlee@okaxis`, an address of the Unified Payments Interface.
pub(super) fn payment(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    let sign = tokens.at(at);
    if !tokens.any_has(Senses::UPI) {
        return None;
    }
    if sign.is_word() {
        return spoken(tokens, at);
    }
    if !tokens.at(at + 1).has(Senses::UPI) {
        return None;
    }
    let first = handle::run_start(tokens, at)?;
    Some(Hit { handle: Handle { first, last: at + 1 }, rule: "social.upi", score: 92 })
}

/// "ann lee at the rate okaxis", the at-sign at a token.
fn spoken(tokens: &Tokens<'_>, at: usize) -> Option<Hit> {
    // Banks by whose names people call their offices.
    static OFFICES: &[Key] = keys!("sbi icici kotak airtel paytm apl upi fbl pnb axisbank hdfcbank yesbank");
    let sign = host::at_sign(tokens, at)?;
    let bank = tokens.at(sign.next);
    let bare = sign.style == host::Style::Word && bank.is_one(OFFICES);
    if !bank.has(Senses::UPI) || bare {
        return None;
    }
    let mut first = at;
    for _ in 0..6 {
        let Some(before) = first.checked_sub(1) else { break };
        let token = tokens.at(before);
        let joint = token.has(Senses::DOT.or(Senses::JOINT)) || token.is_any_mark(b"._-");
        if tokens.at(first).gap == Gap::Line || !(joint || host::is_name(tokens, before) || token.is_digits())
        {
            break;
        }
        first = before;
    }
    (first < at).then_some(Hit { handle: Handle { first, last: sign.next }, rule: "social.upi", score: 84 })
}
