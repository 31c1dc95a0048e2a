//! Arguments and environment, read once; every fault at once.

mod log;
mod network;
mod providers;
mod vault;
mod voice;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::str::FromStr;
use std::time::Duration;

use url::Url;
use veralux_core::runtime::KeyNames;
use veralux_core::secret::Secret;
use veralux_core::time::DAY;
use veralux_http::Settings as ApiSettings;

use super::command::{DatabaseArguments, ServeArguments};
use super::database::DatabaseUrl;
use super::listen::Limits;

pub(crate) use providers::{ModelSettings, PlatformSettings, ProviderSettings, Site, tool_settings};
pub(crate) use vault::{RootKeySource, VaultSettings, reload_every};

/// Connections to PostgreSQL of a command that serves nobody, and of a server that is told nothing else.
pub(crate) const DEFAULT_CONNECTIONS: usize = 16;
/// With what else is open, fewer than the 1,024 descriptors that a process mostly may have.
const DEFAULT_MAX_CONNECTIONS: usize = 800;
/// Proxies keep connections that nobody uses for 60 s, as a rule; whoever ends one first must not be the server.
const DEFAULT_IDLE_SECONDS: u64 = 75;
const DEFAULT_DATABASE: &str = "sqlite:veralux.db";
/// Shortest admin key that is taken from the environment, in characters.
const MIN_KEY_CHARS: usize = 16;

/// The environment's variables that hold something.
pub(crate) struct Environment(BTreeMap<String, String>);

impl Environment {
    pub(crate) fn of_process() -> Self {
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?)).filter(|(_, value)| !value.is_empty())
        });
        Self(variables.collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    Auto,
    Pretty,
    Json,
}

/// Everything that `veralux serve` is told.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) database: DatabaseUrl,
    /// The owner of PostgreSQL's tables, as whom pending migrations are applied at the start.
    pub(crate) owner: Option<DatabaseUrl>,
    /// Most connections of the pool to PostgreSQL, beside which a server has two: one for look-ups, one that listens.
    pub(crate) connections: usize,
    pub(crate) redis: Option<Redis>,
    pub(crate) limits: Limits,
    /// The key that opens everything; `None` when one is to be made.
    pub(crate) admin_key: Option<Secret>,
    pub(crate) reconcile_every: Duration,
    pub(crate) log: String,
    pub(crate) log_format: LogFormat,
    pub(crate) api: ApiSettings,
    pub(crate) vault: VaultSettings,
    pub(crate) providers: ProviderSettings,
}

#[derive(Debug)]
pub(crate) struct Redis {
    pub(crate) url: Secret,
    pub(crate) keys: KeyNames,
    /// What our own keys begin with.
    pub(crate) prefix: String,
}

/// The database that is served.
///
/// # Errors
/// A sentence that says what a URL looks like.
pub(crate) fn database_url(
    arguments: &DatabaseArguments,
    environment: &Environment,
) -> Result<DatabaseUrl, String> {
    let url = arguments.database.as_deref().or_else(|| environment.get("DATABASE_URL"));
    DatabaseUrl::parse(url.unwrap_or(DEFAULT_DATABASE))
}

/// The Redis of the settings, for a command.
///
/// # Errors
/// A sentence for each setting that is missing or malformed.
pub(crate) fn redis(argument: Option<&str>, environment: &Environment) -> Result<Redis, Vec<String>> {
    let mut read = Reading { environment, faults: Vec::new() };
    match (read.redis(argument), read.faults) {
        (Some(redis), faults) if faults.is_empty() => Ok(redis),
        (None, faults) if faults.is_empty() => {
            Err(vec!["no Redis is named: give --redis or REDIS_URL".to_owned()])
        }
        (_, faults) => Err(faults),
    }
}

/// The same database for whoever changes its schema: on PostgreSQL another role.
///
/// # Errors
/// As [`database_url`].
pub(crate) fn owner_url(
    arguments: &DatabaseArguments,
    environment: &Environment,
) -> Result<DatabaseUrl, String> {
    match (&arguments.database, environment.get("DATABASE_OWNER_URL")) {
        (None, Some(url)) => DatabaseUrl::parse(url),
        _ => database_url(arguments, environment),
    }
}

