//! Several statements in one round trip.

use std::error::Error as StdError;
use std::future::{Future as _, poll_fn};
use std::task::Poll;
use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use futures_util::{TryStreamExt as _, pin_mut};
use tokio::time::timeout;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Error, Row, Statement};
pub(crate) use veralux_sql::{Query, Value, query};

use crate::error::Cause;

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
    /// Whether the last statement was handed over: it may have been sent, though that said that it failed.
    pub(crate) last_tried: bool,
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
        Self { done: Vec::new(), error: Some(error.into()), all_sent: false, last_tried: false }
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
async fn run(client: &ClientWrapper, steps: &[Step<'_>]) -> Outcome {
    let mut prepared = Vec::with_capacity(steps.len());
    for step in steps {
        let Step::Query(query) = step else {
            prepared.push(None);
            continue;
        };
        match client.prepare_cached(query.sql()).await {
            Ok(statement) => prepared.push(Some(statement)),
            Err(error) => return Outcome::failed(error),
        }
    }
    let mut answers = Vec::with_capacity(steps.len());
    let done = Vec::with_capacity(steps.len());
    let mut outcome = Outcome { done, error: None, all_sent: false, last_tried: false };
    for (index, (step, statement)) in steps.iter().zip(&prepared).enumerate() {
        outcome.last_tried = index + 1 == steps.len();
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

/// The same, for no longer than this if it is limited. Who has not answered then is taken for cut off without a word: what was under
/// way may have been done or not, as with any connection that breaks, and nothing more is to be sent over this one.
pub(crate) async fn run_within(
    longest: Option<Duration>,
    client: &ClientWrapper,
    steps: &[Step<'_>],
) -> Outcome {
    let Some(longest) = longest else { return run(client, steps).await };
    timeout(longest, run(client, steps)).await.unwrap_or_else(|_| Outcome::failed(Cause::Silent))
}

async fn run_one(
    client: &ClientWrapper,
    step: &Step<'_>,
    statement: Option<&Statement>,
) -> Result<Done, Error> {
    let (query, statement) = match (step, statement) {
        (Step::Query(query), Some(statement)) => (query, statement),
        (Step::Query(query), None) => {
            return client.batch_execute(query.sql()).await.map(|()| Done::default());
        }
        (Step::Unawaited(sql), _) => return client.batch_execute(sql).await.map(|()| Done::default()),
        (Step::Text(text), _) => return client.batch_execute(text).await.map(|()| Done::default()),
    };
    let answer = client.query_raw(statement, query.values().iter().map(Parameter)).await?;
    pin_mut!(answer);
    let mut rows = Vec::new();
    while let Some(row) = answer.try_next().await? {
        rows.push(row);
    }
    Ok(Done { written: answer.rows_affected().unwrap_or(0), rows })
}

/// A value as it is sent.
#[derive(Debug)]
struct Parameter<'a>(&'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self.0 {
            Value::Text(text) => text.to_sql_checked(ty, out),
            Value::AnyText(text) => text.as_ref().map(String::as_bytes).to_sql_checked(ty, out),
            Value::Texts(texts) => texts.to_sql_checked(ty, out),
            Value::Number(number) => number.to_sql_checked(ty, out),
            Value::Truth(truth) => truth.to_sql_checked(ty, out),
            Value::Bytes(bytes) => bytes.as_deref().to_sql_checked(ty, out),
        }
    }

    /// Which of its forms the value has is known only when it is written; each form checks for itself.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
