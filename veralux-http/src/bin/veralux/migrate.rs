//! `veralux migrate`.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;
use veralux_core::port;
use veralux_sqlite::{Status, migrate_down, migrate_status, migrate_up, path_of};

use super::command::{DatabaseArguments, MigrateAct, MigrateArguments};
use super::fail;
use super::settings::{Environment, database_url};

pub(crate) fn run(arguments: &MigrateArguments) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&[error.to_string()]),
    };
    match runtime.block_on(act(&arguments.act)) {
        Ok(migrations) => print(&migrations),
        Err(error) => fail(&[chain(&error)]),
    }
}

async fn act(act: &MigrateAct) -> port::Result<Vec<Status>> {
    let path = |arguments: &DatabaseArguments| path_of(&database_url(arguments, &Environment::of_process()));
    match act {
        MigrateAct::Up(database) => migrate_up(path(database)?).await,
        MigrateAct::Down { to, database } => migrate_down(path(database)?, *to).await,
        MigrateAct::Status(database) => migrate_status(path(database)?).await,
    }
}

fn print(migrations: &[Status]) -> ExitCode {
    let mut out = std::io::stdout().lock();
    for migration in migrations {
        let line = json!({
            "version": migration.version, "name": migration.name, "appliedAt": migration.applied_at,
        });
        if let Err(error) = writeln!(out, "{line}") {
            return fail(&[error.to_string()]);
        }
    }
    ExitCode::SUCCESS
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
