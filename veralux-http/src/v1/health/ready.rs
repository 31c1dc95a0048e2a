use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::time::{Instant, timeout_at};
use utoipa::ToSchema;

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
    /// The store that the voice runtime reads: `up`, `down`, or `none` where that is the database.
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
    let projection = projection.map_err(drop).and_then(|answer| answer.map_err(drop));
    let waiting = waiting.filter(|_| projection != Ok(None));
    let ready = database == Database::Up && projection.is_ok();
    let body = Readiness {
        ready,
        database: match database {
            Database::Up => "up",
            Database::ReadOnly => "read_only",
            Database::Down => "down",
        },
        detail: detail(database, projection.is_ok(), waiting),
        publishes_waiting: waiting,
        runtime_store: projection.map_or("down", |there| if there.is_some() { "up" } else { "none" }),
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

fn detail(database: Database, redis: bool, waiting: Option<u64>) -> Option<String> {
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
        (true, true) => None,
        (true, false) => Some(format!("redis: up{waiting}")),
        (false, _) => Some(format!("redis: down{waiting}")),
    };
    let all: Vec<String> = database.into_iter().chain(redis).collect();
    (!all.is_empty()).then(|| all.join("; "))
}

#[cfg(test)]
mod tests {
    use super::Database::{Down, ReadOnly, Up};
    use super::detail;

    #[test]
    fn what_is_not_well() {
        for (database, redis, waiting, expected) in [
            (Up, true, None, None),
            (Up, true, Some(0), None),
            (Up, true, Some(2), Some("redis: up, 2 publishes wait")),
            (Up, false, Some(0), Some("redis: down")),
            (Up, false, Some(1), Some("redis: down, 1 publish waits")),
            (ReadOnly, true, None, Some("database: answers, but takes no writes")),
            (
                ReadOnly,
                false,
                Some(2),
                Some("database: answers, but takes no writes; redis: down, 2 publishes wait"),
            ),
            (Down, true, None, Some("database: down")),
            (Down, false, None, Some("database: down; redis: down")),
        ] {
            assert_eq!(detail(database, redis, waiting).as_deref(), expected, "{expected:?}");
        }
    }
}
