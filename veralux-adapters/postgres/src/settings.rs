//! How a store is opened: from a URL and options to what a connection is made with.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::crypto::aws_lc_rs;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;
use veralux_core::port::{Error, Result};

use crate::session::Session;

/// After so long a TCP connection is taken for dead that acknowledges nothing; an idle one is asked as often.
const DEAD_LINE: Duration = Duration::from_secs(30);

const UNREADABLE: &str = "the database URL cannot be read as one of PostgreSQL: is a setting in it unknown? sslmode is \
                          disable or require, which verifies the certificate";

/// How a store is opened. All have defaults that suit one of a few nodes.
#[derive(Debug, Clone)]
pub struct Options {
    /// Most connections of this node's pool. It has one more for look-ups, and one that listens; all nodes together need fewer than
    /// the server's `max_connections`.
    pub connections: usize,
    /// How long somebody waits for a free connection, and for a new one.
    pub patience: Duration,
    /// How long one statement may take; 0 for no limit of ours. A server that has not answered after this and `patience`
    /// is taken for gone.
    pub statement_timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { connections: 16, patience: Duration::from_secs(5), statement_timeout: Duration::from_secs(10) }
    }
}

/// How connections are made.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) config: Config,
    pub(crate) session: Session,
    /// So long an answer is waited for. A server that is there answers within its own `statement_timeout`.
    pub(crate) longest_silence: Option<Duration>,
    /// So long somebody waits for a connection, or for a group of commits.
    pub(crate) patience: Duration,
    pub(crate) tls: MakeRustlsConnect,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings")
    }
}

impl Settings {
    /// Reads a URL, with defaults for what it does not say.
    pub(crate) fn parse(url: &str, options: &Options) -> Result<Self> {
        let mut config: Config = url.parse().map_err(|_| Error::Invalid(UNREADABLE))?;
        if config.get_dbname().is_none() || config.get_hosts().is_empty() {
            return Err(Error::Invalid("the database URL names no host or no database"));
        }
        if config.get_application_name().is_none() {
            config.application_name("veralux");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.patience);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(DEAD_LINE);
        }
        if config.get_keepalives_idle() > DEAD_LINE {
            config.keepalives_idle(DEAD_LINE);
        }
        if config.get_ssl_mode() == SslMode::Prefer {
            // Whoever may fall back to plain text can be made to. Within a machine there is nobody to make it.
            let local = config.get_hosts().iter().all(is_local);
            config.ssl_mode(if local { SslMode::Disable } else { SslMode::Require });
        }
        let longest_silence =
            (!options.statement_timeout.is_zero()).then(|| options.statement_timeout + options.patience);
        let session = Session::new(config.get_options(), options.statement_timeout, options.patience);
        let tls = tls(config.get_ssl_mode())?;
        Ok(Self { config, session, longest_silence, patience: options.patience, tls })
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        Host::Unix(_) => true,
    }
}

fn tls(mode: SslMode) -> Result<MakeRustlsConnect> {
    const FAILED: Error = Error::Invalid("TLS cannot be set up with the machine's root certificates");
    let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| FAILED)?;
    let config = if mode == SslMode::Disable {
        builder.with_root_certificates(rustls::RootCertStore::empty())
    } else {
        builder.with_platform_verifier().map_err(|_| FAILED)?
    };
    Ok(MakeRustlsConnect::new(config.with_no_client_auth()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_asked_of_other_machines() {
        let table = [
            ("postgresql://a@db.example.org/v", SslMode::Require),
            ("postgresql://a@db.example.org/v?sslmode=prefer", SslMode::Require),
            ("postgresql://a@db.example.org/v?sslmode=disable", SslMode::Disable),
            ("postgresql://a@10.0.0.1/v", SslMode::Require),
            ("postgresql://a@localhost/v", SslMode::Disable),
            ("postgresql://a@127.0.0.1,db.example.org/v", SslMode::Require),
            ("postgresql://a@127.0.0.1/v?sslmode=require", SslMode::Require),
            ("postgresql://a@%2Frun%2Fpostgresql/v", SslMode::Disable),
        ];
        for (url, mode) in table {
            let settings = Settings::parse(url, &Options::default()).unwrap();
            assert_eq!(settings.config.get_ssl_mode(), mode, "{url}");
        }
        for url in ["", "postgresql://", "postgresql://a@db", "postgresql:///v", "mysql://a@db/v"] {
            assert!(Settings::parse(url, &Options::default()).is_err(), "{url}");
        }
    }
}
