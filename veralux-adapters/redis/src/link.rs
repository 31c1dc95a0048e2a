use std::future::Future;
use std::time::Duration;

use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::io::tcp::TcpSettings;
use redis::{
    Client, Cmd, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, RedisError, ServerErrorKind, Value,
};
use tokio::sync::OnceCell;
use veralux_core::port::{Error, Result};

use crate::error::{Asked, Failure};
use crate::script::Script;
use crate::settings::RedisSettings;
use crate::value;

/// Between two attempts of the manager to connect.
const RECONNECT_DELAY: Duration = Duration::from_millis(20);

/// Whether a command may be sent twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// A read: twice is as good as once.
    Freely,
    /// A write: only when it has certainly not been sent. An older write that is sent again late could undo a newer.
    IfUnsent,
}

/// The connection to one server, made by the first command and made anew when it is lost.
pub(crate) struct Link {
    client: Client,
    manager: OnceCell<ConnectionManager>,
    connect_timeout: Duration,
    response_timeout: Duration,
    retries: u32,
}

impl Link {
    pub(crate) fn new(settings: &RedisSettings) -> Result<Self> {
        let info = connection_info(settings)?;
        let client = Client::open(info).map_err(|_| Error::Invalid("the Redis URL cannot be used"))?;
        Ok(Self {
            client,
            manager: OnceCell::new(),
            connect_timeout: settings.connect_timeout,
            response_timeout: settings.response_timeout,
            retries: settings.retries,
        })
    }

    /// One command within the time limit.
    pub(crate) async fn ask(&self, command: &Cmd, repeat: Repeat) -> Asked<Value> {
        self.in_time(self.send(command, repeat)).await
    }

    /// One script within the time limit, taught to the server when it does not know it.
    pub(crate) async fn call(
        &self,
        script: &Script,
        keys: &[impl AsRef<str>],
        arguments: &[&str],
        repeat: Repeat,
    ) -> Asked<Value> {
        self.in_time(async {
            match self.send(&script.by_digest(keys, arguments), repeat).await {
                Err(Failure::NoScript) => self.send(&script.by_source(keys, arguments), repeat).await,
                answer => answer,
            }
        })
        .await
    }

    async fn in_time(&self, work: impl Future<Output = Asked<Value>>) -> Asked<Value> {
        let limit = self.response_timeout;
        tokio::time::timeout(limit, work).await.unwrap_or(Err(Failure::Slow(limit)))
    }

    async fn send(&self, command: &Cmd, repeat: Repeat) -> Asked<Value> {
        let mut manager = self.manager.get_or_try_init(|| self.connect()).await?.clone();
        let mut left = self.retries;
        loop {
            match command.query_async(&mut manager).await {
                Ok(value) => return Ok(value),
                Err(error) if left > 0 && may_repeat(&error, repeat) => left -= 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Connects and makes sure that the server is not part of a cluster.
    async fn connect(&self) -> Asked<ConnectionManager> {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            // Ours covers the wait for a new connection, too.
            .set_response_timeout(None)
            .set_number_of_retries(1)
            .set_min_delay(RECONNECT_DELAY)
            .set_max_delay(RECONNECT_DELAY);
        let mut manager = ConnectionManager::new_with_config(self.client.clone(), config).await?;
        let mode = redis::cmd("INFO").arg("cluster").query_async(&mut manager).await;
        let mode = value::text(mode.map_err(|error| match error.kind() {
            redis::ErrorKind::Server(ServerErrorKind::NoPerm) => Failure::ModeHidden,
            _ => error.into(),
        })?)?;
        if mode.is_some_and(|mode| mode.lines().any(|line| line.trim() == "cluster_enabled:1")) {
            return Err(Failure::Cluster);
        }
        Ok(manager)
    }
}

/// A lost connection comes back with the next command. A refused one says that nothing was sent at all.
fn may_repeat(error: &RedisError, repeat: Repeat) -> bool {
    error.is_connection_refusal() || (repeat == Repeat::Freely && error.is_connection_dropped())
}

fn connection_info(settings: &RedisSettings) -> Result<ConnectionInfo> {
    let url = redis::parse_redis_url(settings.url.expose())
        .ok_or(Error::Invalid("the Redis URL must be like redis://host:6379/0 or redis+unix:///path"))?;
    if matches!(url.scheme(), "rediss" | "valkeys") {
        return Err(Error::Invalid(
            "TLS to Redis (rediss://) is not built in; use redis:// through a TLS tunnel on this host",
        ));
    }
    let protocol_named = url.query_pairs().any(|(name, _)| name == "protocol");
    let info = url
        .into_connection_info()
        .map_err(|_| Error::Invalid("the Redis URL names no host, database or protocol that can be used"))?;
    let mut redis = info.redis_settings().clone().set_lib_name("veralux-redis", env!("CARGO_PKG_VERSION"));
    if !protocol_named {
        // With RESP3 the manager learns of a lost connection at once, not from the next command.
        redis = redis.set_protocol(ProtocolVersion::RESP3);
    }
    Ok(info.set_redis_settings(redis).set_tcp_settings(tcp_settings(settings)))
}

fn tcp_settings(settings: &RedisSettings) -> TcpSettings {
    let tcp = TcpSettings::default().set_nodelay(true);
    // A host that vanished without a word would otherwise hold the connection for a quarter of an hour (tcp(7)).
    #[cfg(target_os = "linux")]
    let tcp = tcp.set_user_timeout(settings.response_timeout.saturating_mul(4));
    tcp
}
