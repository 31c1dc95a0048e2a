//! The contract in a cluster, where each key changes for itself. The order of the steps is what readers rely on.

use std::sync::Arc;

use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Conflict, Publication, Resolved, Result};
use veralux_core::secret::Secret;

use crate::error::{Asked, Failure};
use crate::projection::SEQUENCE_LIFE;
use crate::reader;
use crate::store::RedisRuntimeStore;
use crate::value;

/// What came of one key.
enum Step {
    Done,
    Overtaken,
    Taken,
}

impl RedisRuntimeStore {
    /// The configuration, then the DIDs that shall lead to it, then those that no longer do.
    pub(crate) async fn publish_spread(&self, tenant: &TenantId, publication: Publication<'_>) -> Result<()> {
        const DOING: &str = "publishing a configuration in a cluster";
        if self.keys.have_braces() {
            return Err(Failure::Braces.during(DOING));
        }
        if let Some(did) =
            self.first_foreign(tenant, publication.map).await.map_err(|failure| failure.during(DOING))?
        {
            return Err(Conflict::DidTaken(did).into());
        }
        let sequence = publication.sequence.map(|sequence| sequence.to_string()).unwrap_or_default();
        let written = self.write_config(tenant, publication.document, &sequence).await;
        if matches!(written.map_err(|failure| failure.during(DOING))?, Step::Overtaken) {
            return Err(Conflict::Stale.into());
        }
        let leaving = publication.unmap.iter().filter(|did| !publication.map.contains(did));
        let dids = publication.map.iter().map(|did| (did, true)).chain(leaving.map(|did| (did, false)));
        for (did, here) in dids {
            let step = self.lead(tenant, did, &sequence, here).await;
            match step.map_err(|failure| failure.during(DOING))? {
                Step::Done => {}
                Step::Overtaken => return Err(Conflict::Stale.into()),
                Step::Taken => return Err(Conflict::DidTaken(*did).into()),
            }
        }
        Ok(())
    }

    /// DID, then configuration: what the DID led to at the first look.
    pub(crate) async fn resolve_spread(&self, did: &E164) -> Result<Option<Resolved>> {
        const DOING: &str = "resolving a DID in a cluster";
        let resolve = async {
            let Some(tenant) = self.read(&self.keys.did(did)).await? else { return Ok(None) };
            let tenant = reader::tenant(&tenant)?;
            let document = self.read(&self.keys.config(&tenant)).await?;
            Ok(document.map(|document| Resolved { tenant, document: Arc::new(Secret::new(document)) }))
        };
        resolve.await.map_err(|failure: Failure| failure.during(DOING))
    }

    /// The first DID that leads to another tenant.
    async fn first_foreign(&self, tenant: &TenantId, dids: &[E164]) -> Asked<Option<E164>> {
        for did in dids {
            let owner = self.read_before_change(&self.keys.did(did)).await?;
            if owner.is_some_and(|owner| owner != tenant.as_str()) {
                return Ok(Some(*did));
            }
        }
        Ok(None)
    }

    async fn write_config(&self, tenant: &TenantId, document: &Secret, sequence: &str) -> Asked<Step> {
        let keys = [self.keys.config(tenant), self.keys.config_sequence(tenant)];
        let arguments = [document.expose(), sequence, SEQUENCE_LIFE];
        step(&self.change(&self.scripts.config, &keys, &arguments).await?)
    }

    async fn lead(&self, tenant: &TenantId, did: &E164, sequence: &str, here: bool) -> Asked<Step> {
        let keys = [self.keys.did(did), self.keys.did_sequence(did, tenant)];
        let arguments = [tenant.as_str(), sequence, SEQUENCE_LIFE, if here { "1" } else { "0" }];
        step(&self.change(&self.scripts.lead, &keys, &arguments).await?)
    }
}

fn step(answer: &redis::Value) -> Asked<Step> {
    match value::number(answer)? {
        0 => Ok(Step::Done),
        -1 => Ok(Step::Overtaken),
        _ => Ok(Step::Taken),
    }
}
