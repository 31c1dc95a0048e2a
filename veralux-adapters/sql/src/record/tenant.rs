use veralux_core::id::TenantId;
use veralux_core::port::Tenant;

use super::{Columns, Database, Record, Result};

/// The columns of a [`Tenant`](veralux_core::port::Tenant), over `t`.
#[macro_export]
macro_rules! tenant_columns {
    () => {
        "t.tenant_id, t.name, t.status, t.business_number, t.created_at, t.updated_at, t.revision"
    };
}

impl Record for Tenant {
    const COLUMNS: usize = 7;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
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

/// A tenant's id alone.
impl Record for TenantId {
    const COLUMNS: usize = 1;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        columns.parsed("tenant")
    }
}
