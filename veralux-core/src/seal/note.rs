//! What is kept for one caller for a short time: `1 ‖ nonce (12) ‖ ciphertext ‖ tag (16)`, AES-256-GCM (NIST SP 800-38D).

use zeroize::Zeroizing;

use super::aead;
use super::header::{NONCE_BYTES, TAG_BYTES};

const VERSION: u8 = 1;

/// A key for the notes of one caller about one thing, wiped when dropped.
///
/// Nonces are random: under one key no more than 2^32 notes are sealed (SP 800-38D, 8.3).
pub struct NoteKey(Zeroizing<[u8; 32]>);

impl NoteKey {
    /// From 32 bytes that nobody can guess.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Seals a note, which opens with the same `context` only. `None` for more than 64 GiB.
    pub fn seal(&self, nonce: [u8; NONCE_BYTES], context: &[u8], note: &[u8]) -> Option<Vec<u8>> {
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + note.len() + TAG_BYTES);
        sealed.push(VERSION);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(note);
        let tag = aead::encrypt(&self.0, &nonce, context, sealed.get_mut(1 + NONCE_BYTES..)?)?;
        sealed.extend_from_slice(&tag);
        Some(sealed)
    }

    /// The note; `None` when it was not sealed with this key and context, or was changed.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let [VERSION, rest @ ..] = sealed else { return None };
        let (nonce, rest) = rest.split_first_chunk()?;
        let (ciphertext, tag) = rest.split_last_chunk()?;
        aead::decrypt(&self.0, nonce, context, ciphertext, tag)
    }
}

impl std::fmt::Debug for NoteKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NoteKey(redacted)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_opens_with_its_key_and_context_only() {
        let key = NoteKey::new([7; 32]);
        for note in [b"".as_slice(), b"{}", &[9; 5000]] {
            let sealed = key.seal([3; 12], b"201", note).unwrap();
            assert_eq!(key.open(b"201", &sealed).unwrap().as_slice(), note);
            assert!(key.open(b"200", &sealed).is_none(), "another context");
            assert!(NoteKey::new([8; 32]).open(b"201", &sealed).is_none(), "another key");
            for at in 0..sealed.len().min(60) {
                let mut changed = sealed.clone();
                changed[at] ^= 1;
                assert!(key.open(b"201", &changed).is_none(), "byte {at} changed");
                assert!(key.open(b"201", &sealed[..at]).is_none(), "cut off at {at}");
            }
        }
        assert!(key.open(b"", b"{\"id\":1}").is_none(), "what is not sealed");
        assert_eq!(format!("{key:?}"), "NoteKey(redacted)");
    }

    #[test]
    fn a_sealed_note_does_not_show_what_it_holds() {
        let sealed = NoteKey::new([7; 32]).seal([3; 12], b"", b"call 415 555 0132").unwrap();
        assert!(!sealed.windows(4).any(|bytes| b"call 415 555 0132".windows(4).any(|part| part == bytes)));
    }
}
