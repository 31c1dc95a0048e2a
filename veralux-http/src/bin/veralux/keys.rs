//! `veralux keys`: the root keys, changed while servers serve over the same database.

mod destroy;
mod import;
mod rewrap;
mod status;

use std::io::Write as _;
use std::process::ExitCode;
use std::time::Duration;

use veralux_core::service::{Context, RootKeyDesk, Stores};

use super::chain;
use super::command::{KeysAccess, KeysCommand};
use super::database::{Database, Pending};
use super::fail;
use super::settings::{
    DEFAULT_CONNECTIONS, Environment, RootKeySource, VaultSettings, database_url, reload_every,
};
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
    office.database.close().await;
    done
}

async fn rotate(office: &Office, to: u32) -> Outcome {
    let keys = office.desk.status().await.map_err(|error| chain(&error))?;
    if let Some(status) = keys.iter().find(|status| status.key.id == to) {
        let age = office.stores.clock.now().micros() - status.key.created_at.micros();
        let age = Duration::from_micros(u64::try_from(age).unwrap_or(0));
        if let Some(rest) = office.hearsay.checked_sub(age).filter(|_| status.held) {
            note(&format!("waiting for {} s, in which every server reads the new key", rest.as_secs() + 1));
            tokio::time::sleep(rest).await;
        }
    }
    office.desk.rotate(&Office::CONTEXT, to).await.map_err(|error| chain(&error))?;
    say(&format!(
        "root key {to} seals from now on; every server hears of it within {} s",
        office.hearsay.as_secs()
    ))?;
    say("now move what lies under the others: veralux keys rewrap")
}

/// The database with its keys.
pub(crate) struct Office {
    database: Database,
    stores: Stores,
    node: NodeVault,
    desk: RootKeyDesk,
    /// What every server needs at most to hear of a change of the root keys, and some more.
    hearsay: Duration,
}

impl Office {
    async fn open(access: &KeysAccess) -> Result<Self, String> {
        let environment = Environment::of_process();
        let url = database_url(&access.database, &environment)?;
        let root_keys = RootKeySource::read(&access.root_keys, &environment, &url)?;
        let database = Database::open(&url, DEFAULT_CONNECTIONS, Pending::Refuse).await?;
        let stores = database.stores().await?;
        let reload_every = reload_every(&environment)?;
        let settings = VaultSettings { root_keys, reload_every, tenant_vapi: true, google: None };
        let node = NodeVault::open(&settings, &stores, false, |_| Ok(None)).await?;
        let desk = RootKeyDesk::new(stores.clone(), node.held.clone(), node.vault.clone());
        let hearsay = reload_every + Duration::from_secs(2);
        Ok(Self { database, stores, node, desk, hearsay })
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
