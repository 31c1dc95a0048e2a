use std::fmt;
use std::sync::Arc;

use veralux_core::port::Result;

use crate::error::{Asked, Failure};
use crate::keys::Keys;
use crate::link::{Link, Node};
use crate::owner::Owner;
use crate::permits;
use crate::rate::RedisRateCounter;
use crate::script::Scripts;
use crate::settings::RedisSettings;
use crate::value;

const REACHING: &str = "reaching Redis";

/// The runtime contract in Redis: what a voice runtime reads on every call.
///
/// Cheap to share behind an `Arc`: all calls go over one connection, whose commands do not wait for each other's
/// answers.
///
/// # Errors of every call
/// * Transient: Redis is away, slow, starting, full, or a replica that takes no writes. Reads may be tried again at
///   once; after a write the projection may or may not have changed. Transient here, of what is published: it is one node of
///   a cluster, and another answers.
/// * Permanent: a key holds another type or bytes that are no text, or Redis cannot run scripts.
/// * Not permitted: a wrong or missing password, or an ACL.
/// * Conflict, of what writes: it is another installation's.
/// * Invalid: it is a Redis Cluster whose nodes cannot be found.
pub struct RedisRuntimeStore {
    pub(crate) link: Arc<Link>,
    pub(crate) scripts: Scripts,
    pub(crate) keys: Keys,
    pub(crate) owner: Owner,
}

impl RedisRuntimeStore {
    /// A store that connects with its first call, so that a server can start while Redis is away.
    ///
    /// # Errors
    /// Invalid for a URL that cannot be used, and for prefixes of which one begins like another's keys.
    pub fn new(settings: &RedisSettings) -> Result<Self> {
        Ok(Self {
            link: Arc::new(Link::new(settings)?),
            scripts: Scripts::new(),
            keys: Keys::new(&settings.keys)?,
            owner: Owner::new(settings.installation.clone()),
        })
    }

    /// A store that is connected, for whoever reads too: what a user may write is not asked, which
    /// [`ping`](veralux_core::port::RuntimeProjection::ping) does.
    ///
    /// # Errors
    /// As [`Self::new`]; a conflict where it is another installation's; transient when Redis is away; not permitted for a wrong password; invalid for a Redis Cluster whose
    /// nodes cannot be found, or whose slots the prefixes would confuse.
    pub async fn connect(settings: &RedisSettings) -> Result<Self> {
        let store = Self::new(settings)?;
        store.reach().await.map_err(|failure| failure.during(REACHING))?;
        Ok(store)
    }

    /// Counts requests over the same connection, under keys that begin with `prefix` and a colon.
    pub fn rate_counter(&self, prefix: &str) -> RedisRateCounter {
        RedisRateCounter::new(self.link.clone(), prefix)
    }

    pub(crate) async fn say_ping(&self) -> Result<()> {
        self.ping_all().await.map_err(|failure| failure.during(REACHING))
    }

    async fn ping_all(&self) -> Asked<()> {
        for node in &self.nodes().await? {
            permits::ask_for_contract(&self.link, node, &self.scripts, &self.keys).await?;
        }
        // A full one answers all the same.
        if self.link.was_refused() {
            return Err(Failure::Unwritable);
        }
        self.check_owner().await
    }

    async fn reach(&self) -> Asked<()> {
        for node in &self.nodes().await? {
            self.link.ask_at(node, &redis::cmd("PING")).await?;
        }
        self.check_owner().await
    }

    /// The servers, among which the prefixes do not confuse the slots.
    async fn nodes(&self) -> Asked<Vec<Node>> {
        let nodes = self.link.nodes().await?;
        if nodes.len() > 1 && self.keys.have_braces() { Err(Failure::Braces) } else { Ok(nodes) }
    }

    pub(crate) async fn incarnation_of_all(&self) -> Asked<String> {
        let mut all = Vec::new();
        for node in &self.link.nodes().await? {
            let info = self.link.ask_at(node, redis::cmd("INFO").arg("server").arg("commandstats")).await?;
            let told = value::text(info)?.ok_or(Failure::Unreadable)?;
            all.push(incarnation(&told).ok_or(Failure::Unreadable)?);
        }
        // In whichever order the masters were named.
        all.sort_unstable();
        Ok(all.join(" "))
    }
}

/// What `INFO server commandstats` tells of one server: `run_id`, which is drawn at each start, and the calls of `FLUSHALL` and
/// `FLUSHDB`, such as `cmdstat_flushall:calls=1,usec=7,...`.
fn incarnation(info: &str) -> Option<String> {
    let of = |name: &str| info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let calls = |name: &str| of(name).and_then(|told| told.split(',').next()).unwrap_or_default();
    Some(format!("{} {} {}", of("run_id")?, calls("cmdstat_flushall"), calls("cmdstat_flushdb")))
}

impl fmt::Debug for RedisRuntimeStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisRuntimeStore")
            .field("keys", &self.keys)
            .field("owner", &self.owner)
            .finish_non_exhaustive()
    }
}
