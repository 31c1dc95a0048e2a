use veralux_core::port::{Due, PendingProjection};

use super::{Columns, Database, Record, Result};

/// One row a DID that left, each with the same sequence.
impl Record for Due {
    const COLUMNS: usize = 2;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let sequence = columns.count("sequence")?;
        Ok(Self { sequence, left: columns.parsed_if_any("did")?.into_iter().collect() })
    }
}

impl Record for PendingProjection {
    const COLUMNS: usize = 3;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            tenant: columns.parsed("tenant")?,
            sequence: columns.count("sequence")?,
            since: columns.instant("since")?,
        })
    }
}
