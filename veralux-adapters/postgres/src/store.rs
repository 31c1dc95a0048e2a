//! The store: what every port reads and writes with.

use std::sync::Arc;

use veralux_core::id::TenantId;
use veralux_core::port;

use crate::connections::Connections;
use crate::ledger::group::Groups;
use crate::look_up::LookUps;
use crate::notices::Listener;
use crate::reader::Reader;
use crate::settings::{Options, Settings};
use crate::transaction::Scope;
use crate::{migrate, pooler, role};

/// Every port of the core over one PostgreSQL database. Cheap to clone; clones share the connections.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    connections: Connections,
    look_ups: LookUps,
    groups: Arc<Groups>,
}

impl PostgresStore {
    /// Connects as the service's role. Must be called within a tokio runtime.
    ///
    /// `url` is `postgresql://role:password@host:port/database` or any other form that libpq knows and tokio-postgres reads. To
    /// another machine TLS is required and the server's certificate verified against the machine's roots, unless the URL says
    /// `sslmode=disable`.
    ///
    /// # Errors
    /// `Invalid` when the URL cannot be read, when migrations are pending, when the role may not read the tables, or when it would
    /// see the rows of every tenant: it is superuser, has BYPASSRLS, or owns a table, or when a pooler in
    /// between pools transactions. Permanent when the schema is of a newer or altered program. Else transient, permanent or not permitted.
    pub async fn connect(url: &str, options: &Options) -> port::Result<Self> {
        let connections = Connections::new(Settings::parse(url, options)?, options.connections)?;
        let shared = Shared {
            look_ups: LookUps::new(connections.clone()),
            groups: Arc::new(Groups::new(connections.clone())),
            connections,
        };
        let store = Self { shared: Arc::new(shared) };
        pooler::check(store.connections()).await?;
        role::check(store.installation()).await?;
        let migrations = migrate::status_of(store.installation()).await.map_err(|error| match error {
            port::Error::NotPermitted(_) => port::Error::Invalid(
                "the role may not read the tables: connect as `veralux_service`, or GRANT veralux_service to it, see roles.sql",
            ),
            other => other,
        })?;
        if migrations.iter().any(|status| status.applied_at.is_none()) {
            return Err(port::Error::Invalid(
                "the database has pending migrations: run `veralux migrate up` as the owner of its tables",
            ));
        }
        Ok(store)
    }

    /// Closes the connections. Later calls fail with a transient error.
    pub fn close(&self) {
        self.shared.connections.close();
        self.shared.look_ups.close();
    }

    /// Hears what this and other nodes write, over a connection beside the pool's.
    pub fn listen(&self) -> Listener {
        Listener::new(self.connections().settings().clone())
    }

    pub(crate) fn connections(&self) -> &Connections {
        &self.shared.connections
    }

    pub(crate) fn groups(&self) -> &Arc<Groups> {
        &self.shared.groups
    }

    pub(crate) fn look_ups(&self) -> &LookUps {
        &self.shared.look_ups
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
        Reader::new(self.connections(), scope)
    }
}