impl Settings {
    /// Reads everything.
    ///
    /// # Errors
    /// A sentence for each setting that is missing, malformed or contradicts another. Never the value of a secret.
    pub(crate) fn read(arguments: &ServeArguments, environment: &Environment) -> Result<Self, Vec<String>> {
        let mut read = Reading { environment, faults: Vec::new() };
        let api = read.api();
        let api = read.voice(api);
        let database = read.database(&arguments.database);
        let settings = Self {
            listen: read.listen(arguments.listen.as_deref()),
            vault: read.vault(arguments, &database),
            owner: read.owner(&database),
            connections: read.number("DATABASE_CONNECTIONS", DEFAULT_CONNECTIONS, 1, 1_000),
            database,
            redis: read.redis(arguments.redis.as_deref()),
            limits: Limits {
                connections: read.number("MAX_CONNECTIONS", DEFAULT_MAX_CONNECTIONS, 1, 100_000),
                idle: Duration::from_secs(read.number("IDLE_SECONDS", DEFAULT_IDLE_SECONDS, 1, 86_400)),
            },
            admin_key: read.admin_key(),
            reconcile_every: Duration::from_secs(read.number("RECONCILE_SECONDS", 60, 1, 86_400)),
            log: read.log(),
            log_format: read.log_format(),
            providers: read.providers(arguments.provider),
            api,
        };
        if read.faults.is_empty() { Ok(settings) } else { Err(read.faults) }
    }
}

struct Reading<'a> {
    environment: &'a Environment,
    faults: Vec<String>,
}

