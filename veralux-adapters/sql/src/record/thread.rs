use veralux_core::port::Thread;

use super::{Columns, Database, Record, Result};

/// The columns of a [`Thread`](veralux_core::port::Thread), over `h`.
#[macro_export]
macro_rules! thread_columns {
    () => {
        "h.id, h.kind, h.status, h.customer, h.number, h.opted_out, h.created_at, h.pair_free_at, h.revision"
    };
}

impl Record for Thread {
    const COLUMNS: usize = 9;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            kind: columns.parsed("kind")?,
            status: columns.parsed("status")?,
            customer: columns.parsed("customer")?,
            number: columns.parsed("number")?,
            opted_out: columns.truth("opted_out")?,
            created_at: columns.instant("created_at")?,
            pair_free_at: columns.instant_if_any("pair_free_at")?,
            revision: columns.count("revision")?,
        })
    }
}
