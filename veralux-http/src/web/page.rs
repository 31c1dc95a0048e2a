//! Cursor pages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use veralux_core::port::{Listed, MAX_PAGE, Page};

use super::Problem;

/// Items on a page for which nobody asked for a number of them.
const DEFAULT_LIMIT: u16 = 50;
/// Longest cursor in bytes.
const MAX_CURSOR_BYTES: usize = 256;

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// Items on the page, 1 to 200; 50 when absent.
    limit: Option<u16>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

impl PageParams {
    pub(crate) fn page(self, newest_first: bool) -> Result<Page, Problem> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(Problem::field("invalid_limit", "limit", "must be 1 to 200"));
        }
        if self.cursor.as_ref().is_some_and(|cursor| cursor.is_empty() || cursor.len() > MAX_CURSOR_BYTES) {
            return Err(Problem::field("invalid_cursor", "cursor", "must be the `nextCursor` of a page"));
        }
        Ok(Page { after: self.cursor, limit, newest_first })
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PageView<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// Send it as `cursor` for the next page; null on the last.
    pub(crate) next_cursor: Option<String>,
}

impl<T> PageView<T> {
    pub(crate) fn of<R>(listed: Listed<R>, view: impl FnMut(R) -> T) -> Self {
        let listed = listed.map(view);
        Self { items: listed.items, next_cursor: listed.next }
    }
}