impl Reading<'_> {
    fn fault(&mut self, fault: impl Into<String>) {
        self.faults.push(fault.into());
    }

    fn number<T: FromStr + PartialOrd + std::fmt::Display + Copy>(
        &mut self,
        name: &str,
        default: T,
        least: T,
        most: T,
    ) -> T {
        let Some(text) = self.environment.get(name) else { return default };
        match text.parse() {
            Ok(value) if least <= value && value <= most => value,
            _ => {
                self.fault(format!("{name}=`{text}` must be a whole number from {least} to {most}"));
                default
            }
        }
    }

    fn database(&mut self, arguments: &DatabaseArguments) -> DatabaseUrl {
        database_url(arguments, self.environment).unwrap_or_else(|fault| {
            self.fault(fault);
            DatabaseUrl::Sqlite(DEFAULT_DATABASE.into())
        })
    }

    fn owner(&mut self, database: &DatabaseUrl) -> Option<DatabaseUrl> {
        let owner = DatabaseUrl::parse(self.environment.get("DATABASE_OWNER_URL")?);
        if let (Ok(owner @ DatabaseUrl::Postgres { .. }), DatabaseUrl::Postgres { .. }) = (owner, database) {
            return Some(owner);
        }
        self.fault("DATABASE_OWNER_URL and DATABASE_URL must name the same database of PostgreSQL");
        None
    }

    fn admin_key(&mut self) -> Option<Secret> {
        let (one, other) = (self.environment.get("ADMIN_API_KEY"), self.environment.get("VERALUX_ADMIN_KEY"));
        if one.is_some() && other.is_some() && one != other {
            self.fault("ADMIN_API_KEY and VERALUX_ADMIN_KEY differ; set one of them");
        }
        let key = one.or(other)?;
        if key.chars().count() < MIN_KEY_CHARS {
            self.fault(format!("ADMIN_API_KEY must have at least {MIN_KEY_CHARS} characters"));
        }
        Some(Secret::new(key))
    }

    fn api(&mut self) -> ApiSettings {
        let defaults = ApiSettings::default();
        let public_base_url = self.public_base_url();
        let twilio_auth_token = self.environment.get("TWILIO_AUTH_TOKEN").map(Secret::new);
        if twilio_auth_token.is_some() && self.environment.get("PUBLIC_BASE_URL").is_none() {
            self.fault("TWILIO_AUTH_TOKEN needs PUBLIC_BASE_URL: Twilio signs the URL under which it calls");
        }
        let window = self.number("ADMIN_RATE_WINDOW_MS", 300_000, 1_000, 86_400_000);
        let tail = self.number("THREAD_TAIL_DAYS", 30_i64, 0, 3_650);
        ApiSettings {
            public_base_url,
            twilio_auth_token,
            max_body_bytes: self.number("MAX_BODY_BYTES", defaults.max_body_bytes, 65_536, 1 << 26),
            body_time: Duration::from_secs(self.number(
                "BODY_SECONDS",
                defaults.body_time.as_secs(),
                1,
                86_400,
            )),
            admin_rate_max: self.number("ADMIN_RATE_MAX", defaults.admin_rate_max, 1, u32::MAX),
            admin_rate_window: Duration::from_millis(window),
            trusted_proxies: self.trusted_proxies(),
            allowed_origins: self.origins(),
            thread_tail: tail * DAY,
            ..defaults
        }
    }

    fn public_base_url(&mut self) -> Option<String> {
        let text = self.environment.get("PUBLIC_BASE_URL")?;
        let usable = |url: &Url| {
            matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none()
        };
        if Url::parse(text).as_ref().is_ok_and(usable) {
            Some(text.trim_end_matches('/').to_owned())
        } else {
            self.fault("PUBLIC_BASE_URL must be an http or https URL without query, like https://veralux.example.com");
            None
        }
    }

    fn origins(&mut self) -> Vec<String> {
        let text = self.environment.get("ADMIN_ALLOWED_ORIGINS").unwrap_or_default();
        let origins: Vec<String> =
            text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        for origin in &origins {
            let sane = Url::parse(origin).is_ok_and(|url| url.origin().ascii_serialization() == *origin);
            if !sane {
                self.faults.push(format!(
                    "ADMIN_ALLOWED_ORIGINS: `{origin}` must be an origin, like https://app.example.com"
                ));
            }
        }
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::RootKeyArguments;

    fn read(variables: &[(&str, &str)], listen: Option<&str>) -> Result<Settings, Vec<String>> {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let environment = Environment(variables.iter().map(pair).collect());
        let arguments = ServeArguments {
            listen: listen.map(ToOwned::to_owned),
            database: DatabaseArguments { database: None },
            redis: None,
            provider: None,
            root_keys: RootKeyArguments { root_keys: None, root_keys_file: None },
            tenant_vapi: false,
            google_client_id: None,
            google_client_secret: None,
            google_redirect_url: None,
        };
        Settings::read(&arguments, &environment)
    }

    #[test]
    fn nothing_set_is_the_embedded_default() {
        let settings = read(&[], None).unwrap();
        assert_eq!(settings.listen.to_string(), "127.0.0.1:4000");
        assert_eq!(settings.database.to_string(), "sqlite:veralux.db");
        assert!(settings.redis.is_none() && settings.admin_key.is_none());
    }

    #[test]
    fn every_fault_is_told_and_no_secret() {
        let faults = read(
            &[
                ("PORT", "70000"),
                ("DATABASE_URL", "postgres://u:hunter2#x@db/veralux"),
                ("ADMIN_API_KEY", "hunter2"),
                ("TWILIO_AUTH_TOKEN", "hunter2"),
                ("ADMIN_RATE_MAX", "0"),
                ("LOG_FORMAT", "xml"),
                ("LOG", "inf,sqlx=warn"),
                ("ADMIN_ALLOWED_ORIGINS", "https://a.example, b.example/"),
                ("TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
                ("RUNTIME_MAP_PREFIX", "a b"),
                ("REDIS_URL", "hunter2"),
                ("REDIS_PREFIX", "a*b"),
                ("VERALUX_PROVIDER", "pigeon"),
                ("VERALUX_ROOT_KEYS", "1:hunter2"),
                ("VERALUX_ROOT_KEYS_FILE", "hunter2.keys"),
                ("VERALUX_TENANT_VAPI", "yes"),
                ("GOOGLE_CLIENT_SECRET", "hunter2"),
                ("VOICE_STREAM_URL", "wss://ann:hunter2@voice.example.com/"),
                ("TELNYX_PUBLIC_KEY", "hunter2"),
                ("VAPI_WEBHOOK_SECRET", "hunter2"),
            ],
            Some("somewhere"),
        )
        .unwrap_err();
        assert_eq!(faults.len(), 21, "{faults:#?}");
        assert!(
            faults.iter().any(|fault| fault.starts_with("TRUSTED_PROXIES: `proxy` must be")),
            "{faults:#?}"
        );
        assert!(!faults.join("\n").contains("hunter2"), "{faults:#?}");
    }

    #[test]
    fn a_name_may_be_listened_on_and_levels_are_words_of_their_own() {
        let listen = read(&[], Some("localhost:4010")).unwrap().listen;
        assert!(listen.ip().is_loopback() && listen.port() == 4010, "{listen}");
        assert!(read(&[], Some("localhost")).is_err());
        for (log, fits) in [
            ("debug", true),
            ("debug,sqlx=warn", true),
            ("info,veralux_http[request]=trace", true),
            ("OFF", true),
            ("nonsense", false),
            ("info,sqlx", false),
            ("info,sqlx=loud", false),
        ] {
            assert_eq!(read(&[("LOG", log)], None).is_ok(), fits, "{log}");
        }
    }

    #[test]
    fn an_origin_with_a_path_or_a_base_url_with_a_query_is_refused() {
        for (name, value) in [
            ("ADMIN_ALLOWED_ORIGINS", "https://a.example/"),
            ("PUBLIC_BASE_URL", "https://a.example/?x=1"),
            ("PUBLIC_BASE_URL", "a.example"),
            // A point of small order: every signature by it would do.
            ("TELNYX_PUBLIC_KEY", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            ("VOICE_STREAM_URL", "wss://voice.example.com/"),
        ] {
            assert_eq!(read(&[(name, value)], None).unwrap_err().len(), 1, "{name}={value}");
        }
    }
}
