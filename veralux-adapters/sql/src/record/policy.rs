use veralux_core::port::{AllowList, ScanContext, ScanMemory};

use super::{Columns, Database, Record, Result};

/// The columns of a [`ScanContext`](veralux_core::port::ScanContext), over the allow-list `a` and the memory `m`, each of which
/// may be left out by an outer join.
#[macro_export]
macro_rules! scan_columns {
    () => {
        "a.entries, a.revision, m.state, m.revision"
    };
}

impl Record for ScanContext {
    const COLUMNS: usize = 4;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let entries = columns.json_if_any("entries")?;
        let revision = columns.small_if_any("revision")?;
        let allowed = match (entries, revision) {
            (Some(entries), Some(revision)) => AllowList { entries, revision },
            _ => AllowList::default(),
        };
        let state = columns.text_if_any("state")?;
        let revision = columns.small_if_any("revision")?;
        let memory = match (state, revision) {
            (Some(state), Some(revision)) => Some(ScanMemory { state, revision }),
            _ => None,
        };
        Ok(Self { allowed, memory })
    }
}
