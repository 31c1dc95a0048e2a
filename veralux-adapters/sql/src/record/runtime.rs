use std::sync::Arc;

use veralux_core::digest::Digest;
use veralux_core::phone::E164;
use veralux_core::port::{Resolved, RuntimeHead, RuntimeVersion};
use veralux_core::secret::Secret;

use super::{Columns, Database, Record, Result};

/// The columns of a [`RuntimeVersion`](veralux_core::port::RuntimeVersion), over `v`.
#[macro_export]
macro_rules! version_columns {
    () => {
        "v.version, v.digest, v.document, v.dids, v.kind, v.actor, v.published_at"
    };
}

impl Record for RuntimeVersion {
    const COLUMNS: usize = 7;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
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

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let tenant = columns.parsed("tenant")?;
        let document = columns.text_if_any("document")?.map(Secret::new);
        let version = columns.count("version")?;
        let mut dids: Vec<E164> = columns.json("dids")?;
        dids.sort_unstable();
        Ok(Self { tenant, document, version, dids })
    }
}

impl Record for Resolved {
    const COLUMNS: usize = 2;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            tenant: columns.parsed("tenant")?,
            document: Arc::new(Secret::new(columns.text("document")?)),
        })
    }
}
