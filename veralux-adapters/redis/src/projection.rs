use async_trait::async_trait;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Conflict, Listed, Page, Projected, Publication, Result, RuntimeProjection};

use crate::error::{Asked, Failure};
use crate::link::Repeat;
use crate::script::Script;
use crate::store::RedisRuntimeStore;
use crate::value;

/// How long the sequence of a publication is remembered, in seconds. A write that is late by more than a day does not
/// happen: connections are given up long before.
pub(crate) const SEQUENCE_LIFE: &str = "86400";

#[async_trait]
impl RuntimeProjection for RedisRuntimeStore {
    /// One script: every check comes before the first write, and no reader sees a part of it. A DID that is in both
    /// lists stays mapped. In a cluster one script a key; see the crate's documentation.
    async fn publish(&self, tenant: &TenantId, publication: Publication<'_>) -> Result<()> {
        let doing = "publishing a configuration";
        if self.link.is_cluster().await.map_err(|failure| failure.during(doing))? {
            self.own().await.map_err(|failure| failure.during(doing))?;
            return self.publish_spread(tenant, publication).await;
        }
        let mut keys = Vec::with_capacity(4 + publication.map.len() + publication.unmap.len());
        keys.push(self.keys.config(tenant));
        keys.push(self.keys.config_sequence(tenant));
        keys.extend(self.keys.owners());
        keys.extend(publication.map.iter().chain(publication.unmap).map(|did| self.keys.did(did)));
        let mapped = publication.map.len().to_string();
        let sequence = publication.sequence.map(|sequence| sequence.to_string()).unwrap_or_default();
        let arguments =
            [tenant.as_str(), publication.document.expose(), &mapped, &sequence, SEQUENCE_LIFE, self.mark()];

        let taken = self.write_if_own(&self.scripts.publish, &keys, &arguments).await;
        match taken.map_err(|failure| failure.during(doing))? {
            0 => Ok(()),
            -1 => Err(Conflict::Stale.into()),
            place => {
                let did = usize::try_from(place - 1).ok().and_then(|place| publication.map.get(place));
                Err(did
                    .map_or_else(|| Failure::Unreadable.during(doing), |did| Conflict::DidTaken(*did).into()))
            }
        }
    }

    async fn map_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        match self.write_own(&self.scripts.map, &self.keys.did(did), tenant.as_str(), "mapping a DID").await?
        {
            1 => Ok(()),
            _ => Err(Conflict::DidTaken(*did).into()),
        }
    }

    async fn unmap_did(&self, tenant: &TenantId, did: &E164) -> Result<()> {
        let doing = "unmapping a DID";
        self.write_own(&self.scripts.remove, &self.keys.did(did), tenant.as_str(), doing).await.map(drop)
    }

    async fn claim(&self) -> Result<()> {
        self.own().await.map_err(|failure| failure.during("claiming the Redis"))
    }

    /// By `SCAN`, mappings before configurations, otherwise in no order; `newest_first` changes nothing. A key that is
    /// there from the first page to the last is listed. Keys of another type and values that are no text are left
    /// out, with a warning in the log.
    ///
    /// # Errors
    /// As every call; invalid when `after` is not the `next` of a page from here.
    async fn list(&self, page: &Page) -> Result<Listed<Projected>> {
        self.list_page(page).await
    }

    async fn remove(&self, entry: &Projected) -> Result<bool> {
        let (key, value) = match entry {
            Projected::Config { tenant, document } => {
                (format!("{}{tenant}", self.keys.config_prefix()), document.expose())
            }
            Projected::Did { did, tenant } => (format!("{}{did}", self.keys.did_prefix()), tenant.as_str()),
        };
        let removed = self.write_own(&self.scripts.remove, &key, value, "removing an entry").await;
        removed.map(|count| count == 1)
    }

    async fn ping(&self) -> Result<()> {
        self.say_ping().await
    }

    /// By `INFO` of each master: which run of the server it is, and how often it was told to empty itself.
    async fn incarnation(&self) -> Result<String> {
        self.incarnation_of_all()
            .await
            .map_err(|failure| failure.during("asking Redis whether it is the same"))
    }
}

impl RedisRuntimeStore {
    /// A script over one key, where that is ours.
    async fn write_own(&self, script: &Script, key: &str, value: &str, doing: &'static str) -> Result<i64> {
        let write = async {
            if self.link.is_cluster().await? {
                self.own().await?;
                return self.write(script, &[key.to_owned()], &[value]).await;
            }
            let [first, second] = self.keys.owners();
            self.write_if_own(script, &[key.to_owned(), first, second], &[value, self.mark()]).await
        };
        write.await.map_err(|failure| failure.during(doing))
    }

    pub(crate) async fn write(&self, script: &Script, keys: &[String], arguments: &[&str]) -> Asked<i64> {
        value::number(&self.change(script, keys, arguments).await?)
    }

    /// A script that writes. In a cluster its failure tells whether other keys can be written.
    pub(crate) async fn change(
        &self,
        script: &Script,
        keys: &[String],
        arguments: &[&str],
    ) -> Asked<redis::Value> {
        match self.link.call(script, keys, arguments, Repeat::IfUnsent).await {
            Err(failure) => Err(self.link.bounded(failure).await),
            answer => answer,
        }
    }
}
