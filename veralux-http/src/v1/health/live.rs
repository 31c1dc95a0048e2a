use serde::Serialize;
use utoipa::ToSchema;

use crate::web::Json;

/// The server lives.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Live {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process lives. Asks nothing else.
#[utoipa::path(get, path = "/health", tag = "health", security(()), responses((status = OK, body = Live)))]
pub(crate) async fn live() -> Json<Live> {
    Json(Live { status: "ok" })
}
