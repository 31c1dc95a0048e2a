//! Keys that nobody drew at random.
//!
//! Of 2^256 random keys, each rule refuses less than one in 10^12; together they refuse what people write into a
//! configuration to get past it.

/// What shows that a key is not random.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Weakness {
    /// All bytes are the same.
    #[error("all its bytes are the same")]
    Constant,
    /// Bytes that go up or down by the same step.
    #[error("its bytes count up or down")]
    Counting,
    /// A pattern of at most 16 bytes, repeated.
    #[error("it repeats a short pattern")]
    Repeating,
    /// Nothing but printable ASCII: a passphrase in disguise.
    #[error("its bytes are readable text")]
    Text,
    /// Fewer than 16 different bytes.
    #[error("too few of its bytes differ from each other")]
    FewBytes,
}

/// A random key has 30 different bytes; below 16 are fewer than one key in 10^15.
const MIN_DISTINCT: usize = 16;
const LONGEST_PATTERN: usize = 16;
/// A random key has its commonest step about twice.
const MAX_SAME_STEPS: usize = 15;

pub(super) fn weakness(key: &[u8; 32]) -> Option<Weakness> {
    let [first, ..] = key;
    if key.iter().all(|byte| byte == first) {
        Some(Weakness::Constant)
    } else if counts(key) {
        Some(Weakness::Counting)
    } else if (1..=LONGEST_PATTERN).any(|period| key.iter().zip(key.iter().skip(period)).all(|(a, b)| a == b))
    {
        Some(Weakness::Repeating)
    } else if key.iter().all(|byte| (b' '..=b'~').contains(byte)) {
        Some(Weakness::Text)
    } else if distinct(key) < MIN_DISTINCT {
        Some(Weakness::FewBytes)
    } else {
        None
    }
}

/// Whether one and the same step lies between most neighbours.
fn counts(key: &[u8; 32]) -> bool {
    let steps = || key.iter().zip(key.iter().skip(1)).map(|(one, next)| next.wrapping_sub(*one));
    steps().any(|step| step != 0 && steps().filter(|other| *other == step).count() > MAX_SAME_STEPS)
}

fn distinct(key: &[u8; 32]) -> usize {
    (0..=u8::MAX).filter(|byte| key.contains(byte)).count()
}

#[cfg(test)]
mod tests {
    use sha2::{Digest as _, Sha256};

    use super::*;

    fn of(byte: impl Fn(u8) -> u8) -> [u8; 32] {
        std::array::from_fn(|at| byte(u8::try_from(at).unwrap()))
    }

    #[test]
    fn keys_that_people_write() {
        let with = |change: fn(&mut [u8; 32])| {
            let mut key: [u8; 32] = Sha256::digest(b"as good as random").into();
            change(&mut key);
            key
        };
        for (what, key, weakness) in [
            ("zeros", of(|_| 0), Some(Weakness::Constant)),
            ("ones", of(|_| 255), Some(Weakness::Constant)),
            ("0, 1, 2", of(|at| at), Some(Weakness::Counting)),
            ("down", of(|at| 31 - at), Some(Weakness::Counting)),
            ("00 11 22 .. ff, twice", of(|at| at.wrapping_mul(0x11)), Some(Weakness::Counting)),
            ("up, then down", of(|at| if at < 17 { at } else { 32 - at }), Some(Weakness::Counting)),
            ("0123456789abcdef, four times", of(|at| 0x01 + 0x22 * (at % 8)), Some(Weakness::Counting)),
            ("dead beef", of(|at| [0xde, 0xad, 0xbe, 0xef][usize::from(at % 4)]), Some(Weakness::Repeating)),
            ("half and half", of(|at| (at % 16).wrapping_mul(at % 16)), Some(Weakness::Repeating)),
            ("a passphrase", *b"correct horse battery staple !!1", Some(Weakness::Text)),
            ("change-me", *b"change-me-change-me-please-now-x", Some(Weakness::Text)),
            ("mostly zero", with(|key| key[..18].fill(0)), Some(Weakness::FewBytes)),
            ("as good as random", with(|_| ()), None),
        ] {
            assert_eq!(super::weakness(&key), weakness, "{what}");
        }
    }
}
