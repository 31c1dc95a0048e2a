//! A commit as one script, and what it means when one of its statements does not do what it should.
//!
//! The usual commit succeeds, so nothing is asked beforehand: each statement carries its precondition, and only when
//! one fails is the store asked what stood in the way.

use sqlx::sqlite::SqliteRow;
use sqlx::{Encode, Sqlite, Type};
use veralux_core::port::Conflict;
use veralux_sql::Corrupt;

use crate::error::{Doing as _, Result, Violated};
use crate::script::{Done, Script};
use crate::transaction::Transaction;

const DOING: &str = "committing";

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
    Ask(Script, fn(&SqliteRow) -> std::result::Result<Conflict, Corrupt>, Conflict),
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

    pub(super) fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> &mut Self {
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

    /// Runs everything; the first refusal counts.
    pub(super) async fn run(self, transaction: &mut Transaction<'_>) -> Result<()> {
        if self.steps.is_empty() {
            return Ok(());
        }
        let outcome = transaction.run(self.script).await;
        let mut done = outcome.done.into_iter();
        for step in self.steps {
            match (done.next(), step.must) {
                (Some(done), Some((must, refusal))) if !must.holds(&done) => {
                    return Err(refusal.name(transaction).await?).doing(DOING);
                }
                (Some(_), _) => {}
                (None, _) => {
                    let error = outcome.error.unwrap_or(sqlx::Error::WorkerCrashed);
                    let refusal = match Violated::of(&error) {
                        Some(Violated::PrimaryKey) => step.key_exists,
                        Some(Violated::Unique) => step.value_exists,
                        Some(Violated::ForeignKey) => Refusal::Is(Conflict::Dangling),
                        None => return Err(error).doing(DOING),
                    };
                    return Err(refusal.name(transaction).await?).doing(DOING);
                }
            }
        }
        outcome.error.map_or(Ok(()), |error| Err(error).doing(DOING))
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
        read: fn(&SqliteRow) -> std::result::Result<Conflict, Corrupt>,
        otherwise: Conflict,
    ) -> Self {
        let mut script = Script::new();
        script.statement(sql);
        Self::Ask(script, read, otherwise)
    }

    /// The value of the query's next parameter.
    pub(super) fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(mut self, value: T) -> Self {
        if let Self::Ask(script, ..) = &mut self {
            script.bind(value);
        }
        self
    }

    async fn name(self, transaction: &mut Transaction<'_>) -> Result<Conflict> {
        match self {
            Self::Is(conflict) => Ok(conflict),
            Self::Ask(script, read, otherwise) => {
                let done = transaction.run(script).await.into_result().doing(DOING)?;
                match done.first().and_then(|done| done.rows.first()) {
                    Some(row) => read(row).doing(DOING),
                    None => Ok(otherwise),
                }
            }
        }
    }
}
