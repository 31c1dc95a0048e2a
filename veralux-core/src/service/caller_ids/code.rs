//! A code that proves a number: drawn so that none is likelier than another.

use crate::port::Random;
use crate::secret::Secret;

/// Digits of a code.
pub(super) const DIGITS: usize = 6;

/// Six digits, each code as likely as any other: draws that would favour some are thrown away.
pub(super) fn draw(random: &dyn Random) -> Secret {
    const CODES: u32 = 1_000_000;
    const FAIR: u32 = u32::MAX - u32::MAX % CODES;
    loop {
        let draw = u32::from_le_bytes(random.bytes());
        if draw < FAIR {
            return Secret::new(format!("{:06}", draw % CODES));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_six_digits_and_fair() {
        let random = Scrambled(std::sync::atomic::AtomicU64::new(1));
        let mut counts = [[0_u32; 10]; DIGITS];
        for _ in 0..20_000 {
            let code = draw(&random);
            assert_eq!(code.expose().len(), DIGITS);
            for (place, digit) in code.expose().bytes().enumerate() {
                counts[place][usize::from(digit - b'0')] += 1;
            }
        }
        // 2000 expected, standard deviation 42.
        assert!(counts.iter().flatten().all(|count| (1750..2250).contains(count)), "{counts:?}");
    }

    /// Bytes that repeat from run to run (splitmix64).
    #[derive(Debug)]
    struct Scrambled(std::sync::atomic::AtomicU64);

    impl Random for Scrambled {
        fn fill(&self, bytes: &mut [u8]) {
            for byte in bytes {
                let step = 0x9e37_79b9_7f4a_7c15_u64;
                let state = self.0.fetch_add(step, std::sync::atomic::Ordering::SeqCst);
                let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                let [.., last] = (mixed ^ (mixed >> 31)).to_le_bytes();
                *byte = last;
            }
        }
    }

    #[derive(Debug)]
    struct Highest(std::sync::atomic::AtomicU32);

    impl Random for Highest {
        fn fill(&self, bytes: &mut [u8]) {
            let first = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
            bytes.fill(if first { 0xff } else { 0 });
        }
    }

    #[test]
    fn a_draw_that_would_favour_some_codes_is_thrown_away() {
        let random = Highest(std::sync::atomic::AtomicU32::new(0));
        assert_eq!(draw(&random).expose(), "000000");
        assert_eq!(random.0.into_inner(), 2);
    }
}
