//! Cursor pages.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use veralux_core::access::Pepper;
use veralux_core::port::{Listed, MAX_PAGE, Page};

use super::{Params, Problem};
use crate::Api;

/// Items on a page for which nobody asked for a number of them.
const DEFAULT_LIMIT: u16 = 50;
/// Longest cursor in bytes.
const MAX_CURSOR_BYTES: usize = 256;
/// Between the key behind which a list goes on and the mark that it was told by this list.
const SEPARATOR: char = '.';

/// Which page, as it is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct PageParams {
    /// Items on the page, 1 to 200; 50 when absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `nextCursor` of the page before.
    cursor: Option<String>,
}

/// Which page of which list.
///
/// A cursor bears a mark of its list: whatever else is sent would be somewhere in the order of the list's keys as well, and
/// silently give the wrong rest of it, or none.
#[derive(Debug)]
pub(crate) struct Paging {
    after: Option<String>,
    limit: u16,
    pepper: Pepper,
    list: String,
}

impl FromRequestParts<Api> for Paging {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        let Params(PageParams { limit, cursor }) = Params::from_request_parts(parts, api).await?;
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(Problem::field("invalid_limit", "limit", "must be 1 to 200"));
        }
        let (pepper, list) = (api.parts().pepper.clone(), parts.uri.path().to_owned());
        let paging = Self { after: None, limit, pepper, list };
        let after = cursor.map(|cursor| paging.key_of(&cursor).ok_or_else(invalid_cursor)).transpose()?;
        Ok(Self { after, ..paging })
    }
}

fn invalid_cursor() -> Problem {
    Problem::field("invalid_cursor", "cursor", "must be the `nextCursor` of a page of this list")
}

impl Paging {
    pub(crate) fn page(&self, newest_first: bool) -> Page {
        Page { after: self.after.clone(), limit: self.limit, newest_first }
    }

    /// A page as it is shown.
    pub(crate) fn view<R, T>(&self, listed: Listed<R>, view: impl FnMut(R) -> T) -> PageView<T> {
        let listed = listed.map(view);
        PageView { items: listed.items, next_cursor: self.mark(listed.next) }
    }

    /// The cursor for what is behind a key.
    pub(crate) fn mark(&self, key: Option<String>) -> Option<String> {
        key.map(|key| {
            let mark = self.mark_of(&key);
            format!("{key}{SEPARATOR}{mark}")
        })
    }

    fn key_of(&self, cursor: &str) -> Option<String> {
        let (key, mark) = cursor.rsplit_once(SEPARATOR).filter(|_| cursor.len() <= MAX_CURSOR_BYTES)?;
        (self.mark_of(key) == mark).then(|| key.to_owned())
    }

    fn mark_of(&self, key: &str) -> String {
        let [a, b, c, d, ..] =
            self.pepper.digest("veralux/cursor/v1", [self.list.as_bytes(), key.as_bytes()]);
        format!("{a:02x}{b:02x}{c:02x}{d:02x}")
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
