//! A statement with the values of its parameters, and several of them in one round trip.

use std::error::Error as StdError;
use std::fmt;
use std::future::{Future as _, poll_fn};
use std::task::Poll;

use deadpool_postgres::ClientWrapper;
use futures_util::{TryStreamExt as _, pin_mut};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error, Row, Statement};
use veralux_core::id::TenantId;

use crate::error::Cause;

/// The value of a parameter. Never shown: it may be a phone number, a text or a secret.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(Option<String>),
    Texts(Vec<String>),
    Number(Option<i64>),
    Truth(bool),
    Bytes(Option<Vec<u8>>),
}

/// One statement and its values.
#[derive(Debug, Clone)]
pub(crate) struct Query {
    sql: &'static str,
    values: Vec<Value>,
}

/// What one statement did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// How many rows it wrote, or answered with.
    pub(crate) written: u64,
    /// The rows that it answered with.
    pub(crate) rows: Vec<Row>,
}

/// What several statements did: as many as succeeded, and the error of the one behind them.
pub(crate) struct Outcome {
    pub(crate) done: Vec<Done>,
    pub(crate) error: Option<Cause>,
    /// Whether the last statement was sent, too.
    pub(crate) all_sent: bool,
}

/// A statement whose parameters `$1`, `$2`, … are bound in their order.
pub(crate) fn query(sql: &'static str) -> Query {
    Query { sql, values: Vec::new() }
}

impl Query {
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.push(value);
        self
    }

    pub(crate) fn push(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
    }
}

impl Outcome {
    /// What the statements did, or why one failed.
    pub(crate) fn into_result(self) -> Result<Vec<Done>, Cause> {
        match self.error {
            None => Ok(self.done),
            Some(error) => Err(error),
        }
    }

    /// Forgets what the first statements did.
    pub(crate) fn skip(&mut self, first: usize) {
        self.done.drain(..self.done.len().min(first));
    }

    /// What the first statements did, as many of them as succeeded.
    pub(crate) fn take_first(&mut self, first: usize) -> Vec<Done> {
        self.done.drain(..self.done.len().min(first)).collect()
    }

    pub(crate) fn failed(error: impl Into<Cause>) -> Self {
        Self { done: Vec::new(), error: Some(error.into()), all_sent: false }
    }
}

/// What is sent.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// A statement that is prepared once a connection.
    Query(&'a Query),
    /// Statements without parameters that take longer to prepare than to run.
    Text(String),
    /// As `Text`, and nobody waits for its answer: whatever is sent next over the connection comes behind it anyway. Only
    /// for the end of a transaction that has written nothing.
    Unawaited(&'static str),
}

/// Sends all statements at once and takes the answers in their order. Outside a transaction each is one of its own; within
/// one, all behind the first that fails fail. What cannot be sent, because a value is not of the parameter's type, keeps
/// everything behind it from being sent.
pub(crate) async fn run(client: &ClientWrapper, steps: &[Step<'_>]) -> Outcome {
    let mut prepared = Vec::with_capacity(steps.len());
    for step in steps {
        let Step::Query(query) = step else {
            prepared.push(None);
            continue;
        };
        match client.prepare_cached(query.sql).await {
            Ok(statement) => prepared.push(Some(statement)),
            Err(error) => return Outcome::failed(error),
        }
    }
    let mut answers = Vec::with_capacity(steps.len());
    let mut outcome = Outcome { done: Vec::with_capacity(steps.len()), error: None, all_sent: false };
    for (step, statement) in steps.iter().zip(&prepared) {
        let mut answer = Box::pin(run_one(client, step, statement.as_ref()));
        // The first poll sends it.
        let early = match poll_fn(|context| Poll::Ready(answer.as_mut().poll(context))).await {
            Poll::Pending => None,
            Poll::Ready(Ok(done)) => Some(done),
            Poll::Ready(Err(error)) => {
                // Whether it was sent or not: nothing behind it is to be done.
                outcome.error = Some(error.into());
                break;
            }
        };
        if !matches!(step, Step::Unawaited(_)) {
            answers.push((answer, early));
        }
    }
    outcome.all_sent = outcome.error.is_none();
    let mut failed = None;
    for (answer, early) in answers {
        let result = match early {
            Some(done) => Ok(done),
            None => answer.await,
        };
        match result {
            Ok(done) if failed.is_none() => outcome.done.push(done),
            Err(error) if failed.is_none() => failed = Some(error.into()),
            // Behind the first error nothing counts, but every answer is waited for.
            _ => {}
        }
    }
    outcome.error = failed.or(outcome.error);
    outcome
}

async fn run_one(
    client: &ClientWrapper,
    step: &Step<'_>,
    statement: Option<&Statement>,
) -> Result<Done, Error> {
    let (query, statement) = match (step, statement) {
        (Step::Query(query), Some(statement)) => (query, statement),
        (Step::Query(Query { sql, .. }) | Step::Unawaited(sql), _) => {
            return client.batch_execute(sql).await.map(|()| Done::default());
        }
        (Step::Text(text), _) => return client.batch_execute(text).await.map(|()| Done::default()),
    };
    let values = query.values.iter().map(|value| value as &(dyn ToSql + Sync));
    let answer = client.query_raw(statement, values).await?;
    pin_mut!(answer);
    let mut rows = Vec::new();
    while let Some(row) = answer.try_next().await? {
        rows.push(row);
    }
    Ok(Done { written: answer.rows_affected().unwrap_or(0), rows })
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Value")
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Text(text) => text.to_sql_checked(ty, out),
            Self::Texts(texts) => texts.to_sql_checked(ty, out),
            Self::Number(number) => number.to_sql_checked(ty, out),
            Self::Truth(truth) => truth.to_sql_checked(ty, out),
            Self::Bytes(bytes) => bytes.as_deref().to_sql_checked(ty, out),
        }
    }

    /// Which of its forms the value has is known only when it is written; each form checks for itself.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&TenantId> for Value {
    fn from(tenant: &TenantId) -> Self {
        Self::from(tenant.as_str())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<&str>> for Value {
    fn from(text: Option<&str>) -> Self {
        Self::Text(text.map(str::to_owned))
    }
}

impl From<Option<String>> for Value {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<String>> for Value {
    fn from(texts: Vec<String>) -> Self {
        Self::Texts(texts)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Value {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(Some(number.into()))
    }
}

impl From<u16> for Value {
    fn from(number: u16) -> Self {
        Self::Number(Some(number.into()))
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Truth(truth)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(Some(bytes.to_owned()))
    }
}

impl From<Option<&[u8]>> for Value {
    fn from(bytes: Option<&[u8]>) -> Self {
        Self::Bytes(bytes.map(<[u8]>::to_owned))
    }
}
