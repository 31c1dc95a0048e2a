//! A commit as statements, and what it means when one of them does not do what it should.
//!
//! The usual commit succeeds, so nothing is asked beforehand: each statement carries its precondition, and only when
//! one fails is the store asked what stood in the way. How the statements are sent and judged is the adapter's.

use veralux_core::port::Conflict;

use crate::columns::{Columns, Corrupt};
use crate::database::Database;
use crate::query::{Query, Value, query};

/// Statements with what each of them must achieve.
#[derive(Debug, Default)]
pub struct Plan {
    queries: Vec<Query>,
    steps: Vec<Step>,
}

/// How a conflict gets its name.
#[derive(Debug)]
pub enum Refusal {
    /// It is known.
    Is(Conflict),
    /// One query tells; when it finds nothing, the second value holds.
    Ask(Query, Finding, Conflict),
}

/// What the first row that such a query finds says.
#[derive(Debug)]
pub enum Finding {
    /// Nothing but that it is there.
    Is(Conflict),
    /// The thread that has the pair.
    PairTaken,
    /// The version that is the current one.
    VersionMoved,
    /// A DID of another tenant.
    DidTaken,
    /// When the first of the codes that count was issued; they count for so many microseconds.
    CodesExhausted(i64),
}

/// Which rule of the schema a statement broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violated {
    /// The key is there already.
    PrimaryKey,
    /// Another unique value is there already.
    Unique,
    /// What it refers to is not there.
    ForeignKey,
}

/// What a commit names that cannot be kept, in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Invalid(pub &'static str);

#[derive(Debug, Clone, Copy)]
enum Must {
    Write(u64),
    Answer,
}

#[derive(Debug)]
struct Step {
    /// What must come of it, and what it means when something else does.
    must: Option<(Must, Refusal)>,
    /// What it means that the key is there already.
    key_exists: Refusal,
    /// What it means that another unique value is there already.
    value_exists: Refusal,
}

impl Plan {
    /// Nothing to do.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement. A violated key means `Exists` unless stated otherwise, a violated reference `Dangling`.
    pub fn statement(&mut self, sql: &'static str) -> &mut Self {
        self.queries.push(query(sql));
        self.steps.push(Step {
            must: None,
            key_exists: Refusal::Is(Conflict::Exists),
            value_exists: Refusal::Is(Conflict::Exists),
        });
        self
    }

    /// Adds the value of the last statement's next parameter.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        if let Some(last) = self.queries.last_mut() {
            last.push(value);
        }
        self
    }

    /// The statement must write so many rows.
    pub fn must_write(&mut self, rows: u64, otherwise: Refusal) -> &mut Self {
        self.with_last(|step| step.must = Some((Must::Write(rows), otherwise)))
    }

    /// The query must find something.
    pub fn must_answer(&mut self, otherwise: Refusal) -> &mut Self {
        self.with_last(|step| step.must = Some((Must::Answer, otherwise)))
    }

    /// What it means that the key is there already.
    pub fn key_exists_means(&mut self, refusal: Refusal) -> &mut Self {
        self.with_last(|step| step.key_exists = refusal)
    }

    /// What it means that another unique value is there already.
    pub fn value_exists_means(&mut self, refusal: Refusal) -> &mut Self {
        self.with_last(|step| step.value_exists = refusal)
    }

    fn with_last(&mut self, set: impl FnOnce(&mut Step)) -> &mut Self {
        if let Some(step) = self.steps.last_mut() {
            set(step);
        }
        self
    }

    /// The statements in their order.
    pub fn queries(&self) -> &[Query] {
        &self.queries
    }

    /// The first statement that did not do what it must, and what that means; each of `done` is how many rows a statement
    /// wrote, and whether it answered with any. Those that were not run are not judged.
    pub fn judge(&self, done: impl IntoIterator<Item = (u64, bool)>) -> Option<&Refusal> {
        self.steps.iter().zip(done).find_map(|(step, (written, has_answered))| {
            let (must, refusal) = step.must.as_ref()?;
            (!must.holds(written, has_answered)).then_some(refusal)
        })
    }

    /// What it means that a statement broke a rule of the schema; `None` when there is no such statement.
    pub fn refusal(&self, index: usize, violated: Violated) -> Option<&Refusal> {
        let step = self.steps.get(index)?;
        Some(match violated {
            Violated::PrimaryKey => &step.key_exists,
            Violated::Unique => &step.value_exists,
            Violated::ForeignKey => &Refusal::Is(Conflict::Dangling),
        })
    }
}

impl Must {
    fn holds(self, written: u64, has_answered: bool) -> bool {
        match self {
            Self::Write(rows) => written == rows,
            Self::Answer => has_answered,
        }
    }
}

impl Refusal {
    /// A query that names the conflict.
    pub fn ask(sql: &'static str, finding: Finding, otherwise: Conflict) -> Self {
        Self::Ask(query(sql), finding, otherwise)
    }

    /// The value of the query's next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        if let Self::Ask(query, ..) = &mut self {
            query.push(value);
        }
        self
    }
}

impl Finding {
    /// The conflict that the row tells of.
    ///
    /// # Errors
    /// The row cannot be read.
    pub fn read<D: Database>(&self, row: &D::Row) -> Result<Conflict, Corrupt> {
        let mut columns: Columns<'_, D> = Columns::new(row);
        Ok(match self {
            Self::Is(conflict) => conflict.clone(),
            Self::PairTaken => Conflict::PairTaken(columns.parsed("thread")?),
            Self::VersionMoved => Conflict::VersionMoved { current: columns.count("version")? },
            Self::DidTaken => Conflict::DidTaken(columns.parsed("did")?),
            Self::CodesExhausted(span) => {
                Conflict::CodesExhausted { until: columns.instant("issued_at")?.plus(*span) }
            }
        })
    }
}

#[cfg(test)]
mod tests;
