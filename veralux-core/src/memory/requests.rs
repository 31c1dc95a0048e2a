//! Requests under idempotency keys.

use std::collections::{BTreeMap, BTreeSet};

use crate::port::{Answer, Attempt, IdempotencyClaim, Scope};

/// Requests by key, and by age so that expired ones are found without a search.
#[derive(Default)]
pub(super) struct Requests {
    pub(super) by_scope: BTreeMap<Scope, Request>,
    by_age: BTreeSet<(i64, Scope)>,
}

#[derive(Clone)]
pub(super) struct Request {
    body: [u8; 32],
    /// By a clock that is never set.
    made: i64,
    attempt: u64,
    acted: bool,
    answer: Option<Answer>,
}

impl Requests {
    /// Forgets what was made until then.
    pub(super) fn forget(&mut self, expired: i64) {
        while let Some((made, scope)) = self.by_age.pop_first() {
            if made > expired {
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

    pub(super) fn claim(
        &mut self,
        attempt: &Attempt,
        body: [u8; 32],
        now: i64,
        abandoned: i64,
    ) -> IdempotencyClaim {
        let scope = &attempt.scope;
        match self.by_scope.get(scope) {
            Some(request) if request.body != body => return IdempotencyClaim::OtherBody,
            Some(Request { answer: Some(answer), .. }) => return IdempotencyClaim::Answered(answer.clone()),
            Some(request) if now.saturating_sub(request.made) < abandoned => {
                return IdempotencyClaim::Running;
            }
            Some(request) if request.acted => return IdempotencyClaim::Lost,
            Some(_) => self.remove(scope),
            None => {}
        }
        let request = Request { body, made: now, attempt: attempt.number, acted: false, answer: None };
        self.by_scope.insert(scope.clone(), request);
        self.by_age.insert((now, scope.clone()));
        IdempotencyClaim::Own
    }

    /// The request of an attempt that has not been answered and has its key still.
    pub(super) fn held(&self, attempt: &Attempt) -> Option<&Request> {
        let request = self.by_scope.get(&attempt.scope)?;
        (request.attempt == attempt.number && request.answer.is_none()).then_some(request)
    }

    /// Keeps the answer of an attempt that holds its key still.
    pub(super) fn answer(&mut self, attempt: &Attempt, answer: &Answer) {
        if let Some(request) = self.held(attempt) {
            let answered = Request { answer: Some(answer.clone()), ..request.clone() };
            self.by_scope.insert(attempt.scope.clone(), answered);
        }
    }

    /// Forgets an attempt that has done nothing yet; false when there is none.
    pub(super) fn remove_idle(&mut self, attempt: &Attempt) -> bool {
        let is_idle = self.held(attempt).is_some_and(|request| !request.acted);
        if is_idle {
            self.remove(&attempt.scope);
        }
        is_idle
    }
}

impl Request {
    /// The same, which has done something now.
    pub(super) fn acted(&self) -> Self {
        Self { acted: true, ..self.clone() }
    }
}
