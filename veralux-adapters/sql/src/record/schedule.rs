use std::borrow::Cow;

use veralux_core::id::{OverrideId, StaffId, ThreadId, WindowId};
use veralux_core::port::{Override, Window};
use veralux_core::time::{Instant, Span};

use super::target::override_from_parts;
use super::{Columns, Corrupt, Database, Record, Result};

/// The columns of a [`Window`](veralux_core::port::Window), over `w`.
#[macro_export]
macro_rules! window_columns {
    () => {
        "w.id, w.thread, w.staff, w.starts_at, w.ends_at, w.created_at"
    };
}

/// The columns of an [`Override`](veralux_core::port::Override), over `o`.
#[macro_export]
macro_rules! override_columns {
    () => {
        "o.id, o.thread, o.target, o.target_id, o.starts_at, o.ends_at, o.created_at, o.removed_at, o.reason"
    };
}

impl Record for Window {
    const COLUMNS: usize = 6;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
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

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            thread: columns.parsed("thread")?,
            target: override_from_parts(columns.text_ref("target")?, columns.text_ref_if_any("target_id")?)?,
            span: span(columns.instant("starts_at")?, columns.instant_if_any("ends_at")?)?,
            created_at: columns.instant("created_at")?,
            removed_at: columns.instant_if_any("removed_at")?,
            reason: columns.text("reason")?,
        })
    }
}

/// Id, staff, start, end, made.
type WindowJson = (WindowId, StaffId, i64, i64, i64);

/// Id, target's kind and id, start, end, made, removed, reason.
type OverrideJson<'a> =
    (OverrideId, Cow<'a, str>, Option<Cow<'a, str>>, i64, Option<i64>, i64, Option<i64>, String);

/// The windows of a thread out of a JSON array of arrays.
pub(super) fn window_from_json(thread: &ThreadId, json: &str) -> Result<Vec<Window>> {
    let rows: Vec<WindowJson> = serde_json::from_str(json).map_err(|_| Corrupt("windows"))?;
    rows.into_iter()
        .map(|(id, staff, start, end, created_at)| {
            let span = span(Instant::from_micros(start), Some(Instant::from_micros(end)))?;
            Ok(Window {
                id,
                thread: thread.clone(),
                staff,
                span,
                created_at: Instant::from_micros(created_at),
            })
        })
        .collect()
}

/// The overrides of a thread out of a JSON array of arrays.
pub(super) fn override_from_json(thread: &ThreadId, json: &str) -> Result<Vec<Override>> {
    let rows: Vec<OverrideJson> = serde_json::from_str(json).map_err(|_| Corrupt("overrides"))?;
    rows.into_iter()
        .map(|(id, kind, target_id, start, end, created_at, removed_at, reason)| {
            Ok(Override {
                id,
                thread: thread.clone(),
                target: override_from_parts(&kind, target_id.as_deref())?,
                span: span(Instant::from_micros(start), end.map(Instant::from_micros))?,
                created_at: Instant::from_micros(created_at),
                removed_at: removed_at.map(Instant::from_micros),
                reason,
            })
        })
        .collect()
}

fn span(start: Instant, end: Option<Instant>) -> Result<Span> {
    Span::new(start, end).ok_or(Corrupt("ends_at"))
}
