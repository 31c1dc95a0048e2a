use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::MemoryStore;
use super::change::Outcome;
use super::write::Writer;
use crate::port::{Answer, Attempt, Conflict, IdempotencyClaim, IdempotencyStore, Result, Scope};
use crate::time::Instant;

/// Requests by key, and by age so that expired ones are found without a search.
#[derive(Default)]
pub(super) struct Requests {
    by_scope: BTreeMap<Scope, Request>,
    by_age: BTreeSet<(Instant, Scope)>,
}

#[derive(Clone)]
struct Request {
    body: [u8; 32],
    made: Instant,
    attempt: u64,
    acted: bool,
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
        let mut number = 1;
        match self.by_scope.get(scope) {
            Some(request) if request.body != body => return IdempotencyClaim::OtherBody,
            Some(Request { answer: Some(answer), .. }) => return IdempotencyClaim::Answered(answer.clone()),
            Some(request) if request.made >= abandoned => return IdempotencyClaim::Running,
            Some(request) if request.acted => return IdempotencyClaim::Lost,
            Some(request) => {
                number = request.attempt + 1;
                self.remove(scope);
            }
            None => {}
        }
        let request = Request { body, made: now, attempt: number, acted: false, answer: None };
        self.by_scope.insert(scope.clone(), request);
        self.by_age.insert((now, scope.clone()));
        IdempotencyClaim::Own(Attempt { scope: scope.clone(), number })
    }

    /// The request of an attempt that has not been answered and has its key still.
    fn held(&self, attempt: &Attempt) -> Option<&Request> {
        let request = self.by_scope.get(&attempt.scope)?;
        (request.attempt == attempt.number && request.answer.is_none()).then_some(request)
    }
}

impl Writer<'_> {
    pub(super) fn act(&mut self, attempt: Attempt) -> Outcome {
        let request = self.reach.shared.requests.held(&attempt).ok_or(Conflict::Overtaken)?;
        let acted = Request { acted: true, ..request.clone() };
        self.put(|reach| &mut reach.shared.requests.by_scope, attempt.scope, acted);
        Ok(())
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
        let requests = &mut self.write().shared.requests;
        requests.forget_before(expired);
        Ok(requests.claim(scope, *body, now, abandoned))
    }

    async fn put(&self, attempt: &Attempt, answer: &Answer) -> Result<()> {
        let requests = &mut self.write().shared.requests;
        if let Some(request) = requests.held(attempt) {
            let answered = Request { answer: Some(answer.clone()), ..request.clone() };
            requests.by_scope.insert(attempt.scope.clone(), answered);
        }
        Ok(())
    }

    async fn remove(&self, attempt: &Attempt) -> Result<bool> {
        let requests = &mut self.write().shared.requests;
        let is_idle = requests.held(attempt).is_some_and(|request| !request.acted);
        if is_idle {
            requests.remove(&attempt.scope);
        }
        Ok(is_idle)
    }
}
