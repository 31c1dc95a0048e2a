//! `veralux keys`: the root keys, changed while servers serve over the same database.

mod destroy;
mod import;
mod rewrap;
mod status;

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use veralux_core::service::{Context, RootKeyDesk, Stores};
use veralux_sqlite::{Options, SqliteStore};

use super::command::{KeysAccess, KeysCommand};
use super::fail;
use super::migrate::chain;
use super::settings::{Environment, RootKeySource, VaultSettings, database_url};
use super::system::{SystemClock, SystemRandom};
use super::vault::NodeVault;

/// Ends with a sentence, else with whether everything is well.
type Outcome = Result<bool, String>;

pub(crate) fn run(command: &KeysCommand) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&[error.to_string()]),
    };
    match runtime.block_on(act(command)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(fault) => fail(&[fault]),
    }
}

async fn act(command: &KeysCommand) -> Outcome {
    let (KeysCommand::Status { access, .. }
    | KeysCommand::Rotate { access, .. }
    | KeysCommand::Rewrap { access, .. }
    | KeysCommand::Destroy { access, .. }
    | KeysCommand::Import { access, .. }) = command;
    let office = Office::open(access).await?;
    let done = match command {
        KeysCommand::Status { json, .. } => status::print(&office, *json).await,
        KeysCommand::Rotate { to, .. } => rotate(&office, *to).await,
        KeysCommand::Rewrap { dry_run, batch, concurrency, .. } => {
            rewrap::run(&office, *dry_run, *batch, *concurrency).await
        }
        KeysCommand::Destroy { key: Some(key), abandon_quarantined, .. } => {
            destroy::key(&office, *key, *abandon_quarantined).await
        }
        KeysCommand::Destroy { tenant, yes, .. } => {
            destroy::tenant(&office, tenant.as_deref().unwrap_or_default(), *yes).await
        }
        KeysCommand::Import { tenant, provider, format, key_env, .. } => {
            import::run(&office, tenant, provider, format, key_env).await
        }
    };
    office.store.close().await;
    done
}

async fn rotate(office: &Office, to: u32) -> Outcome {
    office.desk.rotate(to).await.map_err(|error| chain(&error))?;
    say(&format!("root key {to} seals from now on; other servers hear of it within 10 seconds"))?;
    say("now move what lies under the others: veralux keys rewrap")
}

/// The database with its keys.
pub(crate) struct Office {
    store: Arc<SqliteStore>,
    stores: Stores,
    node: NodeVault,
    desk: RootKeyDesk,
}

impl Office {
    async fn open(access: &KeysAccess) -> Result<Self, String> {
        let environment = Environment::of_process();
        let database = database_url(&access.database, &environment);
        let root_keys = RootKeySource::read(&access.root_keys, &environment, &database)?;
        let options = Options { migrate: false, ..Options::default() };
        let store = SqliteStore::connect(&database, &options)
            .await
            .map_err(|error| format!("{database}: {}", chain(&error)))?;
        let store = Arc::new(store);
        let stores = Stores::from_one(&store, Arc::new(SystemClock), Arc::new(SystemRandom));
        let settings = VaultSettings { root_keys, tenant_vapi: true, mock: false, google: None };
        let node = NodeVault::open(&settings, &stores, false).await?;
        let desk = RootKeyDesk::new(stores.clone(), node.held.clone(), node.vault.clone());
        Ok(Self { store, stores, node, desk })
    }

    /// Who acts, for the audit trail.
    const CONTEXT: Context = Context::SYSTEM;
}

/// A line for the person or script; true, so that it can end a command.
fn say(line: &str) -> Outcome {
    writeln!(std::io::stdout().lock(), "{line}").map(|()| true).map_err(|error| error.to_string())
}

/// A line beside what is answered.
fn note(line: &str) {
    // Nobody is left to be told when even this cannot be written.
    let _ = writeln!(std::io::stderr().lock(), "veralux: {line}");
}
