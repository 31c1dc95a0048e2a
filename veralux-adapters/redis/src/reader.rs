use std::sync::Arc;

use async_trait::async_trait;
use redis::Value;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Resolved, Result, RuntimeReader};
use veralux_core::secret::Secret;

use crate::error::{Asked, Failure};
use crate::link::Repeat;
use crate::store::RedisRuntimeStore;
use crate::value;

#[async_trait]
impl RuntimeReader for RedisRuntimeStore {
    async fn find_tenant(&self, did: &E164) -> Result<Option<TenantId>> {
        let found = self.read_before_change(&self.keys.did(did)).await;
        let tenant = found.and_then(|found| found.as_deref().map(tenant).transpose());
        tenant.map_err(|failure| failure.during("finding a DID's tenant"))
    }

    async fn find_config(&self, tenant: &TenantId) -> Result<Option<Secret>> {
        let document = self.read(&self.keys.config(tenant)).await;
        document
            .map(|found| found.map(Secret::new))
            .map_err(|failure| failure.during("reading a configuration"))
    }

    /// One round trip; sees either all of a publish or nothing of it. In a cluster two, one after the other.
    async fn resolve(&self, did: &E164) -> Result<Option<Resolved>> {
        const DOING: &str = "resolving a DID";
        if self.link.is_cluster().await.map_err(|failure| failure.during(DOING))? {
            return self.resolve_spread(did).await;
        }
        let keys = [self.keys.did(did)];
        let prefix = [self.keys.config_prefix()];
        let answer = self.link.call(&self.scripts.resolve, &keys, &prefix, Repeat::Freely).await;
        answer.and_then(resolved).map_err(|failure| failure.during(DOING))
    }
}

impl RedisRuntimeStore {
    pub(crate) async fn read(&self, key: &str) -> Asked<Option<String>> {
        value::text(self.link.ask(redis::cmd("GET").arg(key), Repeat::Freely).await?)
    }

    /// The same for whoever writes next: a failure in a cluster tells whether other keys can be written.
    pub(crate) async fn read_before_change(&self, key: &str) -> Asked<Option<String>> {
        match self.read(key).await {
            Err(failure) => Err(self.link.bounded(failure).await),
            found => found,
        }
    }
}

pub(crate) fn tenant(text: &str) -> Asked<TenantId> {
    TenantId::parse(text).map_err(|_| Failure::NotATenant)
}

/// What the script answers: nil, or the tenant id and the document.
fn resolved(answer: Value) -> Asked<Option<Resolved>> {
    if answer == Value::Nil {
        return Ok(None);
    }
    let mut parts = value::list(answer)?.into_iter();
    let mut part = || value::text(parts.next().unwrap_or(Value::Nil));
    let tenant = tenant(&part()?.ok_or(Failure::Unreadable)?)?;
    Ok(part()?.map(|document| Resolved { tenant, document: Arc::new(Secret::new(document)) }))
}
