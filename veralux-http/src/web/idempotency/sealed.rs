//! Answers as they are kept: sealed under the credential of whoever asked.
//!
//! Keys of all callers lie in one table that no row level security divides. What is in it opens only with the credential that the
//! request came with, which no store has: a query gone wrong, a copy of the database or whoever reads it shows no tenant's answers.

use veralux_core::access::Pepper;
use veralux_core::port::{Answer, Random, Scope};
use veralux_core::seal::NoteKey;
use veralux_core::secret::Secret;

/// Seals the answers to one caller's requests under one idempotency key.
pub(super) struct Sealer(NoteKey);

impl Sealer {
    pub(super) fn of(pepper: &Pepper, credential: &Secret, scope: &Scope) -> Self {
        let parts = [credential.expose(), scope.owner.as_str(), scope.key.as_str()].map(str::as_bytes);
        Self(NoteKey::new(pepper.digest("veralux/idempotency/answer/v1", parts)))
    }

    /// The answer as it is kept: its body sealed, bound to the rest.
    pub(super) fn seal(&self, random: &dyn Random, answer: &Answer) -> Answer {
        let body = self.0.seal(random.bytes(), &context(answer), &answer.body);
        // One of 64 GiB is none that could be given again.
        Answer { body: body.unwrap_or_default(), ..answer.clone() }
    }

    /// The answer as it was given; `None` where it was not sealed so.
    pub(super) fn open(&self, kept: Answer) -> Option<Answer> {
        let body = self.0.open(&context(&kept), &kept.body)?.to_vec();
        Some(Answer { body, ..kept })
    }
}

fn context(answer: &Answer) -> Vec<u8> {
    [&answer.status.to_be_bytes(), answer.content_type.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Sevens;

    impl Random for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn an_answer_opens_for_whoever_asked_and_under_its_key_only() {
        let scope = |owner: &str, key: &str| Scope { owner: owner.to_owned(), key: key.to_owned() };
        let of = |pepper: u8, credential: &str, owner: &str, key: &str| {
            Sealer::of(&Pepper::new([pepper; 32]), &Secret::new(credential), &scope(owner, key))
        };
        let content_type = "application/json".to_owned();
        let answer = Answer { status: 201, content_type, body: br#"{"body":"call 415 555 0132"}"#.to_vec() };
        let kept = of(1, "vlx_1", "a", "k").seal(&Sevens, &answer);
        assert!(!String::from_utf8_lossy(&kept.body).contains("415"));
        assert_eq!(of(1, "vlx_1", "a", "k").open(kept.clone()), Some(answer.clone()));
        for (what, other) in [
            ("another pepper", of(2, "vlx_1", "a", "k")),
            ("another credential", of(1, "vlx_2", "a", "k")),
            ("another owner", of(1, "vlx_1", "b", "k")),
            ("another key", of(1, "vlx_1", "a", "l")),
        ] {
            assert_eq!(other.open(kept.clone()), None, "{what}");
        }
        let own = of(1, "vlx_1", "a", "k");
        assert_eq!(own.open(Answer { status: 200, ..kept.clone() }), None, "another status");
        assert_eq!(own.open(Answer { content_type: "text/html".to_owned(), ..kept }), None, "another type");
        assert_eq!(own.open(answer), None, "one that was kept as it is");
    }
}
