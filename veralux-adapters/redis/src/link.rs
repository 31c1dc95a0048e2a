use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::cluster_async::ClusterConnection;
use redis::{Cmd, ConnectionInfo, RedisError, ServerErrorKind, Value};
use tokio::sync::OnceCell;
use veralux_core::port::Result;

use crate::address;
use crate::error::{Asked, Failure};
use crate::script::Script;
use crate::settings::RedisSettings;
use crate::value;

mod cluster;
mod greeting;

pub(crate) use cluster::Node;

/// Between two attempts of the manager to connect.
const RECONNECT_DELAY: Duration = Duration::from_millis(20);

/// So long a refused write says that Redis takes none. Whoever drains the outbox tries again in less.
const MOMENT: Duration = Duration::from_secs(5);

/// Whether a command may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// A read: twice is as good as once.
    Freely,
    /// A write: only when it has certainly not been sent. An older write that is sent again late could undo a newer.
    /// (The client of a cluster makes no difference; each write there bears to be repeated.)
    IfUnsent,
}

/// The connection to one server or to a cluster, made by the first command and made anew when it is lost.
pub(crate) struct Link {
    addresses: Vec<ConnectionInfo>,
    /// Who vouches for a server over TLS; the machine's own when `None`.
    root_certificates: Option<Vec<u8>>,
    /// The address to begin with.
    first: AtomicUsize,
    /// When a write was last refused because none is taken.
    refused: Mutex<Option<Instant>>,
    /// Made once, until it is found to be of no use any more.
    connection: Mutex<Arc<OnceCell<Connection>>>,
    connect_timeout: Duration,
    response_timeout: Duration,
    retries: u32,
}

#[derive(Clone)]
enum Connection {
    Single(ConnectionManager),
    Cluster(ClusterConnection),
}

impl Link {
    pub(crate) fn new(settings: &RedisSettings) -> Result<Self> {
        Ok(Self {
            addresses: address::of(settings)?,
            root_certificates: settings.root_certificates.clone(),
            first: AtomicUsize::new(0),
            refused: Mutex::default(),
            connection: Mutex::default(),
            connect_timeout: settings.connect_timeout,
            response_timeout: settings.response_timeout,
            retries: settings.retries,
        })
    }

    /// Whether keys are spread over a cluster, so that no command or script may span any two.
    pub(crate) async fn is_cluster(&self) -> Asked<bool> {
        let connection = self.in_time(self.connected()).await?;
        Ok(matches!(connection, Connection::Cluster(_)))
    }

    /// One command within the time limit.
    pub(crate) async fn ask(&self, command: &Cmd, repeat: Repeat) -> Asked<Value> {
        self.noting(self.in_time(self.send(command, repeat)).await)
    }

    /// One script within the time limit, taught to the server when it does not know it.
    pub(crate) async fn call(
        &self,
        script: &Script,
        keys: &[impl AsRef<str>],
        arguments: &[&str],
        repeat: Repeat,
    ) -> Asked<Value> {
        let answer = self
            .in_time(async {
                match self.send(&script.by_digest(keys, arguments), repeat).await {
                    Err(Failure::NoScript) => self.send(&script.by_source(keys, arguments), repeat).await,
                    answer => answer,
                }
            })
            .await;
        self.noting(answer)
    }

    fn noting(&self, answer: Asked<Value>) -> Asked<Value> {
        match &answer {
            Err(failure) if failure.takes_no_writes() => {
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            }
            Err(failure) if failure.ends_connection() => self.forget(),
            Ok(_) | Err(_) => {}
        }
        answer
    }

    /// The next command connects anew. The manager does so by itself when a connection breaks, but a server that answers and lets
    /// it not in (another password, too many clients) makes that its answer for good.
    fn forget(&self) {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // One that is just being made is another one than what failed.
        if connection.initialized() {
            *connection = Arc::default();
        }
    }

