//! Who reads in one scope: from a statement to the records that it finds.

use tokio_postgres::Row;
use veralux_core::port::{self, Listed, Page};
use veralux_sql::Record;

use crate::connections::Connections;
use crate::error::{Doing as _, Result};
use crate::query::{Outcome, Query};
use crate::row;
use crate::transaction::{Scope, read, write};

/// Reads in one scope.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    connections: &'a Connections,
    scope: Scope<'a>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(connections: &'a Connections, scope: Scope<'a>) -> Self {
        Self { connections, scope }
    }

    pub(crate) async fn rows(self, doing: &'static str, query: Query) -> Result<Vec<Row>> {
        let outcome = read(self.connections, self.scope, &query).await.doing(doing)?;
        let done = outcome.into_result().doing(doing)?;
        Ok(done.into_iter().next().unwrap_or_default().rows)
    }

    /// Runs one statement that writes what belongs to no tenant, and says how many rows it wrote.
    pub(crate) async fn written(self, doing: &'static str, query: Query) -> Result<u64> {
        let done = write(self.connections, self.scope, &[&query])
            .await
            .and_then(Outcome::into_result)
            .doing(doing)?;
        Ok(done.first().map_or(0, |done| done.written))
    }

    pub(crate) async fn fetch_row(self, doing: &'static str, query: Query) -> Result<Option<Row>> {
        Ok(self.rows(doing, query).await?.into_iter().next())
    }

    /// The record that a query finds.
    pub(crate) async fn fetch<T: Record>(self, doing: &'static str, query: Query) -> port::Result<Option<T>> {
        let row = self.fetch_row(doing, query).await?;
        Ok(row.as_ref().map(row::read).transpose().doing(doing)?)
    }

    /// All records that a query finds.
    pub(crate) async fn fetch_all<T: Record>(
        self,
        doing: &'static str,
        query: Query,
    ) -> port::Result<Vec<T>> {
        let rows = self.rows(doing, query).await?;
        Ok(rows.iter().map(row::read).collect::<std::result::Result<_, _>>().doing(doing)?)
    }

    /// A page of records; the query asks for one more than it holds.
    pub(crate) async fn fetch_page<T: Record>(
        self,
        doing: &'static str,
        query: Query,
        page: &Page,
        key: impl Fn(&T) -> String,
    ) -> port::Result<Listed<T>> {
        Ok(Listed::from_excess(self.fetch_all(doing, query).await?, page, key))
    }
}
