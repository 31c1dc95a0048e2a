use veralux_core::port::Work;
use veralux_core::time::Instant;

use super::{Columns, Database, Record, Result};

/// Work that was claimed; its `due` is the claim's end.
#[derive(Debug)]
pub struct Claimed {
    /// When it was due before.
    pub was_due: Instant,
    /// How long behind that its turn came, in microseconds.
    pub behind: i64,
    /// The work.
    pub work: Work,
}

impl Claimed {
    /// What was claimed then, in the order in which it is to be done: what had its turn, and what was only due.
    pub fn in_turn(mut all: Vec<Self>, now: Instant) -> Vec<Work> {
        all.sort_by_cached_key(|Self { was_due, behind, work }| {
            let turn = was_due.plus(*behind);
            let place = if turn <= now { (false, turn) } else { (true, *was_due) };
            (place, work.clone())
        });
        all.into_iter().map(|claimed| claimed.work).collect()
    }
}

impl Record for Claimed {
    const COLUMNS: usize = 6;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let (was_due, behind) = (columns.instant("was_due")?, columns.number("behind")?);
        let (tenant, kind) = (columns.parsed("tenant")?, columns.parsed("kind")?);
        let (id, until) = (columns.text("id")?, columns.instant("due")?);
        Ok(Self { was_due, behind, work: Work { tenant, kind, id, until } })
    }
}
