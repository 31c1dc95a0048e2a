use std::sync::Arc;

use veralux_core::digest::Digest;
use veralux_core::phone::E164;
use veralux_core::port::{Resolved, RuntimeHead, RuntimeVersion};
use veralux_core::secret::Secret;

use super::{Columns, Record, Result};

macro_rules! version_columns {
    () => {
        "v.version, v.digest, v.document, v.dids, v.kind, v.actor, v.published_at"
    };
}
pub(crate) use version_columns;

/// Over `r` (the head) and `v` (its version, if any).
macro_rules! head_columns {
    () => {
        "r.tenant_id, v.document, coalesce(r.version, 0), \
         coalesce((SELECT json_agg(d.did) FROM runtime_did d WHERE d.tenant_id = r.tenant_id), '[]')::text"
    };
}
pub(crate) use head_columns;

/// Where they are read from: the head of the tenant `$1`, unless it is neither published nor reached by a DID.
macro_rules! runtime_head {
    () => {
        " FROM runtime_head r LEFT JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version \
          WHERE r.tenant_id = $1 AND \
          (r.version IS NOT NULL OR EXISTS (SELECT 1 FROM runtime_did d WHERE d.tenant_id = r.tenant_id))"
    };
}
pub(crate) use runtime_head;

impl Record for RuntimeVersion {
    const COLUMNS: usize = 7;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            version: columns.count("version")?,
            digest: Digest::from_bytes(columns.bytes("digest")?),
            document: Secret::new(columns.text("document")?),
            dids: columns.json("dids")?,
            kind: columns.parsed("kind")?,
            actor: columns.text("actor")?,
            published_at: columns.instant("published_at")?,
        })
    }
}

impl Record for RuntimeHead {
    const COLUMNS: usize = 4;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        let tenant = columns.parsed("tenant")?;
        let document = columns.take::<Option<String>>("document")?.map(Secret::new);
        let version = columns.count("version")?;
        let mut dids: Vec<E164> = columns.json("dids")?;
        dids.sort_unstable();
        Ok(Self { tenant, document, version, dids })
    }
}

impl Record for Resolved {
    const COLUMNS: usize = 2;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            tenant: columns.parsed("tenant")?,
            document: Arc::new(Secret::new(columns.text("document")?)),
        })
    }
}
