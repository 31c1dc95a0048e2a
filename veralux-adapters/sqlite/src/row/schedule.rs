use veralux_core::port::{Override, Window};
use veralux_core::time::{Instant, Span};

use super::target::override_from_parts;
use super::{Columns, Record, Result};
use crate::error::Cause;

macro_rules! window_columns {
    () => {
        "w.id, w.thread, w.staff, w.starts_at, w.ends_at, w.created_at"
    };
}
pub(crate) use window_columns;

macro_rules! override_columns {
    () => {
        "o.id, o.thread, o.target, o.target_id, o.starts_at, o.ends_at, o.created_at, o.removed_at, o.reason"
    };
}
pub(crate) use override_columns;

impl Record for Window {
    const COLUMNS: usize = 6;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            thread: columns.parsed("thread")?,
            staff: columns.parsed("staff")?,
            span: span(columns.instant("starts_at")?, Some(columns.instant("ends_at")?))?,
            created_at: columns.instant("created_at")?,
        })
    }
}

impl Record for Override {
    const COLUMNS: usize = 9;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            thread: columns.parsed("thread")?,
            target: override_from_parts(columns.take("target")?, columns.take("target_id")?)?,
            span: span(columns.instant("starts_at")?, columns.instant_if_any("ends_at")?)?,
            created_at: columns.instant("created_at")?,
            removed_at: columns.instant_if_any("removed_at")?,
            reason: columns.text("reason")?,
        })
    }
}

pub(super) fn span(start: Instant, end: Option<Instant>) -> Result<Span> {
    Span::new(start, end).ok_or(Cause::Corrupt("ends_at"))
}
