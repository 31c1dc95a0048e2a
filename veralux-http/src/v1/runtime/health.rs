use std::time::Instant;

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody};

/// How the stores of the runtime contract are.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuntimeHealth {
    /// The database: the source of truth.
    ledger: StoreHealth,
    /// What the voice runtime reads; absent where that is the database.
    #[serde(skip_serializing_if = "Option::is_none")]
    projection: Option<StoreHealth>,
}

/// How one store is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StoreHealth {
    /// `up` or `down`.
    #[schema(example = "up")]
    status: &'static str,
    /// How long it took to answer or to fail, in microseconds.
    #[schema(example = 180)]
    micros: u64,
}

/// Whether ledger and projection answer, and how fast; 503 when one does not.
#[utoipa::path(
    get, path = "/api/admin/runtime/health", tag = "runtime", operation_id = "runtime_health",
    responses(
        (status = OK, body = RuntimeHealth),
        (status = SERVICE_UNAVAILABLE, body = RuntimeHealth),
        (status = UNAUTHORIZED, body = ProblemBody),
    ),
)]
pub(crate) async fn health(
    State(api): State<Api>,
    _: Auth,
) -> Result<(StatusCode, Json<RuntimeHealth>), Problem> {
    let parts = api.parts();
    let began = Instant::now();
    let ledger = StoreHealth::of(parts.stores.directory.ping().await.is_ok(), began);
    let projection = match &parts.projection {
        None => None,
        Some(projection) => {
            let began = Instant::now();
            Some(StoreHealth::of(projection.ping().await.is_ok(), began))
        }
    };
    let up = ledger.is_up() && projection.as_ref().is_none_or(StoreHealth::is_up);
    let status = if up { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Ok((status, Json(RuntimeHealth { ledger, projection })))
}

impl StoreHealth {
    fn of(up: bool, began: Instant) -> Self {
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        Self { status: if up { "up" } else { "down" }, micros }
    }

    fn is_up(&self) -> bool {
        self.status == "up"
    }
}
