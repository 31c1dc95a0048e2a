use veralux_core::port::{Body, Violation};

use super::message::sender;
use super::{Columns, Record, Result};
use crate::error::Cause;

macro_rules! violation_columns {
    () => {
        "v.id, v.thread, v.message, v.direction, v.sender_role, v.sender_id, v.sender_phone, v.draft, v.findings, \
         v.detector_version, v.status, v.created_at, v.ruling, v.revision"
    };
}
pub(crate) use violation_columns;

impl Record for Violation {
    const COLUMNS: usize = 14;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
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
            ruling: ruling(columns.take("ruling")?)?,
            revision: columns.count("revision")?,
        })
    }
}

fn ruling(json: Option<&str>) -> Result<Option<veralux_core::port::Ruling>> {
    json.map(serde_json::from_str).transpose().map_err(|_| Cause::Corrupt("ruling"))
}
