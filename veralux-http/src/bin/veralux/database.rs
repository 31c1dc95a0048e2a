//! Where everything is kept: one SQLite file, or PostgreSQL.

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use url::Url;
use veralux_core::port::{self, Clock, Directory, IdempotencyStore, Notices};
use veralux_core::secret::Secret;
use veralux_core::service::{FollowedClock, Stores};
use veralux_core::time::Instant;
use veralux_postgres::PostgresStore;
use veralux_sqlite::SqliteStore;

use super::chain;
use super::claim;
use super::system::{SystemClock, SystemRandom};

/// The setting that the first server makes.
pub(crate) const KEY_PEPPER: &str = "key_pepper";

/// What a database URL names. Shown without its password.
#[derive(Debug, Clone)]
pub(crate) enum DatabaseUrl {
    Sqlite(PathBuf),
    Postgres { shown: String, url: Secret },
}

/// One migration and whether it is applied.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) applied_at: Option<Instant>,
}

/// What becomes of migrations that are pending when a database is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pending<'a> {
    /// They are applied to SQLite; to PostgreSQL only as the owner of its tables, if that is known.
    Apply { owner: Option<&'a DatabaseUrl> },
    /// The database is not opened.
    Refuse,
}

/// A database that is open.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    Sqlite(Arc<SqliteStore>),
    Postgres(Arc<PostgresStore>),
}

impl DatabaseUrl {
    /// # Errors
    /// A sentence that says what a URL looks like.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if !(text.starts_with("postgres:") || text.starts_with("postgresql:")) {
            return veralux_sqlite::path_of(text).map(Self::Sqlite).map_err(|_| {
                "the database must be `sqlite:` and the path of a file, like sqlite:veralux.db, or a URL of \
                 PostgreSQL, like postgresql://veralux_service@db.example.org/veralux"
                    .to_owned()
            });
        }
        let malformed = "the URL of PostgreSQL must be like postgresql://ROLE:PASSWORD@HOST:PORT/DATABASE, where the \
                         password has @ : / ? # % written as %40 %3A %2F %3F %23 %25";
        if names_other_hosts(text) {
            return Err("the URL of PostgreSQL must name one host, like postgresql://ROLE@HOST:PORT/DATABASE (a socket's \
                        directory with %2F for each /), and no `host` in its query: a database that moves between machines \
                        needs one name, address or proxy that leads to the one that writes"
                .to_owned());
        }
        let mut shown = Url::parse(text).map_err(|_| malformed.to_owned())?;
        // A piece of a password that was not written so would be taken for a host, and shown.
        let has_role = !shown.username().is_empty() || shown.password().is_some();
        if shown.fragment().is_some() || text.matches('@').count() != usize::from(has_role) {
            return Err(malformed.to_owned());
        }
        shown.set_query(None);
        // A URL that can have no password has none to hide.
        let _: Result<(), ()> = shown.set_password(None);
        Ok(Self::Postgres { shown: shown.to_string(), url: Secret::new(text) })
    }

    /// The file, of SQLite.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::Sqlite(path) => Some(path),
            Self::Postgres { .. } => None,
        }
    }

    /// That there is a database, for whoever would not make one.
    ///
    /// # Errors
    /// A sentence that says who makes it.
    fn exists(&self) -> Result<(), String> {
        match self.file() {
            Some(path) if !path.exists() => Err(format!(
                "{self}: there is no such file; the first `veralux serve` makes it, or `veralux migrate up`"
            )),
            _ => Ok(()),
        }
    }

    /// Whether a server has ever worked on it; `true` where that cannot be told.
    pub(crate) async fn was_served(&self) -> bool {
        let Self::Sqlite(path) = self else { return true };
        let options = veralux_sqlite::Options { migrate: false, ..veralux_sqlite::Options::default() };
        let Ok(store) = SqliteStore::open(path, &options).await else { return true };
        let pepper = store.setting(KEY_PEPPER).await;
        store.close().await;
        !matches!(pepper, Ok(None))
    }

    fn explained<T>(&self, result: port::Result<T>) -> Result<T, String> {
        result.map_err(|error| format!("{self}: {}", chain(&error)))
    }

    /// Copies it into a new file, and says how many bytes that has.
    pub(crate) async fn back_up(&self, to: &Path) -> Result<u64, String> {
        self.exists()?;
        match self {
            Self::Sqlite(path) => self.explained(veralux_sqlite::back_up(path, to).await),
            Self::Postgres { .. } => Err(format!(
                "{self}: PostgreSQL is backed up with its own pg_dump, as the role veralux_backup; see DEPLOYMENT.md"
            )),
        }
    }

    /// Claims it for one process, where only one may have it: see [`claim`].
    pub(crate) fn claim(&self) -> Result<Option<File>, String> {
        self.file().map_or(Ok(None), |path| claim::claim(path, self))
    }

    pub(crate) async fn migrate_up(&self) -> Result<Vec<Migration>, String> {
        let _claim = self.claim()?;
        match self {
            Self::Sqlite(path) => self.explained(veralux_sqlite::migrate_up(path).await).map(of_sqlite),
            Self::Postgres { url, .. } => {
                self.explained(veralux_postgres::migrate_up(url.expose()).await).map(of_postgres)
            }
        }
    }

    pub(crate) async fn migrate_down(&self, to: i64) -> Result<Vec<Migration>, String> {
        self.exists()?;
        let _claim = self.claim()?;
        match self {
            Self::Sqlite(path) => self.explained(veralux_sqlite::migrate_down(path, to).await).map(of_sqlite),
            Self::Postgres { url, .. } => {
                self.explained(veralux_postgres::migrate_down(url.expose(), to).await).map(of_postgres)
            }
        }
    }

    pub(crate) async fn migrate_status(&self) -> Result<Vec<Migration>, String> {
        self.exists()?;
        match self {
            Self::Sqlite(path) => self.explained(veralux_sqlite::migrate_status(path).await).map(of_sqlite),
            Self::Postgres { url, .. } => {
                self.explained(veralux_postgres::migrate_status(url.expose()).await).map(of_postgres)
            }
        }
    }
}

