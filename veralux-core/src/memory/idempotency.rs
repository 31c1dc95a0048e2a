use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::{MemoryStore, lock};
use crate::port::{Answer, IdempotencyClaim, IdempotencyStore, Result, Scope};
use crate::time::Instant;

/// Requests by key, and by age so that expired ones are found without a search.
#[derive(Default)]
pub(super) struct Requests {
    by_scope: BTreeMap<Scope, Request>,
    by_age: BTreeSet<(Instant, Scope)>,
}

struct Request {
    body: [u8; 32],
    made: Instant,
    answer: Option<Answer>,
}

impl Requests {
    fn forget_before(&mut self, expired: Instant) {
        while let Some((made, scope)) = self.by_age.pop_first() {
            if made >= expired {
                self.by_age.insert((made, scope));
                return;
            }
            self.by_scope.remove(&scope);
        }
    }

    fn remove(&mut self, scope: &Scope) {
        if let Some(request) = self.by_scope.remove(scope) {
            self.by_age.remove(&(request.made, scope.clone()));
        }
    }

    fn claim(&mut self, scope: &Scope, body: [u8; 32], now: Instant, abandoned: Instant) -> IdempotencyClaim {
        match self.by_scope.get(scope) {
            Some(request) if request.body != body => return IdempotencyClaim::OtherBody,
            Some(Request { answer: Some(answer), .. }) => return IdempotencyClaim::Answered(answer.clone()),
            Some(request) if request.made >= abandoned => return IdempotencyClaim::Running,
            Some(_) => self.remove(scope),
            None => {}
        }
        self.by_scope.insert(scope.clone(), Request { body, made: now, answer: None });
        self.by_age.insert((now, scope.clone()));
        IdempotencyClaim::First
    }
}

#[async_trait]
impl IdempotencyStore for MemoryStore {
    async fn claim(
        &self,
        scope: &Scope,
        body: &[u8; 32],
        now: Instant,
        expired: Instant,
        abandoned: Instant,
    ) -> Result<IdempotencyClaim> {
        let mut requests = lock(&self.requests);
        requests.forget_before(expired);
        Ok(requests.claim(scope, *body, now, abandoned))
    }

    async fn put(&self, scope: &Scope, answer: &Answer) -> Result<()> {
        if let Some(request) = lock(&self.requests).by_scope.get_mut(scope) {
            request.answer = Some(answer.clone());
        }
        Ok(())
    }

    async fn remove(&self, scope: &Scope) -> Result<()> {
        let mut requests = lock(&self.requests);
        // Who took an abandoned claim over may have answered by now; that answer stays.
        if requests.by_scope.get(scope).is_some_and(|request| request.answer.is_none()) {
            requests.remove(scope);
        }
        Ok(())
    }
}
