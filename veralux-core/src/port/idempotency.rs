use std::fmt::Debug;

use async_trait::async_trait;

use super::{Random, Result};

/// Whose idempotency key it is: keys of different callers, tenants or endpoints never meet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// Caller, tenant and endpoint in one text, made by the HTTP layer.
    pub owner: String,
    /// The key that the caller sent.
    pub key: String,
}

/// The stored answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`.
    pub content_type: String,
    /// Body.
    pub body: Vec<u8>,
}

/// Who answers the request under an idempotency key: whoever claimed it last.
///
/// A commit that carries it with [`Change::Act`](super::Change::Act) takes effect only as long as that is so, and leaves a
/// note that the request has acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The key.
    pub scope: Scope,
    /// No other attempt under this key has it, also when the key was forgotten in between, whatever clocks did.
    pub number: u64,
}

impl Attempt {
    /// One whose number is drawn: counted from what is stored it would come again once the key is forgotten, reckoned from a clock
    /// once that is set back.
    pub fn draw(scope: Scope, random: &dyn Random) -> Self {
        // Of 63 bits, which every store holds.
        Self { scope, number: u64::from_be_bytes(random.bytes()) >> 1 }
    }
}

/// What became of a claim on an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdempotencyClaim {
    /// It is the caller's attempt that has it: do the work, then `put` the answer or `remove` the claim.
    Own,
    /// An earlier attempt was abandoned after it had acted: what it did stands, its answer is lost.
    Lost,
    /// The first request is still at work.
    Running,
    /// The same request was answered before.
    Answered(Answer),
    /// The key was used with another body.
    OtherBody,
}

/// Answers to POST requests that carried an `Idempotency-Key`.
#[async_trait]
pub trait IdempotencyStore: Debug + Send + Sync + 'static {
    /// Claims a key for a request with this body, atomically: of many at once exactly one has it as its [`IdempotencyClaim::Own`].
    ///
    /// Entries are forgotten when they are `life` old. A claim without an answer that is `abandoned` old (its process died, or
    /// stands still) is taken over unless it has acted; then it is [`IdempotencyClaim::Lost`] until its answer comes after all.
    ///
    /// Both are ages in microseconds, reckoned by the store's own time: what acts once must not hang on the clock of the node
    /// that asks. Where that time can be set back, an entry of the time to come is as old as it is far away.
    ///
    /// # Errors
    /// Transient or permanent. Whether the attempt has the key is not known then: `remove` gives it back.
    async fn claim(
        &self,
        attempt: &Attempt,
        body: &[u8; 32],
        life: i64,
        abandoned: i64,
    ) -> Result<IdempotencyClaim>;

    /// Stores the answer of a claimed request; does nothing when another attempt has the key by now.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn put(&self, attempt: &Attempt, answer: &Answer) -> Result<()>;

    /// Gives a claim back when its request failed in a way that is worth a retry, and says whether it did: not when the request
    /// has acted, whose failure is its answer then, nor when another attempt has the key by now.
    ///
    /// A commit of this attempt that is still under way, its outcome unknown to whoever asked for it, is waited for.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn remove(&self, attempt: &Attempt) -> Result<bool>;
}
