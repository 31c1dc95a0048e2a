//! How a store is opened: from a URL and options to what a connection is made with.

use std::fmt::Write as _;
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
    /// Reads a URL and adds what each session begins with.
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
        config.options(session_options(&config, options));
        if config.get_ssl_mode() == SslMode::Prefer {
            // Whoever may fall back to plain text can be made to. Within a machine there is nobody to make it.
            let local = config.get_hosts().iter().all(is_local);
            config.ssl_mode(if local { SslMode::Disable } else { SslMode::Require });
        }
        let longest_silence =
            (!options.statement_timeout.is_zero()).then(|| options.statement_timeout + options.patience);
        Ok(Self { tls: tls(config.get_ssl_mode())?, longest_silence, patience: options.patience, config })
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

/// Of two that give the same setting the server takes the last, which is the URL's.
fn session_options(config: &Config, options: &Options) -> String {
    let statement = options.statement_timeout.as_millis();
    let patience = options.patience.as_millis();
    // A node that stops in the middle of a commit holds its tenant's lock. Those of other nodes who wait for it shall get it.
    let idle = patience / 2;
    // The plans that run are those that are checked: made once for all values. Just-in-time compilation would cost a statement
    // that finds a row more than the row.
    let mut all = "-c plan_cache_mode=force_generic_plan -c jit=off ".to_owned();
    // Commits wait for their tenant's lock, then read what the one before has written; under a stricter level, which a role or
    // a database may have for its default, they would read what was there before they waited.
    all.push_str("-c default_transaction_isolation=read\\ committed ");
    // Writing to a String does not fail.
    let _: std::fmt::Result = write!(
        all,
        "-c statement_timeout={statement} -c lock_timeout={patience} \
         -c idle_in_transaction_session_timeout={idle} -c client_min_messages=warning"
    );
    if let Some(own) = config.get_options() {
        all.push(' ');
        all.push_str(own);
    }
    all
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

    #[test]
    fn a_setting_of_the_url_comes_behind_ours() {
        let url = "postgresql://a@localhost/v?options=-c%20statement_timeout%3D1";
        let settings = Settings::parse(url, &Options::default()).unwrap();
        assert!(settings.config.get_options().unwrap().ends_with("-c statement_timeout=1"));
    }
}
