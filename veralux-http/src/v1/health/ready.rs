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
    let word = |up| if up { "up" } else { "down" };
    let body = Readiness {
        ready,
        database: word(database),
        runtime_store: projection.map_or("down", |there| if there.is_some() { "up" } else { "none" }),
    };
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(body)).into_response()
}
