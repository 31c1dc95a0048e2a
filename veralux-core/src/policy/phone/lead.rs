//! Which tokens are worth a look: most words neither begin a number nor lie inside one.

use super::letters::looks_like;
use super::patched;
use crate::policy::lexicon::Senses;
use crate::policy::token::{Gap, Tokens};

/// What a word that stands apart begins an atom or names a part of a number with.
const LEADS: Senses = Senses::DIGIT
    .or(Senses::TENS)
    .or(Senses::TIMES)
    .or(Senses::PART)
    .or(Senses::FILLER)
    .or(Senses::THING)
    .or(Senses::REACH);

/// The tokens that may lead, found a few dozen together.
pub(super) struct Leads {
    /// The first token that is looked at, and the first behind those.
    from: usize,
    end: usize,
    /// A bit for each that may lead.
    bits: u64,
}

impl Leads {
    pub(super) const NONE: Self = Self { from: 0, end: 0, bits: 0 };

    /// The first token from one on that may begin an atom or name a part of a number.
    #[inline]
    pub(super) fn next(&mut self, tokens: &Tokens<'_>, mut at: usize) -> Option<usize> {
        loop {
            if !(self.from..self.end).contains(&at) {
                if at >= tokens.len() {
                    return None;
                }
                self.look(tokens, at);
            }
            let rest = self.bits >> (at - self.from);
            if rest == 0 {
                at = self.end;
                continue;
            }
            at += rest.trailing_zeros() as usize;
            if may_lead(tokens, at) {
                return Some(at);
            }
            at += 1;
        }
    }

    /// Looks at tokens from one on. What they are no branch asks: words come as they like.
    #[inline(never)]
    fn look(&mut self, tokens: &Tokens<'_>, from: usize) {
        let (mut digits, mut words, mut glued, mut leads) = (0u64, 0, 0, 0);
        let (mut numbers, mut said, mut likes) = (0u64, 0, 0);
        let row = tokens.from(from);
        let row = row.get(..64).unwrap_or(row);
        let (lead, number) = (LEADS.or(local(tokens)), numbers_in(tokens));
        let push = |bits: &mut u64, is: bool| *bits = *bits << 1 | u64::from(is);
        for token in row.iter().rev() {
            push(&mut digits, token.is_digits());
            push(&mut words, token.is_word());
            push(&mut glued, token.gap == Gap::None);
            push(&mut leads, token.has(lead));
            push(&mut numbers, token.has(number));
            push(&mut said, token.has(Senses::DIGIT));
            push(&mut likes, looks_like(token.ch).is_some());
        }
        let beside = glued | glued >> 1;
        let cuts = glued & !(digits | words) & (glued & words) >> 1;
        let may = numbers | (digits | said) >> 1 | beside & (likes | cuts >> 1);
        self.bits = digits | words & (beside | leads) & may;
        (self.from, self.end) = (from, from + row.len());
        // What the last two of them lead to is not known yet.
        if self.end < tokens.len() {
            self.end -= 2;
            self.bits &= u64::MAX >> 2;
        }
    }
}

/// The senses of words that are numbers only beside others of their language, in a text that holds such.
#[inline]
fn local(tokens: &Tokens<'_>) -> Senses {
    if tokens.any_has(Senses::LOCAL) { Senses::BESIDE } else { Senses::NONE }
}

/// The senses of number words in a text.
#[inline]
fn numbers_in(tokens: &Tokens<'_>) -> Senses {
    Senses::DIGIT.or(Senses::TENS).or(Senses::TIMES).or(local(tokens))
}

/// Whether a token may begin an atom or name a part of a number: digits, a number word, the name of a part, letters that look
/// like digits, a word that goes on behind a sign. An everyday word that counts only beside other digits is none in front of a
/// word like most.
#[inline]
fn may_lead(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    if token.is_digits() {
        return true;
    }
    let glued = token.gap == Gap::None || next.gap == Gap::None;
    if !token.is_word() || !(glued || token.has(LEADS.or(local(tokens)))) {
        return false;
    }
    if token.has(numbers_in(tokens)) | next.is_digits() | next.has(Senses::DIGIT)
        || patched::goes_on(tokens, at)
    {
        return !(token.has(Senses::WEAK) && stands_alone(tokens, at));
    }
    let like = |cell: usize| looks_like(tokens.folded.at(cell)).is_some();
    glued && like(token.start()) && like(token.end() - 1)
}

/// Whether an everyday word stands in front of a word that ends every chain.
fn stands_alone(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let others = Senses::TENS.or(Senses::TIMES).or(Senses::PART);
    !token.has(others)
        && token.gap > Gap::None
        && !next.has(Senses::POWER.or(Senses::AND))
        && ends(tokens, at + 1, false)
}

/// Whether a token is a word like most, over which no chain goes on: it stands apart, is neither a number word nor misspelt,
/// joins nothing and names no part of a number.
#[inline]
pub(super) fn ends(tokens: &Tokens<'_>, at: usize, disguised: bool) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    token.gap > Gap::None
        && next.gap > Gap::None
        && !token.has(numbers_in(tokens).or(Senses::FILLER).or(Senses::PART))
        && !token.lexeme.senses.is_empty()
        && !(disguised && token.len() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::token::Room;

    #[test]
    fn what_may_lead_is_found_wherever_it_stands() {
        let check = |tokens: &Tokens<'_>, text: &str| {
            let expected: Vec<usize> = (0..tokens.len()).filter(|at| may_lead(tokens, *at)).collect();
            for step in [1, 7] {
                let (mut leads, mut found, mut at) = (Leads::NONE, Vec::new(), 0);
                while let Some(next) = leads.next(tokens, at) {
                    found.push(next);
                    at = next + step;
                }
                let mut from = 0;
                let kept = expected.iter().filter(|at| {
                    **at >= from && {
                        from = **at + step;
                        true
                    }
                });
                assert_eq!(found, kept.copied().collect::<Vec<_>>(), "{text}");
            }
        };
        crate::policy::tests::each_seen(check);
        let text = "call O1l 5 to fore double nien one, ".repeat(40);
        let mut room = Room::new();
        check(&Tokens::new(&text, &mut room), &text);
    }
}
