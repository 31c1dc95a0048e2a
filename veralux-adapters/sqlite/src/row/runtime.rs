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
        "r.tenant, v.document, coalesce(r.version, 0), \
         (SELECT json_group_array(d.did) FROM runtime_did d WHERE d.tenant = r.tenant)"
    };
}
pub(crate) use head_columns;

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
