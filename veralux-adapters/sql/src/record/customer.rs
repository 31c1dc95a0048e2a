use veralux_core::port::Customer;

use super::{Columns, Database, Record, Result};

/// The columns of a [`Customer`](veralux_core::port::Customer), over `c`.
#[macro_export]
macro_rules! customer_columns {
    () => {
        "c.id, c.phone, c.created_at"
    };
}

impl Record for Customer {
    const COLUMNS: usize = 3;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            phone: columns.parsed("phone")?,
            created_at: columns.instant("created_at")?,
        })
    }
}
