use veralux_core::access::{ApiKey, KeyDigest};
use veralux_core::id::TenantId;

use super::{Columns, Database, Record, Result};

/// The columns of an [`ApiKey`](veralux_core::access::ApiKey), over `k`.
#[macro_export]
macro_rules! key_columns {
    () => {
        "k.tenant_id, k.id, k.name, k.role, k.digest, k.last_four, k.created_at, k.expires_at, k.revoked_at"
    };
}

impl Record for ApiKey {
    const COLUMNS: usize = 9;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let home: TenantId = columns.parsed("tenant")?;
        Ok(Self {
            id: columns.parsed("id")?,
            name: columns.text("name")?,
            role: columns.parsed("role")?,
            tenant: Some(home).filter(|home| !home.is_platform()),
            digest: KeyDigest::from_bytes(columns.bytes("digest")?),
            last_four: columns.text("last_four")?,
            created_at: columns.instant("created_at")?,
            expires_at: columns.instant_if_any("expires_at")?,
            revoked_at: columns.instant_if_any("revoked_at")?,
        })
    }
}
