use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::Deserialize;

/// A way to fail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum Fault {
    /// Answers with a status and does nothing.
    Refuse {
        /// HTTP status.
        status: u16,
        /// `Retry-After`, in seconds.
        #[serde(default)]
        retry_after: Option<u64>,
        /// The body, where it matters.
        #[serde(default)]
        body: String,
    },
    /// Cuts the connection before it does anything.
    CutBefore,
    /// Does what is asked, then cuts the connection.
    CutAfter,
    /// Does what is asked, then answers with a status of failure.
    FailAfter {
        /// HTTP status.
        status: u16,
    },
    /// Does what is asked and answers late.
    Slow {
        /// Milliseconds.
        millis: u64,
    },
    /// Does what is asked and answers with a page for people.
    Html,
    /// Does what is asked and answers with many bytes.
    Huge {
        /// How many.
        bytes: usize,
    },
}

impl Fault {
    /// How late the answer is.
    pub(crate) fn delay(&self) -> Option<Duration> {
        match self {
            Self::Slow { millis } => Some(Duration::from_millis(*millis)),
            _ => None,
        }
    }
}

/// When to fail.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Plan {
    /// Requests whose method is this; all when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// Requests whose target begins so: `/twilio/`.
    pub prefix: String,
    /// Such requests that go well before.
    #[serde(default)]
    pub after: u32,
    /// Such requests that fail.
    pub times: u32,
    /// How.
    pub fault: Fault,
}

/// What will fail.
#[derive(Debug, Default)]
pub struct Faults {
    plans: Mutex<Vec<Plan>>,
}

impl Faults {
    /// Fails from now on as planned; of several plans for a request the first counts.
    pub fn add(&self, plan: Plan) {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).push(plan);
    }

    /// The next requests with this prefix fail.
    pub fn next(&self, method: &str, prefix: &str, times: u32, fault: Fault) {
        let (method, prefix) = (Some(method.to_owned()), prefix.to_owned());
        self.add(Plan { method, prefix, after: 0, times, fault });
    }

    /// Nothing fails any more.
    pub fn clear(&self) {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// The fault of a request, if it has one.
    pub(crate) fn take(&self, method: &str, target: &str) -> Option<Fault> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        let meant = |plan: &&mut Plan| {
            plan.times > 0
                && target.starts_with(&plan.prefix)
                && plan.method.as_deref().is_none_or(|own| own == method)
        };
        let plan = plans.iter_mut().find(meant)?;
        if plan.after > 0 {
            plan.after -= 1;
            return None;
        }
        plan.times -= 1;
        let fault = plan.fault.clone();
        plans.retain(|plan| plan.times > 0);
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_is_followed_and_then_over() {
        let faults = Faults::default();
        let (prefix, fault) = ("/twilio/".to_owned(), Fault::CutAfter);
        faults.add(Plan { method: Some("POST".to_owned()), prefix, after: 1, times: 2, fault });
        let asked = [
            ("GET", "/twilio/x", false),
            ("POST", "/telnyx/x", false),
            ("POST", "/twilio/x", false),
            ("POST", "/twilio/x", true),
            ("POST", "/twilio/y", true),
            ("POST", "/twilio/x", false),
        ];
        for (method, target, fails) in asked {
            assert_eq!(faults.take(method, target).is_some(), fails, "{method} {target}");
        }
    }
}
