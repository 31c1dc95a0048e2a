//! The choice of a shared number for a customer.

use super::Number;
use crate::party::{NumberClass, NumberStatus};

/// A number that might be chosen.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// The number.
    pub number: &'a Number,
    /// Whether this customer has no thread on it, the cooldown after closing included.
    pub free: bool,
}

/// Every active pool number is taken for this customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no pool number is free for this customer: {active} active, {needed} needed")]
pub struct NoneFree {
    /// How many active pool numbers there are.
    pub active: usize,
    /// How many there would have to be.
    pub needed: usize,
}

/// The least recently used active pool number that is free for the customer, never used ones first; among equals the
/// smallest E.164 text. The order of the candidates does not matter; other classes and states are passed over.
///
/// # Errors
/// [`NoneFree`].
pub fn choose<'a>(candidates: impl IntoIterator<Item = Candidate<'a>>) -> Result<&'a Number, NoneFree> {
    let mut active = 0;
    let mut best: Option<&Number> = None;
    for Candidate { number, free } in candidates {
        if number.class != NumberClass::Pool || number.status != NumberStatus::Active {
            continue;
        }
        active += 1;
        // `None` is less than any instant: never used is least recently used.
        let rank = |number: &Number| (number.last_used_at, number.e164);
        if free && best.is_none_or(|best| rank(number) < rank(best)) {
            best = Some(number);
        }
    }
    // A customer who has a thread on every one of them needs one more.
    best.ok_or(NoneFree { active, needed: active.saturating_add(1) })
}
