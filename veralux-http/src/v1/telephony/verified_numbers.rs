use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use veralux_core::port::{CallerId, Forwarding};
use veralux_core::time::Instant;

use crate::Api;
use crate::web::{Json, PageParams, Paging, Params, Problem, ProblemBody, Reader};

/// Which numbers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Those too whose proof is pending, failed or expired.
    #[serde(default)]
    all: bool,
}

/// A page of numbers.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VerifiedNumbers {
    success: bool,
    numbers: Vec<VerifiedNumberView>,
    /// Send it as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
}

/// A number that the tenant proves, or has proved, to be its own.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = VerifiedNumber)]
pub(crate) struct VerifiedNumberView {
    id: String,
    phone_number: String,
    friendly_name: Option<String>,
    /// `pending`, `verified`, `failed` or `expired`.
    status: String,
    #[schema(format = DateTime)]
    verified_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    has_forwarding_config: bool,
    forwarding_config_id: Option<String>,
    /// Of its configuration: `pending_setup`, `active` or `disabled`.
    forwarding_status: Option<String>,
}

impl VerifiedNumberView {
    fn new((found, forwarding): (CallerId, Option<Forwarding>), now: Instant) -> Self {
        Self {
            id: found.id.to_string(),
            phone_number: found.number.to_string(),
            friendly_name: found.name,
            status: found.verification.status(now).to_string(),
            verified_at: found.verification.verified_at().map(|at| at.to_string()),
            created_at: found.created_at.to_string(),
            has_forwarding_config: forwarding.is_some(),
            forwarding_config_id: forwarding.as_ref().map(|forwarding| forwarding.id.to_string()),
            forwarding_status: forwarding.map(|forwarding| forwarding.status.to_string()),
        }
    }
}

/// The tenant's verified numbers, by id.
#[utoipa::path(
    get, path = "/api/telephony/verified-numbers", tag = "telephony", params(Which, PageParams),
    responses((status = OK, body = VerifiedNumbers), (status = BAD_REQUEST, body = ProblemBody)),
)]
pub(crate) async fn verified_numbers(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Params(which): Params<Which>,
    paging: Paging,
) -> Result<Json<VerifiedNumbers>, Problem> {
    let listed = api.caller_ids().list(&tenant, !which.all, &paging.page(false)).await?;
    let now = api.clock().now();
    let numbers = listed.items.into_iter().map(|found| VerifiedNumberView::new(found, now)).collect();
    Ok(Json(VerifiedNumbers { success: true, numbers, next_cursor: paging.mark(listed.next) }))
}
