//! Several statements sent to SQLite as one.
//!
//! sqlx keeps each SQLite connection on a thread of its own, so that each call costs two wake-ups: about 45 µs, ten
//! times what the statement itself takes. A script is one call for many statements. Its parameters are anonymous (`?`)
//! throughout, since sqlx counts them on from statement to statement, which it does not do with numbered ones; the text is made
//! of constants only, and sqlx keeps the prepared statements by it.

use futures_util::StreamExt as _;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqliteRow};
use sqlx::{Arguments as _, AssertSqlSafe, Either, Encode, Executor as _, Sqlite, Type};
use veralux_sql::{Query, Value};

/// Statements in their order with the values of their parameters.
pub(crate) struct Script {
    sql: String,
    values: SqliteArguments,
    // A value that could not be encoded; the script is refused when it runs.
    failed: Option<sqlx::error::BoxDynError>,
}

/// What one statement did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    /// How many rows it wrote. Meaningless for a statement that is no INSERT, UPDATE or DELETE.
    pub(crate) written: u64,
    /// The rows that it answered with.
    pub(crate) rows: Vec<SqliteRow>,
}

/// What a script did: as many statements as succeeded, and the error of the one behind them.
pub(crate) struct Outcome {
    pub(crate) done: Vec<Done>,
    pub(crate) error: Option<sqlx::Error>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self { sql: String::with_capacity(1024), values: SqliteArguments::default(), failed: None }
    }

    /// Adds one statement, without a semicolon.
    pub(crate) fn statement(&mut self, sql: &'static str) -> &mut Self {
        self.sql.push_str(sql);
        self.sql.push(';');
        self
    }

    /// Puts statements without parameters in front.
    pub(crate) fn behind(mut self, first: &[&'static str]) -> Self {
        let mut sql = String::with_capacity(self.sql.len() + 64);
        for statement in first {
            sql.push_str(statement);
            sql.push(';');
        }
        sql.push_str(&self.sql);
        self.sql = sql;
        self
    }

    /// Adds the value of the next parameter.
    pub(crate) fn bind<'t, T: Encode<'t, Sqlite> + Type<Sqlite>>(&mut self, value: T) -> &mut Self {
        if let Err(error) = self.values.add(value) {
            self.failed.get_or_insert(error);
        }
        self
    }

    /// Adds one statement with its values. Its numbered parameters become anonymous ones, in the order of its text.
    pub(crate) fn query(&mut self, query: &Query) -> &mut Self {
        let mut most = 0;
        let mut parts = query.sql().split('$');
        self.sql.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
            let number = part.strip_suffix(rest).and_then(|number| number.parse::<usize>().ok()).unwrap_or(0);
            self.sql.push('?');
            self.sql.push_str(rest);
            if let Some(value) = number.checked_sub(1).and_then(|index| query.values().get(index)) {
                self.bind_value(value);
                most = most.max(number);
            } else {
                self.failed.get_or_insert_with(|| "a parameter has no value".into());
            }
        }
        self.sql.push(';');
        if most != query.values().len() {
            self.failed.get_or_insert_with(|| "a value has no parameter".into());
        }
        self
    }

    fn bind_value(&mut self, value: &Value) {
        match value {
            Value::Text(text) | Value::AnyText(text) => self.bind(text.as_deref()),
            Value::Texts(texts) => self.bind(serde_json::json!(texts).to_string()),
            Value::Number(number) => self.bind(*number),
            Value::Truth(truth) => self.bind(*truth),
            Value::Bytes(bytes) => self.bind(bytes.as_deref()),
        };
    }

    /// Runs the statements until one fails.
    pub(crate) async fn run(self, connection: &mut SqliteConnection) -> Outcome {
        let mut outcome = Outcome { done: Vec::new(), error: self.failed.map(sqlx::Error::Encode) };
        if outcome.error.is_some() {
            return outcome;
        }
        let mut answers = connection.fetch_many(sqlx::query_with(AssertSqlSafe(self.sql), self.values));
        let mut rows = Vec::new();
        while let Some(answer) = answers.next().await {
            match answer {
                Ok(Either::Right(row)) => rows.push(row),
                Ok(Either::Left(result)) => {
                    outcome
                        .done
                        .push(Done { written: result.rows_affected(), rows: std::mem::take(&mut rows) });
                }
                Err(error) => {
                    outcome.error = Some(error);
                    break;
                }
            }
        }
        outcome
    }
}

impl Outcome {
    /// What the statements did, or why one failed.
    pub(crate) fn into_result(self) -> Result<Vec<Done>, sqlx::Error> {
        match self.error {
            None => Ok(self.done),
            Some(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests;