    /// Whether a write was refused a moment ago because none is taken. What is refused is tried anew every second, so that
    /// a moment later either it is refused again or nothing waits any more.
    pub(crate) fn was_refused(&self) -> bool {
        let refused = *self.refused.lock().unwrap_or_else(PoisonError::into_inner);
        refused.is_some_and(|at| at.elapsed() < MOMENT)
    }

    async fn in_time<T>(&self, work: impl Future<Output = Asked<T>>) -> Asked<T> {
        let limit = self.response_timeout;
        tokio::time::timeout(limit, work).await.unwrap_or(Err(Failure::Slow(limit)))
    }

    async fn connected(&self) -> Asked<Connection> {
        let connection = self.current();
        connection.get_or_try_init(|| self.connect()).await.cloned()
    }

    fn current(&self) -> Arc<OnceCell<Connection>> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn send(&self, command: &Cmd, repeat: Repeat) -> Asked<Value> {
        let mut manager = match self.connected().await? {
            Connection::Single(manager) => manager,
            Connection::Cluster(mut cluster) => return Ok(command.query_async(&mut cluster).await?),
        };
        let mut left = self.retries;
        loop {
            match command.query_async(&mut manager).await {
                Ok(value) => return Ok(value),
                Err(error) if left > 0 && may_repeat(&error, repeat) => left -= 1,
                Err(error) => return Err(greeting::or(error, self.addresses.first()).await),
            }
        }
    }

    /// Connects to the first address that answers, and to the whole cluster where that is part of one.
    async fn connect(&self) -> Asked<Connection> {
        let first = self.first.load(Ordering::Relaxed);
        let mut failure = Failure::Client("has no address");
        for place in 0..self.addresses.len() {
            let Some(address) = self.addresses.get((first + place) % self.addresses.len()) else { break };
            // Should the time limit cut this off, the next call begins with the next address.
            self.first.fetch_add(1, Ordering::Relaxed);
            match self.connect_to(address).await {
                Ok(connection) => {
                    self.first.store(first + place, Ordering::Relaxed);
                    return Ok(connection);
                }
                Err(away) if away.may_be_one_server() => failure = away,
                Err(other) => return Err(other),
            }
        }
        Err(failure)
    }

    async fn connect_to(&self, address: &ConnectionInfo) -> Asked<Connection> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            // Ours covers the wait for a new connection, too.
            .set_response_timeout(None)
            .set_number_of_retries(1)
            .set_min_delay(RECONNECT_DELAY)
            .set_max_delay(RECONNECT_DELAY);
        let client = address::client(address.clone(), self.root_certificates.as_deref())
            .map_err(|_| Failure::Client("cannot be reached so"))?;
        let mut manager = match ConnectionManager::new_with_config(client, config).await {
            Ok(manager) => manager,
            Err(error) => return Err(greeting::or(error, Some(address)).await),
        };
        let mode = match redis::cmd("INFO").arg("cluster").query_async(&mut manager).await {
            Ok(mode) => value::text(mode)?,
            Err(error) if error.kind() == redis::ErrorKind::Server(ServerErrorKind::NoPerm) => {
                return Err(Failure::Lacks("`INFO`, which tells whether it is a cluster"));
            }
            Err(error) => return Err(greeting::or(error, Some(address)).await),
        };
        if mode.is_some_and(|mode| mode.lines().any(|line| line.trim() == "cluster_enabled:1")) {
            return self.connect_cluster().await.map(Connection::Cluster);
        }
        if self.addresses.len() > 1 {
            return Err(Failure::NoCluster);
        }
        Ok(Connection::Single(manager))
    }
}

/// A lost connection comes back with the next command. A refused one says that nothing was sent at all.
fn may_repeat(error: &RedisError, repeat: Repeat) -> bool {
    error.is_connection_refusal() || (repeat == Repeat::Freely && error.is_connection_dropped())
}
