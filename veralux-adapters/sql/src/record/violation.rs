use veralux_core::port::{Body, Violation};

use super::message::sender;
use super::{Columns, Database, Record, Result};

/// The columns of a [`Violation`](veralux_core::port::Violation), over `v`.
#[macro_export]
macro_rules! violation_columns {
    () => {
        "v.id, v.thread, v.message, v.direction, v.sender_role, v.sender_id, v.sender_phone, v.sender_name, \
         v.draft, v.findings, v.detector_version, v.status, v.created_at, v.ruling, v.revision"
    };
}

impl Record for Violation {
    const COLUMNS: usize = 15;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            thread: columns.parsed_if_any("thread")?,
            message: columns.parsed_if_any("message")?,
            direction: columns.parsed("direction")?,
            sender: sender(columns)?,
            draft: columns.any_text_if_any("draft")?.map(Body::new),
            findings: columns.json("findings")?,
            detector_version: columns.text("detector_version")?,
            status: columns.parsed("status")?,
            created_at: columns.instant("created_at")?,
            ruling: columns.json_if_any("ruling")?,
            revision: columns.count("revision")?,
        })
    }
}
