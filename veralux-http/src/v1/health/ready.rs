use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::web::Json;

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
    let database = api.parts().stores.directory.ping().await.is_ok();
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
