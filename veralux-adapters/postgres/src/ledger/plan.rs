//! A commit as one script, and what it means when one of its statements does not do what it should.
//!
//! The usual commit succeeds, so nothing is asked beforehand: each statement carries its precondition, and only when
//! one fails is the store asked what stood in the way.

use tokio_postgres::Row;
use veralux_core::port::Conflict;
use veralux_sql::Corrupt;

use crate::error::{Cause, Violated};
use crate::query::{Done, Outcome, Value};
use crate::script::Script;
use crate::transaction::Transaction;

/// Statements with what each of them must achieve.
pub(super) struct Plan {
    script: Script,
    steps: Vec<Step>,
}

/// How a conflict gets its name.
pub(super) enum Refusal {
    /// It is known.
    Is(Conflict),
    /// One query tells; when it finds nothing, the second value holds.
    Ask(Script, fn(&Row) -> Result<Conflict, Corrupt>, Conflict),
}

#[derive(Clone, Copy)]
enum Must {
    Write(u64),
    Answer,
}

struct Step {
    /// What must come of it, and what it means when something else does.
    must: Option<(Must, Refusal)>,
    /// What it means that the key is there already.
    key_exists: Refusal,
    /// What it means that another unique value is there already.
    value_exists: Refusal,
}

impl Plan {
    pub(super) fn new() -> Self {
        Self { script: Script::new(), steps: Vec::new() }
    }

    /// Adds a statement. A violated key means `Exists` unless stated otherwise, a violated reference `Dangling`.
    pub(super) fn statement(&mut self, sql: &'static str) -> &mut Self {
        self.script.statement(sql);
        self.steps.push(Step {
            must: None,
            key_exists: Refusal::Is(Conflict::Exists),
            value_exists: Refusal::Is(Conflict::Exists),
        });
        self
    }

    pub(super) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.script.bind(value);
        self
    }

    /// The statement must write so many rows.
    pub(super) fn must_write(&mut self, rows: u64, otherwise: Refusal) -> &mut Self {
        self.with_last(|step| step.must = Some((Must::Write(rows), otherwise)))
    }

    /// The query must find something.
    pub(super) fn must_answer(&mut self, otherwise: Refusal) -> &mut Self {
        self.with_last(|step| step.must = Some((Must::Answer, otherwise)))
    }

    pub(super) fn key_exists_means(&mut self, refusal: Refusal) -> &mut Self {
        self.with_last(|step| step.key_exists = refusal)
    }

    pub(super) fn value_exists_means(&mut self, refusal: Refusal) -> &mut Self {
        self.with_last(|step| step.value_exists = refusal)
    }

    fn with_last(&mut self, set: impl FnOnce(&mut Step)) -> &mut Self {
        if let Some(step) = self.steps.last_mut() {
            set(step);
        }
        self
    }

    /// What is to be run.
    pub(super) fn script(&self) -> &Script {
        &self.script
    }

    /// Whether each statement did what it must; takes what they did.
    pub(super) fn holds(&self, done: &mut impl Iterator<Item = Done>) -> bool {
        self.steps
            .iter()
            .zip(done)
            .all(|(step, done)| step.must.as_ref().is_none_or(|(must, _)| must.holds(&done)))
    }

    /// Whether every statement did what it must; else the first refusal counts.
    pub(super) async fn judge(
        &self,
        outcome: Outcome,
        transaction: &mut Transaction<'_>,
    ) -> Result<(), Cause> {
        for (step, done) in self.steps.iter().zip(&outcome.done) {
            if let Some((must, refusal)) = &step.must
                && !must.holds(done)
            {
                // Behind an error the transaction answers nothing more.
                let failed = outcome.error.is_some();
                return Err(refusal.name(transaction, failed).await?.into());
            }
        }
        let Some(error) = outcome.error else { return Ok(()) };
        let Some(step) = self.steps.get(outcome.done.len()) else { return Err(error) };
        let dangling = Refusal::Is(Conflict::Dangling);
        let refusal = match Violated::of(&error) {
            Some(Violated::PrimaryKey) => &step.key_exists,
            Some(Violated::Unique) => &step.value_exists,
            Some(Violated::ForeignKey) => &dangling,
            None => return Err(error),
        };
        Err(refusal.name(transaction, true).await?.into())
    }
}

impl Must {
    fn holds(self, done: &Done) -> bool {
        match self {
            Self::Write(rows) => done.written == rows,
            Self::Answer => !done.rows.is_empty(),
        }
    }
}

impl Refusal {
    /// A query that names the conflict.
    pub(super) fn ask(
        sql: &'static str,
        read: fn(&Row) -> Result<Conflict, Corrupt>,
        otherwise: Conflict,
    ) -> Self {
        let mut script = Script::new();
        script.statement(sql);
        Self::Ask(script, read, otherwise)
    }

    /// The value of the query's next parameter.
    pub(super) fn bind(mut self, value: impl Into<Value>) -> Self {
        if let Self::Ask(script, ..) = &mut self {
            script.bind(value);
        }
        self
    }

    /// Asks in the same transaction, or where that has failed in one that begins anew.
    async fn name(&self, transaction: &mut Transaction<'_>, failed: bool) -> Result<Conflict, Cause> {
        match self {
            Self::Is(conflict) => Ok(conflict.clone()),
            Self::Ask(script, read, otherwise) => {
                let outcome = if failed {
                    transaction.begin_again(script).await
                } else {
                    transaction.run(script).await
                };
                let done = outcome.into_result()?;
                match done.first().and_then(|done| done.rows.first()) {
                    Some(row) => Ok(read(row)?),
                    None => Ok(otherwise.clone()),
                }
            }
        }
    }
}
