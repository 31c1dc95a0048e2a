//! Where the server listens, and where Redis is.

use std::net::{SocketAddr, ToSocketAddrs as _};

use veralux_core::runtime::KeyNames;
use veralux_core::secret::Secret;
use veralux_http::TrustedProxies;
use veralux_redis::{RedisRuntimeStore, RedisSettings};

use super::{Reading, Redis};

const DEFAULT_PORT: u16 = 4000;

impl Reading<'_> {
    pub(super) fn listen(&mut self, argument: Option<&str>) -> SocketAddr {
        let port = self.number("PORT", DEFAULT_PORT, 0, u16::MAX);
        let local = SocketAddr::from(([127, 0, 0, 1], port));
        match argument.map(|text| (text, address(text))) {
            None => local,
            Some((_, Some(address))) => address,
            Some((text, None)) => {
                self.fault(format!("--listen `{text}` must be an address and a port, like 127.0.0.1:4000"));
                local
            }
        }
    }

    pub(super) fn trusted_proxies(&mut self) -> TrustedProxies {
        let text = self.environment.get("TRUSTED_PROXIES").unwrap_or_default();
        TrustedProxies::parse(text).unwrap_or_else(|fault| {
            self.fault(format!("TRUSTED_PROXIES: {fault}"));
            TrustedProxies::default()
        })
    }

    pub(super) fn redis(&mut self, argument: Option<&str>) -> Option<Redis> {
        let url = Secret::new(argument.or_else(|| self.environment.get("REDIS_URL"))?);
        if let Err(error) = RedisRuntimeStore::new(&RedisSettings::new(url.clone())) {
            self.fault(format!("--redis (REDIS_URL): {error}"));
        }
        let own = self.redis_prefix();
        let prefix = |name, default: &str| self.environment.get(name).unwrap_or(default).to_owned();
        let keys = KeyNames::new(
            &prefix("RUNTIME_MAP_PREFIX", "tenantmap"),
            &prefix("RUNTIME_CONFIG_PREFIX", "tenantcfg"),
            &prefix("RUNTIME_CAP_PREFIX", "cap"),
        );
        match keys {
            Ok(keys) => Some(Redis { url, keys, prefix: own }),
            Err(error) => {
                self.fault(format!("RUNTIME_MAP_PREFIX, RUNTIME_CONFIG_PREFIX, RUNTIME_CAP_PREFIX: {error}"));
                None
            }
        }
    }

    fn redis_prefix(&mut self) -> String {
        let prefix = self.environment.get("REDIS_PREFIX").unwrap_or("veralux");
        if !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte)) {
            self.fault("REDIS_PREFIX must be of letters, digits, `-`, `_`, `.` and `:`");
        }
        prefix.to_owned()
    }
}

/// An address as it is written, or that of a name; of several, the first of IPv4, as where nothing is said.
fn address(text: &str) -> Option<SocketAddr> {
    let found: Vec<SocketAddr> = text.to_socket_addrs().ok()?.collect();
    found.iter().find(|address| address.is_ipv4()).or(found.first()).copied()
}
