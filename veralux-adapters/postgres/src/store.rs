//! The store: a pool of connections, and who reads over them.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, QueueMode, RecyclingMethod, Runtime, Timeouts};
use tokio_postgres::Row;
use veralux_core::id::TenantId;
use veralux_core::port::{self, Listed, Page};
use veralux_sql::Record;

use crate::error::{Cause, Doing as _, Result};
use crate::ledger::Groups;
use crate::look_up::LookUps;
use crate::query::{Outcome, Query};
use crate::row;
use crate::settings::Settings;
use crate::transaction::{Scope, read, write};
use crate::{migrate, role};

const OPENING: &str = "opening the database";

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

/// Every port of the core over one PostgreSQL database. Cheap to clone; clones share the connections.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    pool: Pool,
    settings: Settings,
    groups: Groups,
    look_ups: LookUps,
}

impl PostgresStore {
    /// Connects as the service's role. Must be called within a tokio runtime.
    ///
    /// `url` is `postgresql://role:password@host:port/database` or any other form that libpq knows and tokio-postgres reads. To
    /// another machine TLS is required and the server's certificate verified against the machine's roots, unless the URL says
    /// `sslmode=disable`.
    ///
    /// # Errors
    /// `Invalid` when the URL cannot be read, when migrations are pending, when the schema is of a newer program, or when
    /// the role would see the rows of every tenant: it is superuser, has BYPASSRLS, or owns a table. Else transient, permanent
    /// or not permitted.
    pub async fn connect(url: &str, options: &Options) -> port::Result<Self> {
        let settings = Settings::parse(url, options)?;
        let store = Self {
            shared: Arc::new(Shared {
                pool: pool(&settings, options)?,
                settings,
                groups: Groups::default(),
                look_ups: LookUps::default(),
            }),
        };
        drop(store.pool().get().await.doing(OPENING)?);
        role::check(&store).await?;
        if migrate::status_of(&store).await?.iter().any(|status| status.applied_at.is_none()) {
            return Err(port::Error::Invalid(
                "the database has pending migrations: run `veralux migrate up` as the owner of its tables",
            ));
        }
        Ok(store)
    }

    /// Closes the connections. Later calls fail with a transient error.
    pub fn close(&self) {
        self.shared.pool.close();
        self.shared.look_ups.close();
    }

    pub(crate) fn pool(&self) -> &Pool {
        &self.shared.pool
    }

    pub(crate) fn groups(&self) -> &Groups {
        &self.shared.groups
    }

    pub(crate) fn look_ups(&self) -> &LookUps {
        &self.shared.look_ups
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.shared.settings
    }

    /// Who reads the rows of one tenant.
    pub(crate) fn of<'a>(&'a self, tenant: &'a TenantId) -> Reader<'a> {
        self.reader(Scope::Tenant(tenant))
    }

    /// Who reads what belongs to no tenant.
    pub(crate) fn installation(&self) -> Reader<'_> {
        self.reader(Scope::Installation)
    }

    pub(crate) fn reader<'a>(&'a self, scope: Scope<'a>) -> Reader<'a> {
        Reader { store: self, scope }
    }
}

/// Reads in one scope.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    store: &'a PostgresStore,
    scope: Scope<'a>,
}

impl Reader<'_> {
    pub(crate) async fn rows(self, doing: &'static str, query: Query) -> Result<Vec<Row>> {
        let outcome = read(self.store, self.scope, &query).await.doing(doing)?;
        let done = outcome.into_result().doing(doing)?;
        Ok(done.into_iter().next().unwrap_or_default().rows)
    }

    /// Runs one statement that writes what belongs to no tenant, and says how many rows it wrote.
    pub(crate) async fn written(self, doing: &'static str, query: Query) -> Result<u64> {
        let done =
            write(self.store, self.scope, &[&query]).await.and_then(Outcome::into_result).doing(doing)?;
        Ok(done.first().map_or(0, |done| done.written))
    }

    pub(crate) async fn fetch_row(self, doing: &'static str, query: Query) -> Result<Option<Row>> {
        Ok(self.rows(doing, query).await?.into_iter().next())
    }

    /// The record that a query finds.
    pub(crate) async fn fetch<T: Record>(self, doing: &'static str, query: Query) -> port::Result<Option<T>> {
        let row = self.fetch_row(doing, query).await?;
        Ok(row.as_ref().map(row::read).transpose().doing(doing)?)
    }

    /// All records that a query finds.
    pub(crate) async fn fetch_all<T: Record>(
        self,
        doing: &'static str,
        query: Query,
    ) -> port::Result<Vec<T>> {
        let rows = self.rows(doing, query).await?;
        Ok(rows.iter().map(row::read).collect::<std::result::Result<_, _>>().doing(doing)?)
    }

    /// A page of records; the query asks for one more than it holds.
    pub(crate) async fn fetch_page<T: Record>(
        self,
        doing: &'static str,
        query: Query,
        page: &Page,
        key: impl Fn(&T) -> String,
    ) -> port::Result<Listed<T>> {
        Ok(Listed::from_excess(self.fetch_all(doing, query).await?, page, key))
    }
}

fn pool(settings: &Settings, options: &Options) -> Result<Pool> {
    let config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(settings.config.clone(), settings.tls.clone(), config);
    let patience = Some(options.patience);
    Pool::builder(manager)
        .max_size(options.connections.max(1))
        // A few connections that are always in use, with what they have planned and looked up at hand, rather than all in turn.
        .queue_mode(QueueMode::Lifo)
        .timeouts(Timeouts { wait: patience, create: patience, recycle: patience })
        .runtime(Runtime::Tokio1)
        .build()
        .map_err(|_| Cause::Invalid("the pool of connections cannot be made"))
        .doing(OPENING)
}
