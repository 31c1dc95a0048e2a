//! Where the signs of addresses may stand: few texts have more than one or two such places.

use smallvec::SmallVec;

use super::described::OPEN;
use super::dots::lacks_dot;
use super::sign::{PICTURES, TWINS};
use crate::policy::fold::EMOJI_PHONE;
use crate::policy::lexicon::Senses;
use crate::policy::token::{Gap, Shape, Tokens};

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
        let may = token.has(WORDS)
            || token.shape == Shape::Mark && (may_be_sign(tokens, at) || begins_path(tokens, at))
            || (token.ch, token.len()) == (b'a', 1) && may_be_letter(tokens, at);
        if may {
            spots.push(at);
        }
    }
    spots
}

/// Whether a slash begins the path of a host whose dot is left out.
fn begins_path(tokens: &Tokens<'_>, at: usize) -> bool {
    tokens.at(at).ch == b'/' && at > 1 && lacks_dot(tokens, at - 1)
}

/// Whether a mark may be a sign, or begin one; most are those of sentences. Without a branch, which nothing would foretell.
fn may_be_sign(tokens: &Tokens<'_>, at: usize) -> bool {
    let (token, next) = (tokens.at(at), tokens.at(at + 1));
    // "foo. com", "proton, dot, me"
    let near = u8::from(next.gap == Gap::None) | u8::from(next.has(Senses::MAIN.or(Senses::DOT)));
    // No more than one of several in a row.
    let dot = (near | u8::from(token.gap != Gap::None)) & u8::from(tokens.before(at).shape != Shape::Mark);
    let twins = u8::from(tokens.at(at + 2).ch == token.ch);
    let stands = ANYWHERE + near * NEAR + dot * DOT + twins * TWIN;
    MARKS.get(usize::from(token.ch)).is_some_and(|may| may & stands != 0)
}

/// Where marks may be signs: near the next token, as the dot does, on both sides of a word, anywhere; nowhere most.
static MARKS: [u8; 256] = marks();
const NEAR: u8 = 1;
const DOT: u8 = 2;
const TWIN: u8 = 4;
const ANYWHERE: u8 = 8;

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time; a wrong index does not build")]
const fn marks() -> [u8; 256] {
    let mut marks = [0; 256];
    let lists: [(&[u8], u8); 6] = [
        (TWINS, TWIN),
        (OPEN, ANYWHERE),
        (PICTURES, ANYWHERE),
        (b"@:#*=~&", ANYWHERE),
        (&[b',', b';', b'%', b'!', EMOJI_PHONE], NEAR),
        (b".", DOT),
    ];
    let mut list = 0;
    while list < lists.len() {
        let (some, stands) = lists[list];
        let mut at = 0;
        while at < some.len() {
            marks[some[at] as usize] |= stands;
            at += 1;
        }
        list += 1;
    }
    marks
}

/// Whether a single "a" may be an at-sign: "a-t".
fn may_be_letter(tokens: &Tokens<'_>, at: usize) -> bool {
    let next = tokens.at(at + 1);
    next.gap == Gap::None && next.shape == Shape::Mark || next.has(Senses::PROVIDER)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::host::described::{SHAPES, THEN};
    use crate::policy::lexicon::keys;
    use crate::policy::{host, lexicon};

    #[test]
    fn words_that_describe_a_sign_have_that_sense() {
        for key in THEN.iter().chain(SHAPES).chain(keys!("at dot period monkey full")) {
            assert!(lexicon::look_up(*key).has(Senses::DESCRIBES), "{key:?}");
        }
    }

    #[test]
    fn signs_stand_only_where_they_are_looked_for() {
        crate::policy::tests::each_seen(|tokens, text| {
            let spots = spots(tokens);
            for at in (0..tokens.len()).filter(|at| !spots.contains(at)) {
                assert!(host::at_sign(tokens, at).is_none(), "{text}: {at}");
                let sign = tokens.at(at).shape == Shape::Mark || tokens.at(at).has(Senses::DOT);
                // No label ends in front of it.
                let stop = host::is_stop(tokens, at) || tokens.before(at).shape == Shape::Mark;
                assert!(stop || !sign || host::dot(tokens, at).is_none(), "{text}: {at}");
            }
        });
    }
}
