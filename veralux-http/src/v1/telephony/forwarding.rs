use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ForwardingView;
use crate::Api;
use crate::web::{Json, PageParams, Paging, Params, Problem, ProblemBody, Reader, path_id};

/// Which configurations.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct OfNumber {
    /// Only that of this verified number; all when absent.
    verified_caller_id: Option<String>,
}

/// `config` when a number was named, else a page of `configs`.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoundForwarding {
    success: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<ForwardingView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    configs: Option<Vec<ForwardingView>>,
    /// Send it as `cursor` for the next page; null on the last.
    next_cursor: Option<String>,
}

/// The forwarding configuration of a verified number, or those of all.
#[utoipa::path(
    get, path = "/api/telephony/forwarding-config", tag = "telephony", params(OfNumber, PageParams),
    responses(
        (status = OK, body = FoundForwarding),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody),
    ),
)]
pub(crate) async fn forwarding(
    State(api): State<Api>,
    Reader { tenant }: Reader,
    Params(of): Params<OfNumber>,
    paging: Paging,
) -> Result<Json<FoundForwarding>, Problem> {
    let found = FoundForwarding { success: true, config: None, configs: None, next_cursor: None };
    if let Some(id) = of.verified_caller_id {
        let id = path_id(&id, "forwarding_not_found", "forwarding configuration")?;
        let config = api.forwardings().find(&tenant, &id).await?.into();
        return Ok(Json(FoundForwarding { config: Some(config), ..found }));
    }
    let listed = api.forwardings().list(&tenant, &paging.page(false)).await?.map(ForwardingView::from);
    Ok(Json(FoundForwarding { configs: Some(listed.items), next_cursor: paging.mark(listed.next), ..found }))
}
