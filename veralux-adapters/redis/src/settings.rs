use std::time::Duration;

use veralux_core::runtime::KeyNames;
use veralux_core::secret::Secret;

/// Where Redis is and how long it may take.
///
/// ```
/// use std::time::Duration;
/// use veralux_core::secret::Secret;
/// use veralux_redis::RedisSettings;
///
/// let mut settings = RedisSettings::new(Secret::new("redis://:geheim@10.0.0.7:6379/0"));
/// settings.response_timeout = Duration::from_millis(200);
/// assert!(!format!("{settings:?}").contains("geheim"));
/// ```
#[derive(Debug, Clone)]
pub struct RedisSettings {
    /// `redis://[user][:password@]host[:port][/database]`, `rediss://` for TLS, or
    /// `redis+unix:///path[?db=1&user=..&pass=..]`; a secret, since it may hold a password. `protocol=resp2` in its query is for a proxy that does not speak RESP3.
    /// For a Redis Cluster, one or more of its nodes by TCP, separated by commas, all with the same log-in.
    pub url: Secret,
    /// Certificates, PEM, of those who vouch for a server over TLS; the machine's own unless set.
    pub root_certificates: Option<Vec<u8>>,
    /// What the keys begin with.
    pub keys: KeyNames,
    /// Whose contract it is: an id that each installation has for itself. `None` looks after nobody's, and writes whosever it is.
    pub installation: Option<String>,
    /// Longest time for one attempt to connect, with log-in; 500 ms unless set.
    pub connect_timeout: Duration,
    /// Longest time for one round trip, a wait for a new connection included; 500 ms unless set. A connection to a
    /// host that stopped acknowledging packets is given up after four times as long (Linux).
    pub response_timeout: Duration,
    /// How often one round trip is tried again when the connection turns out to be lost; twice unless set. Only reads
    /// are, and writes that have certainly not been sent; never beyond `response_timeout`.
    pub retries: u32,
}

impl RedisSettings {
    /// The defaults for a URL.
    pub fn new(url: Secret) -> Self {
        Self {
            url,
            root_certificates: None,
            keys: KeyNames::default(),
            installation: None,
            connect_timeout: Duration::from_millis(500),
            response_timeout: Duration::from_millis(500),
            retries: 2,
        }
    }
}
