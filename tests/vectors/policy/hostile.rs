//! Texts that are made to cost the policy detector much, read from `hostile.json`; for tests and benches alike.

use serde::Deserialize;

/// The table.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Hostile {
    /// Pieces, each of which is repeated. Those that have cost most come first.
    pieces: Vec<String>,
    /// Pieces that are mixed at random, in the same way each time.
    mixtures: Vec<Vec<String>>,
}

impl Hostile {
    /// The table, empty if it cannot be read.
    pub(crate) fn read() -> Self {
        serde_json::from_str(include_str!("hostile.json")).unwrap_or_default()
    }

    /// The alphabet of each text: first the mixtures, then the pieces by themselves.
    pub(crate) fn alphabets(&self) -> impl Iterator<Item = &[String]> {
        self.mixtures.iter().map(Vec::as_slice).chain(self.pieces.chunks(1))
    }
}

/// So many bytes of an alphabet, or a few less where a piece or a character would be cut.
pub(crate) fn text(alphabet: &[String], length: usize) -> String {
    let mut text = String::with_capacity(length);
    // xorshift64 (Marsaglia 2003), seeded with the digits of pi.
    let mut state = 0x3141_5926_5358_9793_u64;
    let count = u64::try_from(alphabet.len()).unwrap_or(1).max(1);
    loop {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let piece = usize::try_from((state >> 32) % count).ok().and_then(|index| alphabet.get(index));
        let Some(piece) = piece.filter(|piece| !piece.is_empty() && text.len() + piece.len() <= length)
        else {
            return text;
        };
        text.push_str(piece);
    }
}
