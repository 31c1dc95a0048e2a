use crate::query::{Query, Value, query};

/// Statements that are sent together.
#[derive(Debug, Default)]
pub(crate) struct Script {
    queries: Vec<Query>,
}

impl Script {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds one statement.
    pub(crate) fn statement(&mut self, sql: &'static str) -> &mut Self {
        self.queries.push(query(sql));
        self
    }

    /// Adds the value of the last statement's next parameter.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        if let Some(last) = self.queries.last_mut() {
            last.push(value);
        }
        self
    }

    pub(crate) fn queries(&self) -> impl Iterator<Item = &Query> {
        self.queries.iter()
    }
}