/// Whether it names several hosts, or one in another place than servers look for it.
fn names_other_hosts(text: &str) -> bool {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = address.split('/').next().unwrap_or_default();
    let hosts = authority.rsplit('@').next().unwrap_or_default();
    hosts.contains(',')
        || query.split('&').any(|pair| pair.starts_with("host=") || pair.starts_with("hostaddr="))
}

fn of_sqlite(all: Vec<veralux_sqlite::Status>) -> Vec<Migration> {
    let one = |status: veralux_sqlite::Status| Migration {
        version: status.version,
        name: status.name,
        applied_at: status.applied_at,
    };
    all.into_iter().map(one).collect()
}

fn of_postgres(all: Vec<veralux_postgres::Status>) -> Vec<Migration> {
    let one = |status: veralux_postgres::Status| Migration {
        version: status.version,
        name: status.name,
        applied_at: status.applied_at,
    };
    all.into_iter().map(one).collect()
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres { shown, .. } => f.write_str(shown),
        }
    }
}

impl Database {
    /// # Errors
    /// A sentence with the database's URL.
    pub(crate) async fn open(
        url: &DatabaseUrl,
        connections: usize,
        pending: Pending<'_>,
    ) -> Result<Self, String> {
        if matches!(pending, Pending::Refuse) {
            url.exists()?;
        }
        match url {
            DatabaseUrl::Sqlite(path) => {
                let migrate = matches!(pending, Pending::Apply { .. });
                let options = veralux_sqlite::Options { migrate, ..veralux_sqlite::Options::default() };
                let store = url.explained(SqliteStore::open(path, &options).await)?;
                Ok(Self::Sqlite(Arc::new(store)))
            }
            DatabaseUrl::Postgres { url: text, .. } => {
                if let Pending::Apply { owner: Some(owner) } = pending {
                    for migration in owner.migrate_up().await? {
                        tracing::info!(version = migration.version, name = migration.name, "migrated");
                    }
                }
                let options = veralux_postgres::Options { connections, ..Default::default() };
                let store = url.explained(PostgresStore::connect(text.expose(), &options).await)?;
                Ok(Self::Postgres(Arc::new(store)))
            }
        }
    }

