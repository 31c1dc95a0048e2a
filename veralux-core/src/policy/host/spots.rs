//! Where the signs of addresses may stand: few texts have more than one or two such places.

use smallvec::SmallVec;

use super::sign::{is_pictogram, is_twin};
use crate::policy::lexicon::Senses;
use crate::policy::token::{Gap, Shape, Token, Tokens};

/// Those of a text, in its order.
pub(in crate::policy) type Spots = SmallVec<[usize; 16]>;

/// What words for a sign, the names of providers and "www" are told by.
const WORDS: Senses =
    Senses::AT.or(Senses::DOT).or(Senses::DESCRIBES).or(Senses::PROVIDER).or(Senses::HALF).or(Senses::EDGE);

/// The tokens at which a sign of an address may begin, and those that may be, or end, the name of a provider; other tokens,
/// too, but few.
pub(in crate::policy) fn spots(tokens: &Tokens<'_>) -> Spots {
    let mut spots = Spots::new();
    for (at, token) in tokens.from(0).iter().enumerate() {
        if token.has(WORDS) || token.shape == Shape::Mark && may_be_sign(tokens, at) {
            spots.push(at);
        } else if token.ch == b'a' && token.len() == 1 && may_be_letter(tokens, at) {
            spots.push(at);
        }
    }
    spots
}

/// Whether a mark may be a sign, or begin one.
fn may_be_sign(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    let near = next.gap == Gap::None;
    let after = || tokens.at(at + 2);
    match token.ch {
        // A full stop is none.
        b'.' => {
            !matches!(tokens.before(at).shape, Shape::Mark | Shape::Outside)
                && (near || token.gap != Gap::None || next.has(Senses::MAIN))
        }
        b'@' | b'(' | b'[' | b'{' | b'<' => true,
        b':' => near || next.has(Senses::DOT) || after().is_mark(b'/'),
        b',' | b';' | b'%' | b'&' => near || next.has(Senses::DOT),
        b'!' => near && next.has(Senses::PROVIDER),
        b'#' | b'*' | b'=' | b'~' if near || next.has(Senses::TLD) => true,
        ch => is_pictogram(token) || is_twin(token) && after().is_mark(ch),
    }
}

/// Whether a single "a" may be an at-sign: "a-t".
fn may_be_letter(tokens: &Tokens<'_>, at: usize) -> bool {
    let next = tokens.at(at + 1);
    next.gap == Gap::None && next.shape == Shape::Mark || next.has(Senses::PROVIDER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::host;
    use crate::policy::token::Shape;

    #[test]
    fn signs_stand_only_where_they_are_looked_for() {
        crate::policy::tests::each_seen(|tokens, text| {
            let spots = spots(tokens);
            for at in (0..tokens.len()).filter(|at| !spots.contains(at)) {
                assert!(host::at_sign(tokens, at).is_none(), "{text}: {at}");
                let sign = tokens.at(at).shape == Shape::Mark || tokens.at(at).has(Senses::DOT);
                let stop = host::is_stop(tokens, at);
                assert!(stop || !sign || host::dot(tokens, at).is_none(), "{text}: {at}");
            }
        });
    }
}
