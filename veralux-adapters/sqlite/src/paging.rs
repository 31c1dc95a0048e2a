//! Pages of lists that are ordered by a key.

use sqlx::Sqlite;
use sqlx::query::Query as SqlxQuery;
use sqlx::sqlite::SqliteArguments;
use veralux_core::port::Page;
use veralux_sql::stored;

use crate::error::Cause;

pub(crate) type Query<'q> = SqlxQuery<'q, Sqlite, SqliteArguments>;

/// One list in both orders. Its last two parameters are the key behind which the page begins and the limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paged {
    pub(crate) oldest_first: &'static str,
    pub(crate) newest_first: &'static str,
}

impl Paged {
    /// The query in the order that the page wants, without parameters.
    pub(crate) fn query<'q>(self, page: &Page) -> Query<'q> {
        sqlx::query(if page.newest_first { self.newest_first } else { self.oldest_first })
    }
}

/// Binds key and limit where the key is a text.
pub(crate) fn behind_text<'q>(query: Query<'q>, page: &Page) -> Query<'q> {
    // SQLite sorts every text before every blob, so a blob stands behind the last key.
    let query = match &page.after {
        Some(key) => query.bind(key.clone()),
        None if page.newest_first => query.bind(vec![0_u8]),
        None => query.bind(String::new()),
    };
    query.bind(excess(page))
}

/// Binds key and limit where the key is a number that counts from 1.
pub(crate) fn behind_number<'q>(query: Query<'q>, page: &Page) -> Result<Query<'q>, Cause> {
    let key = match &page.after {
        Some(key) => {
            key.parse().map(stored).map_err(|_| Cause::Invalid("this list goes on behind a number"))?
        }
        None if page.newest_first => i64::MAX,
        None => 0,
    };
    Ok(query.bind(key).bind(excess(page)))
}

/// One more than the page holds tells whether there is another page.
fn excess(page: &Page) -> i64 {
    i64::from(page.limit) + 1
}
