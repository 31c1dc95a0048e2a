use veralux_core::audit::{Event, Head};
use veralux_core::digest::Digest;

use super::{Columns, Database, Record, Result};

/// The columns of an [`Event`](veralux_core::audit::Event), over `e`.
#[macro_export]
macro_rules! event_columns {
    () => {
        "e.tenant_id, e.sequence, e.id, e.at, e.draft, e.previous, e.hash"
    };
}

impl Record for Event {
    const COLUMNS: usize = 7;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
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

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self { sequence: columns.count("sequence")?, hash: Digest::from_bytes(columns.bytes("hash")?) })
    }
}
