use veralux_core::audit::{Event, Head};
use veralux_core::digest::Digest;

use super::{Columns, Record, Result};

macro_rules! event_columns {
    () => {
        "e.tenant_id, e.sequence, e.id, e.at, e.draft, e.previous, e.hash"
    };
}
pub(crate) use event_columns;

impl Record for Event {
    const COLUMNS: usize = 7;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: columns.parsed("tenant")?,
            sequence: columns.count("sequence")?,
            id: columns.parsed("id")?,
            at: columns.instant("at")?,
            draft: columns.json("draft")?,
            previous: Digest::from_bytes(columns.bytes("previous")?),
            hash: Digest::from_bytes(columns.bytes("hash")?),
        })
    }
}

impl Record for Head {
    const COLUMNS: usize = 2;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self { sequence: columns.count("sequence")?, hash: Digest::from_bytes(columns.bytes("hash")?) })
    }
}
