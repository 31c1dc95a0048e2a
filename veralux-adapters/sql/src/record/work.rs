use veralux_core::port::Work;
use veralux_core::time::Instant;

use super::{Columns, Database, Record, Result};

/// Work that was claimed. Sorts by when it was due.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimed {
    /// When it was due before.
    pub was_due: Instant,
    /// The work.
    pub work: Work,
}

impl Record for Claimed {
    const COLUMNS: usize = 4;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let was_due = columns.instant("was_due")?;
        let (tenant, kind) = (columns.parsed("tenant")?, columns.parsed("kind")?);
        Ok(Self { was_due, work: Work { tenant, kind, id: columns.text("id")? } })
    }
}
