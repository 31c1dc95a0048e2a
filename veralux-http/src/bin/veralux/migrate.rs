//! `veralux migrate`.

use std::io::Write as _;
use std::process::ExitCode;

use serde_json::json;

use super::command::{MigrateAct, MigrateArguments};
use super::database::{DatabaseUrl, Migration};
use super::fail;
use super::settings::{Environment, owner_url};

pub(crate) fn run(arguments: &MigrateArguments) -> ExitCode {
    match arguments.act {
        MigrateAct::Roles => return print_text(veralux_postgres::ROLES),
        MigrateAct::Owners => return print_text(veralux_postgres::OWNERS),
        MigrateAct::Up(_) | MigrateAct::Down { .. } | MigrateAct::Status(_) => {}
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&[error.to_string()]),
    };
    match runtime.block_on(act(&arguments.act)) {
        Ok(migrations) => print(&migrations),
        Err(fault) => fail(&[fault]),
    }
}

async fn act(act: &MigrateAct) -> Result<Vec<Migration>, String> {
    let environment = Environment::of_process();
    match act {
        MigrateAct::Up(database) => owner_url(database, &environment)?.migrate_up().await,
        MigrateAct::Down { to, yes, database } => {
            let url = owner_url(database, &environment)?;
            if !yes {
                harmless(&url, *to).await?;
            }
            url.migrate_down(*to).await
        }
        MigrateAct::Status(database) => owner_url(database, &environment)?.migrate_status().await,
        MigrateAct::Roles | MigrateAct::Owners => Ok(Vec::new()),
    }
}

/// That nothing is lost when the migrations above a version are taken back.
async fn harmless(url: &DatabaseUrl, to: i64) -> Result<(), String> {
    let all = url.migrate_status().await?;
    let names: Vec<&str> = all
        .iter()
        .filter(|migration| migration.version > to && migration.applied_at.is_some())
        .map(|migration| migration.name)
        .collect();
    if names.is_empty() || !url.was_served().await {
        return Ok(());
    }
    Err(format!(
        "{url}: what {} migrations keep ({}) would be removed for ever; make a copy, then say --yes",
        names.len(),
        names.join(", ")
    ))
}

fn print_text(text: &str) -> ExitCode {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&[error.to_string()]),
    }
}

fn print(migrations: &[Migration]) -> ExitCode {
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
