use veralux_core::port::Tenant;

use super::{Columns, Record, Result};

macro_rules! tenant_columns {
    () => {
        "t.tenant_id, t.name, t.status, t.business_number, t.created_at, t.updated_at, t.revision"
    };
}
pub(crate) use tenant_columns;

impl Record for Tenant {
    const COLUMNS: usize = 7;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("tenant")?,
            name: columns.text("name")?,
            status: columns.parsed("status")?,
            business_number: columns.parsed_if_any("business_number")?,
            created_at: columns.instant("created_at")?,
            updated_at: columns.instant("updated_at")?,
            revision: columns.count("revision")?,
        })
    }
}
