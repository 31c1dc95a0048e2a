//! Pages of lists that are ordered by a key.

use veralux_core::port::Page;
use veralux_sql::stored;

use crate::error::Cause;
use crate::query::{Query, query};

/// The first text behind all that are kept.
pub(crate) const BEHIND_ALL: &str = "\u{10ffff}";

/// One list in both orders. `$1` is the key behind which the page begins, `$2` the limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paged {
    pub(crate) oldest_first: &'static str,
    pub(crate) newest_first: &'static str,
}

impl Paged {
    /// The query of a page where the key is a text. Further parameters count from `$3`.
    pub(crate) fn behind_text(self, page: &Page) -> Query {
        let query = self.in_order(page);
        let query = match &page.after {
            Some(key) => query.bind(key.as_str()),
            None if page.newest_first => query.bind(BEHIND_ALL),
            None => query.bind(""),
        };
        query.bind(excess(page))
    }

    /// The query of a page where the key is a number that counts from 1. Further parameters count from `$3`.
    pub(crate) fn behind_number(self, page: &Page) -> Result<Query, Cause> {
        let key = match &page.after {
            Some(key) => {
                key.parse().map(stored).map_err(|_| Cause::Invalid("this list goes on behind a number"))?
            }
            None if page.newest_first => i64::MAX,
            None => 0,
        };
        Ok(self.in_order(page).bind(key).bind(excess(page)))
    }

    fn in_order(self, page: &Page) -> Query {
        query(if page.newest_first { self.newest_first } else { self.oldest_first })
    }
}

/// One more than the page holds tells whether there is another page.
pub(crate) fn excess(page: &Page) -> i64 {
    i64::from(page.limit) + 1
}
