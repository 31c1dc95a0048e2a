use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;
use veralux_core::port::{self, Conflict};
use veralux_core::service::Error;

use crate::Api;
use crate::web::Json;

/// How long all of them may take. Whoever asks decides where requests go, and cannot wait for a store to be given up.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the server can do its work.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Readiness {
    /// Every dependency answers.
    ready: bool,
    /// The database: `up`, `down`, or `read_only` where it answers and takes no writes.
    #[schema(example = "up")]
    database: &'static str,
    /// The store that the voice runtime reads: `up`, `down`, `refused` where it does not let its user do what a server does,
    /// `foreign` where it holds another installation's contract, or `none` where that is the database.
    #[schema(example = "none")]
    runtime_store: &'static str,
    /// Tenants whose publishes wait until the runtime store has them; absent where that is the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 0)]
    publishes_waiting: Option<u64>,
    /// What is not well, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "redis: down, 3 publishes wait")]
    detail: Option<String>,
}

/// How the database is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Database {
    Up,
    /// It answers, and takes no writes: a replica, a full disk.
    ReadOnly,
    Down,
}

/// How the store is that the voice runtime reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Redis {
    Up,
    Down,
    /// It does not let its user do this.
    Refused(&'static str),
    /// It holds another installation's contract.
    Foreign,
    /// There is none.
    None,
}

impl Redis {
    fn of(answer: &Result<Option<()>, Error>) -> Self {
        match answer {
            Ok(Some(())) => Self::Up,
            Ok(None) => Self::None,
            Err(Error::Port(port::Error::Conflict(Conflict::OtherInstallation))) => Self::Foreign,
            Err(Error::Port(port::Error::NotPermitted(what))) => Self::Refused(what),
            Err(_) => Self::Down,
        }
    }
}

/// Whether every dependency answers and takes writes; 503 when one does not.
#[utoipa::path(
    get, path = "/ready", tag = "health", security(()),
    responses((status = OK, body = Readiness), (status = SERVICE_UNAVAILABLE, body = Readiness)),
)]
pub(crate) async fn ready(State(api): State<Api>) -> Response {
    // Side by side, and for all that one asks of the other: what hangs keeps nobody from hearing of the rest.
    let deadline = Instant::now() + PATIENCE;
    let asked = (ask_database(&api, deadline), timeout_at(deadline, api.publisher().ping_projection()));
    let ((database, waiting), projection) = tokio::join!(asked.0, asked.1);
    // One that takes too long is as one that does not answer.
    let redis = projection.map_or(Redis::Down, |answer| Redis::of(&answer));
    let waiting = waiting.filter(|_| redis != Redis::None);
    let ready = database == Database::Up && matches!(redis, Redis::Up | Redis::None);
    let body = Readiness {
        ready,
        database: match database {
            Database::Up => "up",
            Database::ReadOnly => "read_only",
            Database::Down => "down",
        },
        detail: detail(database, redis, waiting),
        publishes_waiting: waiting,
        runtime_store: match redis {
            Redis::Up => "up",
            Redis::Down => "down",
            Redis::Refused(_) => "refused",
            Redis::Foreign => "foreign",
            Redis::None => "none",
        },
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

/// How the database is, and how many publishes it says to wait. With one look after the other a database that hangs costs one
/// connection; one that answers the first and not the second is down like one that answers neither.
async fn ask_database(api: &Api, deadline: Instant) -> (Database, Option<u64>) {
    let directory = &api.parts().stores.directory;
    let database = match timeout_at(deadline, directory.takes_writes()).await {
        Ok(Ok(true)) => Database::Up,
        Ok(Ok(false)) => Database::ReadOnly,
        Ok(Err(_)) | Err(_) => return (Database::Down, None),
    };
    match timeout_at(deadline, api.publisher().waiting()).await {
        Ok(Ok(waiting)) => (database, Some(waiting)),
        Ok(Err(_)) | Err(_) => (Database::Down, None),
    }
}

fn detail(database: Database, redis: Redis, waiting: Option<u64>) -> Option<String> {
    let waiting = match waiting {
        None | Some(0) => String::new(),
        Some(1) => ", 1 publish waits".to_owned(),
        Some(more) => format!(", {more} publishes wait"),
    };
    let database = match database {
        Database::Up => None,
        Database::ReadOnly => Some("database: answers, but takes no writes".to_owned()),
        Database::Down => Some("database: down".to_owned()),
    };
    let redis = match (redis, waiting.is_empty()) {
        (Redis::Up | Redis::None, true) => None,
        (Redis::Up | Redis::None, false) => Some(format!("redis: up{waiting}")),
        (Redis::Down, _) => Some(format!("redis: down{waiting}")),
        (Redis::Refused(what), _) => Some(format!("redis: refuses {what}{waiting}")),
        (Redis::Foreign, _) => Some(format!("redis: holds another installation's contract{waiting}")),
    };
    let all: Vec<String> = database.into_iter().chain(redis).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

#[cfg(test)]
mod tests {
    use super::Database::{Down, ReadOnly, Up};
    use super::{Redis, detail};

    #[test]
    fn what_is_not_well() {
        for (database, redis, waiting, expected) in [
            (Up, Redis::Up, None, None),
            (Up, Redis::Up, Some(0), None),
            (Up, Redis::Up, Some(2), Some("redis: up, 2 publishes wait")),
            (Up, Redis::Down, Some(0), Some("redis: down")),
            (Up, Redis::Down, Some(1), Some("redis: down, 1 publish waits")),
            (Up, Redis::Refused("`SCAN`"), Some(0), Some("redis: refuses `SCAN`")),
            (
                Up,
                Redis::Foreign,
                Some(1),
                Some("redis: holds another installation's contract, 1 publish waits"),
            ),
            (ReadOnly, Redis::Up, None, Some("database: answers, but takes no writes")),
            (
                ReadOnly,
                Redis::Down,
                Some(2),
                Some("database: answers, but takes no writes; redis: down, 2 publishes wait"),
            ),
            (Down, Redis::Up, None, Some("database: down")),
            (Down, Redis::Down, None, Some("database: down; redis: down")),
        ] {
            assert_eq!(detail(database, redis, waiting).as_deref(), expected, "{expected:?}");
        }
    }
}
