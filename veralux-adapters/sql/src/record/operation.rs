use veralux_core::port::Operation;

use super::{Columns, Database, Record, Result};

/// The columns of an [`Operation`](veralux_core::port::Operation), over `o`.
#[macro_export]
macro_rules! operation_columns {
    () => {
        "o.id, o.kind, o.provider, o.number, o.class, o.state, o.steps, o.requested_by, o.created_at, o.updated_at, \
         o.revision"
    };
}

impl Record for Operation {
    const COLUMNS: usize = 11;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            kind: columns.parsed("kind")?,
            provider: columns.text("provider")?,
            number: columns.parsed("number")?,
            class: columns.parsed("class")?,
            state: columns.parsed("state")?,
            steps: columns.json("steps")?,
            requested_by: columns.text("requested_by")?,
            created_at: columns.instant("created_at")?,
            updated_at: columns.instant("updated_at")?,
            revision: columns.count("revision")?,
        })
    }
}
