use veralux_core::port::Customer;

use super::{Columns, Record, Result};

macro_rules! customer_columns {
    () => {
        "c.id, c.phone, c.created_at"
    };
}
pub(crate) use customer_columns;

impl Record for Customer {
    const COLUMNS: usize = 3;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            phone: columns.parsed("phone")?,
            created_at: columns.instant("created_at")?,
        })
    }
}
