//! Pages of lists that are ordered by a key.

use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments as _, AssertSqlSafe};
use veralux_core::port::Page;

use crate::script::bind;

/// One list in both orders. Its last two parameters are the key behind which the page begins and the limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paged {
    pub(crate) oldest_first: &'static str,
    pub(crate) newest_first: &'static str,
}
