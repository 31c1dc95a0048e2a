//! `veralux backup`.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use serde_json::json;

use super::command::KeysAccess;
use super::fail;
use super::settings::{Environment, RootKeySource, database_url};

pub(crate) fn run(to: &Path, access: &KeysAccess) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&[error.to_string()]),
    };
    let printed = runtime
        .block_on(back_up(to, access))
        .and_then(|line| writeln!(std::io::stdout().lock(), "{line}").map_err(|error| error.to_string()));
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(&[fault]),
    }
}

async fn back_up(to: &Path, access: &KeysAccess) -> Result<serde_json::Value, String> {
    let environment = Environment::of_process();
    let database = database_url(&access.database, &environment)?;
    let bytes = database.back_up(to).await?;
    let root_keys = RootKeySource::read(&access.root_keys, &environment, &database)?;
    let root_keys =
        root_keys.path().map_or_else(|| "the settings".to_owned(), |path| path.display().to_string());
    let keep =
        format!("the root keys in {root_keys} too, apart from it: without them no credential in it opens");
    Ok(
        json!({"database": database.to_string(), "backup": to.display().to_string(), "bytes": bytes, "keep": keep}),
    )
}
