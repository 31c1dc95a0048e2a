//! The tools of the voice platform's assistants: registered while the server serves, or now.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use veralux_core::port::AssistantPlatform;
use veralux_core::service::{Registering, ToolRegistry};
use veralux_http::Api;

use super::chain;
use super::command::DatabaseArguments;
use super::database::{Database, Pending};
use super::fail;
use super::providers::platform;
use super::settings::{DEFAULT_CONNECTIONS, Environment, database_url, tool_settings};

/// What is waited after each attempt that failed for now; after the last, as long as between two looks.
const PAUSES: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];
/// Between two looks: what another node began and did not end is taken over.
const EVERY: Duration = Duration::from_mins(5);
/// Looks from one time that all links are looked through to the next, while no tool is registered: a day.
const LOOKS: u32 = 24 * 60 / 5;

/// Registers tools in the background, and has assistants get them that were linked before. A platform that is away holds
/// nobody up.
pub(crate) async fn keep_registered(api: Api) {
    let (mut pauses, mut looks, mut passes) = (PAUSES.iter(), 0, 1);
    loop {
        let outcomes = api.tool_registry().sync().await;
        let again = match &outcomes {
            Ok(outcomes) => {
                outcomes.iter().any(|(_, outcome)| *outcome == Registering::Failed { again: true })
            }
            Err(error) => {
                tracing::warn!(error.cause = %chain(error), "tools could not be registered");
                true
            }
        };
        for (tool, outcome) in outcomes.into_iter().flatten() {
            match outcome {
                Registering::Registered => {
                    tracing::info!(tool.name = tool, "a tool was registered");
                    // Once more at the next look: a link may be made right now by who has not heard of it.
                    passes = 2;
                }
                Registering::Failed { again } => {
                    tracing::warn!(tool.name = tool, again, "a tool could not be registered");
                }
                Registering::Kept | Registering::Taken => {}
            }
        }
        looks += 1;
        if looks % LOOKS == 0 {
            passes = passes.max(1);
        }
        if passes > 0 && refresh_links(api.tool_registry()).await {
            passes -= 1;
        }
        if !again {
            pauses = PAUSES.iter();
        }
        let pause = if again { pauses.next().copied() } else { None };
        tokio::time::sleep(pause.unwrap_or(EVERY)).await;
    }
}

/// Whether all links were looked through.
async fn refresh_links(registry: &ToolRegistry) -> bool {
    match registry.refresh_links().await {
        Ok(0) => true,
        Ok(links) => {
            tracing::info!(links, "assistants that were linked before get the tools");
            true
        }
        Err(error) => {
            tracing::warn!(error.cause = %chain(&error), "links could not be looked through");
            false
        }
    }
}

/// `veralux tools sync`.
pub(crate) fn sync(database: &DatabaseArguments) -> ExitCode {
    let environment = Environment::of_process();
    let settings = tool_settings(&environment);
    let url = database_url(database, &environment).map_err(|fault| vec![fault]);
    let ((settings, base_url), url) = match (settings, url) {
        (Ok(settings), Ok(url)) => (settings, url),
        (settings, url) => {
            let faults = [settings.err(), url.err()].into_iter().flatten().flatten();
            return fail(&faults.collect::<Vec<_>>());
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&[error.to_string()]),
    };
    let done = runtime.block_on(async {
        let platform = platform(&settings)?.ok_or("VAPI_API_KEY is not set")?;
        let database = Database::open(&url, DEFAULT_CONNECTIONS, Pending::Refuse).await?;
        let done = print(&database, platform, &base_url).await;
        database.close().await;
        done
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(fault) => fail(&[fault]),
    }
}

/// One document a tool; whether the platform has all of them.
async fn print(
    database: &Database,
    platform: Arc<dyn AssistantPlatform>,
    base_url: &str,
) -> Result<bool, String> {
    let stores = database.stores().await?;
    let registry = ToolRegistry::new(stores.clone(), Some(platform), Some(base_url));
    let mut pauses = PAUSES.iter();
    let outcomes = loop {
        let outcomes = registry.sync().await.map_err(|error| chain(&error))?;
        let again = outcomes.iter().any(|(_, outcome)| *outcome == Registering::Failed { again: true });
        match pauses.next().filter(|_| again) {
            Some(pause) => tokio::time::sleep(*pause).await,
            None => break outcomes,
        }
    };
    // Whichever server works next brings them in line.
    registry.refresh_links().await.map_err(|error| chain(&error))?;
    let all = stores.tools.list().await.map_err(|error| chain(&error))?;
    let mut out = std::io::stdout().lock();
    for (name, outcome) in &outcomes {
        let (state, is_error) = match outcome {
            Registering::Kept => ("kept", false),
            Registering::Registered => ("registered", false),
            Registering::Taken => ("pending", false),
            Registering::Failed { .. } => ("failed", true),
        };
        let row = all.iter().find(|row| row.name == *name);
        let error = row.filter(|_| is_error).and_then(|row| row.error.as_ref());
        let document = json!({
            "name": name,
            "state": state,
            "id": row.and_then(|row| row.remote_id.as_deref()),
            "digest": row.map(|row| row.digest.to_string()),
            "error": error.map(|error| error.sentence.as_str()),
        });
        writeln!(out, "{document}").map_err(|error| error.to_string())?;
    }
    Ok(outcomes.iter().all(|(_, outcome)| !matches!(outcome, Registering::Failed { .. })))
}
