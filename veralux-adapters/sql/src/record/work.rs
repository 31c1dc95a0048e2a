use veralux_core::port::Work;
use veralux_core::time::Instant;

use super::{Columns, Database, Record, Result};

/// Work that was claimed; its `due` is the claim's end. Sorts by when it was due.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Claimed {
    /// When it was due before.
    pub was_due: Instant,
    /// The work.
    pub work: Work,
}

impl Record for Claimed {
    const COLUMNS: usize = 5;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let was_due = columns.instant("was_due")?;
        let (tenant, kind) = (columns.parsed("tenant")?, columns.parsed("kind")?);
        let (id, until) = (columns.text("id")?, columns.instant("due")?);
        Ok(Self { was_due, work: Work { tenant, kind, id, until } })
    }
}
