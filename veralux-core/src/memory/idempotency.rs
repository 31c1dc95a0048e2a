use async_trait::async_trait;

use super::MemoryStore;
use super::write::{Outcome, Writer};
use crate::port::{Answer, Attempt, Conflict, IdempotencyClaim, IdempotencyStore, Result};

impl Writer<'_> {
    pub(super) fn act(&mut self, attempt: Attempt) -> Outcome {
        let request = self.reach.shared.requests.held(&attempt).ok_or(Conflict::Overtaken)?;
        let acted = request.acted();
        self.put(|reach| &mut reach.shared.requests.by_scope, attempt.scope, acted);
        Ok(())
    }
}

#[async_trait]
impl IdempotencyStore for MemoryStore {
    async fn claim(
        &self,
        attempt: &Attempt,
        body: &[u8; 32],
        life: i64,
        abandoned: i64,
    ) -> Result<IdempotencyClaim> {
        let now = self.clock.steady();
        let requests = &mut self.write().shared.requests;
        requests.forget(now.saturating_sub(life));
        Ok(requests.claim(attempt, *body, now, abandoned))
    }

    async fn put(&self, attempt: &Attempt, answer: &Answer) -> Result<()> {
        self.write().shared.requests.answer(attempt, answer);
        Ok(())
    }

    async fn remove(&self, attempt: &Attempt) -> Result<bool> {
        Ok(self.write().shared.requests.remove_idle(attempt))
    }
}
