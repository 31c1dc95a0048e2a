//! Whether the server lives and whether it can work.

pub(crate) mod live;
pub(crate) mod ready;