    /// All ports over it for a command, which goes by the database's clock as servers do: it looks at it once.
    ///
    /// # Errors
    /// A sentence, when the database does not answer.
    pub(crate) async fn stores(&self) -> Result<Stores, String> {
        let clock = Arc::new(FollowedClock::new(Arc::new(SystemClock), self.directory()));
        clock.follow().await.map_err(|error| chain(&error))?;
        Ok(self.stores_by(clock))
    }

    /// All ports over it, by a clock.
    pub(crate) fn stores_by(&self, clock: Arc<dyn Clock>) -> Stores {
        let random = Arc::new(SystemRandom);
        match self {
            Self::Sqlite(store) => Stores::from_one(store, clock, random),
            Self::Postgres(store) => Stores::from_one(store, clock, random),
        }
    }

    pub(crate) fn directory(&self) -> Arc<dyn Directory> {
        match self {
            Self::Sqlite(store) => store.clone(),
            Self::Postgres(store) => store.clone(),
        }
    }

    pub(crate) fn idempotency(&self) -> Arc<dyn IdempotencyStore> {
        match self {
            Self::Sqlite(store) => store.clone(),
            Self::Postgres(store) => store.clone(),
        }
    }

    /// Makes a setting of the installation and answers with its value: the given one, or the one made before.
    pub(crate) async fn add_setting(&self, name: &str, value: &[u8]) -> port::Result<Vec<u8>> {
        match self {
            Self::Sqlite(store) => store.add_setting(name, value).await,
            Self::Postgres(store) => store.add_setting(name, value).await,
        }
    }

    /// Word of what other nodes write; `None` where there can be no other.
    pub(crate) fn notices(&self) -> Option<Box<dyn Notices>> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(store) => Some(Box::new(store.listen())),
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(store) => store.close().await,
            Self::Postgres(store) => store.close(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_its_password() {
        let table = [
            ("sqlite:veralux.db", "sqlite:veralux.db"),
            ("sqlite:///var/lib/v.db", "sqlite:/var/lib/v.db"),
            ("postgresql://ann:hunter22@db:5433/v?sslmode=require&password=x", "postgresql://ann@db:5433/v"),
            ("postgres://db/v", "postgres://db/v"),
        ];
        for (text, shown) in table {
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!(url.to_string(), shown, "{text}");
            assert!(!format!("{url:?}").contains("hunter22"), "{text}");
        }
        for text in [
            "postgresql://ann:hunt@er#22@db/v",
            "postgresql://ann:hunt@er22@db/v",
            "postgresql://ann:22#hunter@db/v",
            "postgresql://ann:22?hunter@db/v",
            "postgresql://ann:22/hunter@db/v",
            "postgresql://ann:hunter22/@db/v",
        ] {
            assert!(DatabaseUrl::parse(text).is_err_and(|fault| !fault.contains("hunt")), "{text}");
        }
        for text in [
            "postgresql://ann:hunter22@a,b/v",
            "postgresql://ann:hunter22@a:5432,b:5433/v?target_session_attrs=read-write",
            "postgresql://ann:hunter22@/v?host=a",
            "postgresql://ann:hunter22@a/v?sslmode=require&host=b",
            "postgresql:///v?hostaddr=10.0.0.1",
        ] {
            let fault = DatabaseUrl::parse(text).unwrap_err();
            assert!(fault.contains("must name one host") && !fault.contains("hunt"), "{text}: {fault}");
        }
        assert!(DatabaseUrl::parse("postgresql://ann:a%2Cb@db/v").is_ok());
        for text in ["", "mysql://db/v", "postgresql:", "sqlite:", "sqlite::memory:"] {
            assert!(DatabaseUrl::parse(text).is_err() || text == "postgresql:", "{text}");
        }
    }
}
