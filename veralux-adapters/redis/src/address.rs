//! Where Redis is, read from its URL.

use redis::io::tcp::TcpSettings;
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo, ProtocolVersion, TlsCertificates};
use veralux_core::port::{Error, Result};

use crate::settings::RedisSettings;

/// Said of a URL that can be read as one, but not as meant: most often a password is in it as it is.
const UNUSABLE: &str = "the Redis URL names no host, database or protocol that can be used; a password has @ : / ? # % written as \
    %40 %3A %2F %3F %23 %25";

/// The server, or some nodes of a cluster: at least one address.
pub(crate) fn of(settings: &RedisSettings) -> Result<Vec<ConnectionInfo>> {
    split(settings.url.expose()).iter().map(|url| connection_info(url, settings)).collect()
}

/// The URLs between commas. A comma without a URL behind it belongs to the password.
fn split(urls: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for part in urls.split(',') {
        match all.last_mut() {
            Some(last) if !part.contains("://") => {
                last.push(',');
                last.push_str(part);
            }
            _ => all.push(part.trim().to_owned()),
        }
    }
    all
}

fn connection_info(url: &str, settings: &RedisSettings) -> Result<ConnectionInfo> {
    let url = redis::parse_redis_url(url).ok_or(Error::Invalid(
        "the Redis URL must be like redis://host:6379/0, rediss://host:6379/0 or redis+unix:///path, where a password has \
         @ : / ? # % written as %40 %3A %2F %3F %23 %25",
    ))?;
    if url.fragment() == Some("insecure") {
        return Err(Error::Invalid("a Redis over TLS must prove who it is: `#insecure` is not taken"));
    }
    let protocol_named = url.query_pairs().any(|(name, _)| name == "protocol");
    let info = url.into_connection_info().map_err(|_| Error::Invalid(UNUSABLE))?;
    let mut redis = info.redis_settings().clone().set_lib_name("veralux-redis", env!("CARGO_PKG_VERSION"));
    if !protocol_named {
        // With RESP3 the manager learns of a lost connection at once, not from the next command.
        redis = redis.set_protocol(ProtocolVersion::RESP3);
    }
    let info = info.set_redis_settings(redis).set_tcp_settings(tcp_settings(settings));
    client(info.clone(), settings.root_certificates.as_deref())?;
    Ok(info)
}

/// A client for an address, which has not connected yet.
pub(crate) fn client(info: ConnectionInfo, root_certificates: Option<&[u8]>) -> Result<Client> {
    let client = match info.addr() {
        ConnectionAddr::TcpTls { .. } => Client::build_with_tls(info, certificates(root_certificates)),
        _ => Client::open(info),
    };
    client.map_err(|_| Error::Invalid("the Redis URL or the root certificates cannot be used"))
}

/// Whom to believe; there is no certificate of our own.
pub(crate) fn certificates(root: Option<&[u8]>) -> TlsCertificates {
    TlsCertificates { client_tls: None, root_cert: root.map(ToOwned::to_owned) }
}

fn tcp_settings(settings: &RedisSettings) -> TcpSettings {
    let tcp = TcpSettings::default().set_nodelay(true);
    // A host that vanished without a word would otherwise hold the connection for a quarter of an hour (tcp(7)).
    #[cfg(target_os = "linux")]
    let tcp = tcp.set_user_timeout(settings.response_timeout.saturating_mul(4));
    tcp
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn urls_between_commas() {
        for (text, expected) in [
            ("redis://a", &["redis://a"][..]),
            ("redis://a:1, redis://b:2,redis://c", &["redis://a:1", "redis://b:2", "redis://c"]),
            ("redis://:p,w@a,redis://:p,w@b", &["redis://:p,w@a", "redis://:p,w@b"]),
            ("", &[""]),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }
}
