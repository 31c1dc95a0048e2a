use veralux_core::port::DecisionRecord;

use super::{Columns, Database, Record, Result};

/// The columns of a [`DecisionRecord`](veralux_core::port::DecisionRecord), over `d`.
#[macro_export]
macro_rules! decision_columns {
    () => {
        "d.id, d.thread, d.message, d.at, d.snapshot, d.decision, d.detector_version"
    };
}

impl Record for DecisionRecord {
    const COLUMNS: usize = 7;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            thread: columns.parsed_if_any("thread")?,
            message: columns.parsed_if_any("message")?,
            at: columns.instant("at")?,
            snapshot: columns.text("snapshot")?,
            decision: columns.text("decision")?,
            detector_version: columns.text("detector_version")?,
        })
    }
}
