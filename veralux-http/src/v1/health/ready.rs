use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::Api;
use crate::web::Json;

/// How long the database may take. Whoever asks decides where requests go, and cannot wait for a store to be given up.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the server can do its work.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Readiness {
    /// Every dependency answers.
    ready: bool,
    /// The database: `up` or `down`.
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

/// Whether every dependency answers; 503 when one does not.
#[utoipa::path(
    get, path = "/ready", tag = "health", security(()),
    responses((status = OK, body = Readiness), (status = SERVICE_UNAVAILABLE, body = Readiness)),
)]
pub(crate) async fn ready(State(api): State<Api>) -> Response {
    let database =
        timeout(PATIENCE, api.parts().stores.directory.ping()).await.is_ok_and(|ping| ping.is_ok());
    let projection = api.publisher().ping_projection().await;
    let ready = database && projection.is_ok();
    let there = !matches!(projection, Ok(None));
    let waiting = if database && there { api.publisher().waiting().await.ok() } else { None };
    let word = |up| if up { "up" } else { "down" };
    let body = Readiness {
        ready,
        database: word(database),
        detail: detail(database, projection.is_ok(), waiting),
        publishes_waiting: waiting,
        runtime_store: projection.map_or("down", |there| if there.is_some() { "up" } else { "none" }),
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}

fn detail(database: bool, redis: bool, waiting: Option<u64>) -> Option<String> {
    let waiting = match waiting {
        None | Some(0) => String::new(),
        Some(1) => ", 1 publish waits".to_owned(),
        Some(more) => format!(", {more} publishes wait"),
    };
    match (database, redis) {
        (true, true) if waiting.is_empty() => None,
        (true, true) => Some(format!("redis: up{waiting}")),
        (true, false) => Some(format!("redis: down{waiting}")),
        (false, true) => Some("database: down".to_owned()),
        (false, false) => Some("database: down; redis: down".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::detail;

    #[test]
    fn what_is_not_well() {
        for (database, redis, waiting, expected) in [
            (true, true, None, None),
            (true, true, Some(0), None),
            (true, true, Some(2), Some("redis: up, 2 publishes wait")),
            (true, false, Some(0), Some("redis: down")),
            (true, false, Some(1), Some("redis: down, 1 publish waits")),
            (false, true, None, Some("database: down")),
            (false, false, None, Some("database: down; redis: down")),
        ] {
            assert_eq!(detail(database, redis, waiting).as_deref(), expected, "{expected:?}");
        }
    }
}
