//! The Redis beside the database, and whose it is.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use serde_json::json;
use veralux_core::port::{self, Conflict, Random, RateCounter, RuntimeProjection};
use veralux_redis::{RedisRuntimeStore, RedisSettings};

use super::chain;
use super::command::DatabaseArguments;
use super::database::{Database, Pending};
use super::fail;
use super::settings::{self, DEFAULT_CONNECTIONS, Environment, Redis, database_url};
use super::system::SystemRandom;

/// What is wrong with a Redis that is another installation's, and the ways out.
pub(crate) const FOREIGN: &str = "what Redis holds is another installation's: give this one a Redis of its own, or prefixes \
                                  (RUNTIME_MAP_PREFIX, RUNTIME_CONFIG_PREFIX); where the other one is no more, take it over with \
                                  `veralux runtime take-over`";

/// What is in Redis: what the voice runtime reads, and counts for all nodes.
pub(crate) struct Runtime {
    pub(crate) projection: Option<Arc<dyn RuntimeProjection>>,
    pub(crate) rate: Option<Arc<dyn RateCounter>>,
    pub(crate) line: String,
}

/// Redis, if there is one. One that is away for now is waited for while serving; one that can never do is an error.
///
/// # Errors
/// A sentence with the setting's name.
pub(crate) async fn open(redis: Option<&Redis>, database: &Database) -> Result<Runtime, String> {
    let Some(redis) = redis else {
        let line = "none; the voice runtime's contract is in the database".to_owned();
        return Ok(Runtime { projection: None, rate: None, line });
    };
    let settings = settings(redis, database).await?;
    let store = RedisRuntimeStore::new(&settings).map_err(failed)?;
    let rate = store.rate_counter(&redis.prefix);
    let reached = match store.ping().await {
        Ok(()) => rate.check().await,
        error => error,
    };
    let line = match reached {
        Ok(()) => "connected; the voice runtime's contract is published there".to_owned(),
        Err(error @ port::Error::Transient { .. }) => {
            let tls = if redis.url.expose().starts_with("rediss:") { "; does it speak TLS?" } else { "" };
            format!("does not answer ({}){tls}; publishing catches up as soon as it does", chain(&error))
        }
        Err(port::Error::Conflict(Conflict::OtherInstallation)) => {
            format!("{FOREIGN}; nothing is published there")
        }
        Err(error) => return Err(failed(error)),
    };
    Ok(Runtime { projection: Some(Arc::new(store)), rate: Some(Arc::new(rate)), line })
}

/// With the installation's id, which is made once and is in the database.
async fn settings(redis: &Redis, database: &Database) -> Result<RedisSettings, String> {
    let fresh: [u8; 16] = (&SystemRandom as &dyn Random).bytes();
    let id = database.add_setting("installation", &fresh).await.map_err(|error| chain(&error))?;
    let id: [u8; 16] =
        id.try_into().map_err(|_| "the installation's id in the database is none".to_owned())?;
    let id = format!("{:032x}", u128::from_be_bytes(id));
    let keys = redis.keys.clone();
    Ok(RedisSettings { keys, installation: Some(id), ..RedisSettings::new(redis.url.clone()) })
}

fn failed(error: port::Error) -> String {
    match error {
        port::Error::NotPermitted(_) => format!(
            "REDIS_URL (--redis): Redis refuses: {}; what a server needs of it is in DEPLOYMENT.md under \"Redis\"",
            chain(&error)
        ),
        other => format!("REDIS_URL (--redis): {}", chain(&other)),
    }
}

/// `veralux runtime take-over`.
pub(crate) fn take_over(database: &DatabaseArguments, redis: Option<&str>) -> ExitCode {
    let environment = Environment::of_process();
    let redis = match settings::redis(redis, &environment) {
        Ok(redis) => redis,
        Err(faults) => return fail(&faults),
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&[error.to_string()]),
    };
    let taken = runtime.block_on(async {
        let url = database_url(database, &environment)?;
        let database = Database::open(&url, DEFAULT_CONNECTIONS, Pending::Refuse).await?;
        let settings = settings(&redis, &database).await?;
        database.close().await;
        let store = RedisRuntimeStore::new(&settings).map_err(failed)?;
        store.take_over().await.map_err(failed)
    });
    let printed = taken.and_then(|was_anothers| {
        let line = json!({"taken": true, "wasAnothers": was_anothers});
        writeln!(std::io::stdout().lock(), "{line}").map_err(|error| error.to_string())
    });
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => fail(&[fault]),
    }
}
