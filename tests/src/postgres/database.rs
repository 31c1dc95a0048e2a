//! A database for one test: a copy of a template that is prepared once a server.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio_postgres::{Client, NoTls};

use super::{PrivatePostgres, SUPERUSER};

/// The role that owns every database.
pub const OWNER: &str = "veralux_owner";
/// The role that the service connects as; it owns nothing.
pub const SERVICE: &str = "veralux_service";

/// Held while roles and templates are made: they are of the server, not of a database.
const LOCK: i64 = 0x7665_7261_6c75_7800;
/// How long a test may take to drop its database; one that is left goes with the server.
const DROP_TIMEOUT: Duration = Duration::from_secs(5);

/// A database of one's own. It is dropped with this.
#[derive(Debug)]
pub struct Database {
    /// Its name.
    pub name: String,
    /// As its owner, [`OWNER`].
    pub owner_url: String,
    /// As [`SERVICE`].
    pub service_url: String,
    /// As a superuser.
    pub superuser_url: String,
    /// As a superuser, to another database: none drops itself.
    maintenance_url: String,
}

impl PrivatePostgres {
    /// A database of one's own, which holds what `prepare` made in it as its owner; it takes about 20 ms.
    ///
    /// `prepare` is called with the owner's URL for the first database of a `key`, which stands for what it does: the
    /// text of all migrations, say. The others are copies. `roles` is run before that, as a superuser, in the database;
    /// it makes [`OWNER`] and [`SERVICE`], and passes over those that exist. (What is granted or set on the database
    /// itself is not copied, as PostgreSQL does not.)
    ///
    /// # Panics
    /// When any of it fails, or when one of the roles is missing, may not log in or is above row level security.
    pub async fn database(&self, roles: &str, key: &str, prepare: impl AsyncFnOnce(String)) -> Database {
        let maintenance_url = self.url(SUPERUSER, SUPERUSER);
        let client = connect(&maintenance_url).await;
        let mut hasher = DefaultHasher::new();
        (roles, key).hash(&mut hasher);
        let template = format!("template_{:016x}", hasher.finish());
        if !exists(&client, &template).await {
            self.make_template(&client, &template, roles, prepare).await;
        }

        let name = fresh_name();
        // Without `fsync` this is the faster strategy: 7 ms against 12 ms in memory, 20 ms against 50 ms on a disk.
        run(&client, &format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} STRATEGY file_copy"))
            .await;
        Database {
            owner_url: self.url(OWNER, &name),
            service_url: self.url(SERVICE, &name),
            superuser_url: self.url(SUPERUSER, &name),
            name,
            maintenance_url,
        }
    }

    async fn make_template(
        &self,
        client: &Client,
        template: &str,
        roles: &str,
        prepare: impl AsyncFnOnce(String),
    ) {
        // It is given back with the connection, whatever happens to this process.
        run(client, &format!("SELECT pg_advisory_lock({LOCK})")).await;
        if !exists(client, template).await {
            // Under its own name only when it is whole; somebody may have been killed in the middle.
            let draft = format!("draft_of_{template}");
            run(client, &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)")).await;
            run(client, &format!("CREATE DATABASE {draft} STRATEGY file_copy")).await;
            run(&connect(&self.url(SUPERUSER, &draft)).await, roles).await;
            require_plain_roles(client).await;
            run(client, &format!("ALTER DATABASE {draft} OWNER TO {OWNER}")).await;
            prepare(self.url(OWNER, &draft)).await;
            // A template has no connections; those of `prepare` may still be closing.
            run(client, &format!("ALTER DATABASE {draft} ALLOW_CONNECTIONS false")).await;
            let end = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname";
            run(client, &format!("{end} = '{draft}'")).await;
            run(client, &format!("ALTER DATABASE {draft} RENAME TO {template}")).await;
        }
        run(client, &format!("SELECT pg_advisory_unlock({LOCK})")).await;
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (url, name) = (self.maintenance_url.clone(), self.name.clone());
        // In a thread: a runtime cannot wait for another one.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime
                .block_on(async { tokio::time::timeout(DROP_TIMEOUT, drop_database(&url, &name)).await })?;
            std::io::Result::Ok(())
        });
        // The server may be gone, or may not answer; then the database goes with it.
        let _ = dropped.join();
    }
}

async fn drop_database(url: &str, name: &str) {
    let Ok((client, connection)) = tokio_postgres::connect(url, NoTls).await else { return };
    tokio::spawn(connection);
    let _ = client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
}

/// A connection, which the current runtime drives.
///
/// # Panics
/// When the server refuses it.
pub async fn connect(url: &str) -> Client {
    let connected = tokio_postgres::connect(url, NoTls).await;
    let (client, connection) =
        connected.unwrap_or_else(|error| panic!("no connection to {url}: {}", chain(&error)));
    tokio::spawn(connection);
    client
}

async fn run(client: &Client, sql: &str) {
    client.batch_execute(sql).await.unwrap_or_else(|error| panic!("{}, in:\n{sql}", chain(&error)));
}

async fn exists(client: &Client, database: &str) -> bool {
    let found = client.query_opt("SELECT FROM pg_database WHERE datname = $1", &[&database]).await;
    found.unwrap_or_else(|error| panic!("{}", chain(&error))).is_some()
}

/// A test as a role that is above row level security would prove nothing.
async fn require_plain_roles(client: &Client) {
    for role in [OWNER, SERVICE] {
        let sql =
            "SELECT FROM pg_roles WHERE rolname = $1 AND rolcanlogin AND NOT rolsuper AND NOT rolbypassrls";
        let found = client.query_opt(sql, &[&role]).await.unwrap_or_else(|error| panic!("{}", chain(&error)));
        assert!(found.is_some(), "the script of roles makes no `{role}` that may log in and is a plain role");
    }
}

/// A name that no other database of the server has: tests run in many processes, whose numbers come again.
fn fresh_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    format!("test_{now:x}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// An error of tokio-postgres says little; its source says what the server said.
fn chain(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
