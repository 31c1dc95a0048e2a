use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::party::NumberClass;
use veralux_core::service::Provision;

use super::operations::{Provisioned, settle};
use super::typed;
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// A number that a provider has for sale.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PurchaseNumber {
    #[schema(example = "+14155550100")]
    e164: String,
    #[schema(value_type = String, example = "pool")]
    class: NumberClass,
    /// `twilio` or `telnyx`.
    #[schema(example = "telnyx")]
    provider: String,
}

/// Buys a number, leads its calls and messages here, and takes it into use.
///
/// A purchase costs money and is made in steps that survive crashes and lost answers: it is never made twice and no bought
/// number is lost. What takes longer than some seconds goes on by itself; see `/api/numbers/operations`.
/// What is in the operator's account already is not bought by a tenant's key: the operator imports it (`operators_only`).
#[utoipa::path(
    post, path = "/api/numbers/purchase", tag = "numbers", request_body = PurchaseNumber,
    responses(
        (status = CREATED, body = Provisioned, description = "The number is in use"),
        (status = ACCEPTED, body = Provisioned, description = "It goes on by itself"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody, description = "`read_only_key`, `operators_only`"),
        (status = CONFLICT, body = ProblemBody, description = "The number is held, an operation with it runs, or the provider is not connected"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "The provider refuses; the operation can be tried again"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn purchase(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<PurchaseNumber>,
) -> Result<(StatusCode, Json<Provisioned>), Problem> {
    let number = typed(&body.e164)?;
    let provision = Provision::Purchase { number, class: body.class, provider: body.provider };
    let operation = api.provisioning().start(&context, &tenant, provision).await?;
    let (status, provisioned) = settle(&api, &tenant, operation, StatusCode::CREATED).await?;
    Ok((status, Json(provisioned)))
}
