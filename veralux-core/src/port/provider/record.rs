use serde::{Deserialize, Serialize};

use super::{ProviderError, RawAnswer};

/// An error of a provider as it is stored with what it is about, cut to what is kept of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorRecord {
    /// The provider's own code, where it gave one: `21610`; else ours, where there is one.
    pub code: Option<String>,
    /// What a person reads.
    pub sentence: String,
    /// What came back, for the operator.
    pub raw: Option<RawAnswer>,
}

impl ErrorRecord {
    /// Longest kept code in bytes.
    pub const MAX_CODE_BYTES: usize = 64;
    /// Longest kept sentence in bytes.
    pub const MAX_SENTENCE_BYTES: usize = 1024;

    /// From its parts, each cut to its longest length.
    pub fn new(code: Option<&str>, sentence: &str, raw: Option<RawAnswer>) -> Self {
        Self {
            code: code.map(|code| cut(code, Self::MAX_CODE_BYTES)),
            sentence: cut(sentence, Self::MAX_SENTENCE_BYTES),
            raw,
        }
    }
}

impl From<&ProviderError> for ErrorRecord {
    fn from(error: &ProviderError) -> Self {
        Self::new(error.code.as_deref(), &error.sentence, error.raw.clone())
    }
}

/// The beginning of a text up to a character's end; NUL, which a database cannot keep, is left out.
fn cut(text: &str, bytes: usize) -> String {
    let kept = text.get(..text.floor_char_boundary(bytes)).unwrap_or_default();
    kept.replace('\0', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let long = "ä".repeat(2000);
        for (what, code, sentence, kept) in [
            ("short", "21610", "the recipient wants no messages", (5, 31)),
            ("long", long.as_str(), long.as_str(), (64, 1024)),
            ("what no text column takes", "1\0", "\0", (1, 0)),
        ] {
            let record = ErrorRecord::new(Some(code), sentence, None);
            assert_eq!((record.code.unwrap().len(), record.sentence.len()), kept, "{what}");
        }
    }
}
