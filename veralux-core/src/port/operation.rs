use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::bound::{NAME, REMOTE_ID, at_most, at_most_if_any};
use super::{AccountOwner, ErrorRecord, Listed, Page, Result};
use crate::id::{OperationId, TenantId};
use crate::party::NumberClass;
use crate::phone::E164;
use crate::time::Instant;
use crate::word::words;

words! {
    /// What is done at a provider.
    pub enum OperationKind {
        /// A number is bought.
        Purchase = "purchase",
        /// A number that the account has already is taken into use.
        Import = "import",
        /// A number is given back.
        Release = "release",
    }
}

words! {
    /// How far an operation is.
    pub enum OperationState {
        /// It goes on, by itself or when somebody resumes it.
        Running = "running",
        /// All of it is done.
        Done = "done",
        /// It was given up.
        Failed = "failed",
    }
}

words! {
    /// How far a step is.
    pub enum StepState {
        /// Its turn has not come.
        Pending = "pending",
        /// It was begun: after a crash it is looked up before it is made again.
        Running = "running",
        /// It is done.
        Done = "done",
        /// It did not succeed.
        Failed = "failed",
        /// There was nothing to do.
        Skipped = "skipped",
    }
}

/// One step of an operation, safe to make again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What it does: `order`.
    pub name: String,
    /// How far it is.
    pub state: StepState,
    /// What the provider calls what came of it.
    pub remote: Option<String>,
    /// When it was begun.
    pub started_at: Option<Instant>,
    /// When it ended, one way or the other.
    pub ended_at: Option<Instant>,
    /// What went wrong last.
    pub error: Option<ErrorRecord>,
    /// How often it was tried; 0 again when a person has it tried anew.
    #[serde(default)]
    pub attempts: u32,
    /// While an attempt is under way, or its answer was lost: until when what it did may not show yet.
    #[serde(default)]
    pub settles_at: Option<Instant>,
    /// How many orders of it are known to have failed: the next one goes by another reference.
    #[serde(default)]
    pub failed_orders: u32,
    /// In whose account it is taken; `None` when its operation was made before that was noted.
    #[serde(default)]
    pub account: Option<AccountOwner>,
}

impl Step {
    /// A step whose turn has not come.
    pub fn pending(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            state: StepState::Pending,
            remote: None,
            started_at: None,
            ended_at: None,
            error: None,
            attempts: 0,
            settles_at: None,
            failed_orders: 0,
            account: None,
        }
    }

    /// Whether there is nothing left to do.
    pub const fn is_over(&self) -> bool {
        matches!(self.state, StepState::Done | StepState::Skipped)
    }
}

/// Something that is done at a provider in steps, each of them durable, so that any process can go on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operation {
    /// Its id.
    pub id: OperationId,
    /// What is done.
    pub kind: OperationKind,
    /// Provider slug, like `telnyx`.
    pub provider: String,
    /// With which number; one operation of a tenant at a time.
    pub number: E164,
    /// What the number is for.
    pub class: NumberClass,
    /// How far it is.
    pub state: OperationState,
    /// Its steps in their order, at most [`MAX_STEPS`].
    pub steps: Vec<Step>,
    /// Who asked for it: the id of an API key or a person.
    pub requested_by: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// Steps that an operation may have.
pub const MAX_STEPS: usize = 16;

impl Operation {
    /// In whose account all of it is done; `None` when it was made before that was noted.
    pub fn account(&self) -> Option<AccountOwner> {
        self.steps.iter().find_map(|step| step.account)
    }

    /// Refuses more steps than there may be, and texts that are too long to be what they stand for.
    ///
    /// # Errors
    /// What is too long, as stores say it in their `Invalid`.
    pub fn check(&self) -> std::result::Result<(), &'static str> {
        if self.steps.len() > MAX_STEPS {
            return Err("an operation has too many steps");
        }
        at_most(NAME, &self.provider, "a provider's name is too long")?;
        at_most(REMOTE_ID, &self.requested_by, "the name of who asked is too long")?;
        self.steps.iter().try_for_each(|step| {
            at_most(NAME, &step.name, "a step's name is too long")?;
            at_most_if_any(REMOTE_ID, step.remote.as_ref(), "a provider's id is too long")
        })
    }
}

/// A tenant's operations at providers.
#[async_trait]
pub trait OperationStore: Debug + Send + Sync + 'static {
    /// The operation with this id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup(&self, tenant: &TenantId, id: &OperationId) -> Result<Option<Operation>>;

    /// The running operation with a number; there is at most one.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_running(&self, tenant: &TenantId, number: &E164) -> Result<Option<Operation>>;

    /// A page of operations, by id.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Operation>>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_bounded() {
        let operation = Operation {
            id: OperationId::parse("opr_1").unwrap(),
            kind: OperationKind::Purchase,
            provider: "telnyx".to_owned(),
            number: E164::parse("+14155550100").unwrap(),
            class: NumberClass::Pool,
            state: OperationState::Running,
            steps: vec![Step::pending("order"); MAX_STEPS],
            requested_by: "key_1".to_owned(),
            created_at: Instant::from_micros(0),
            updated_at: Instant::from_micros(0),
            revision: 1,
        };
        assert!(operation.check().is_ok());
        let remote = Step { remote: Some("x".repeat(257)), ..Step::pending("order") };
        for (what, long) in [
            ("steps", Operation { steps: vec![Step::pending("order"); MAX_STEPS + 1], ..operation.clone() }),
            ("a step's name", Operation { steps: vec![Step::pending(&"x".repeat(65))], ..operation.clone() }),
            ("a step's id", Operation { steps: vec![remote], ..operation.clone() }),
            ("provider", Operation { provider: "x".repeat(65), ..operation.clone() }),
            ("who asked", Operation { requested_by: "x".repeat(257), ..operation }),
        ] {
            assert!(long.check().is_err(), "{what}");
        }
    }
}
