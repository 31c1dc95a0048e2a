use axum::extract::{Path, State};
use axum::http::StatusCode;
use veralux_core::service::Provision;

use super::operations::{Provisioned, settle};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer, path_id};

/// Gives an inactive number back to its provider, for good: somebody else may buy it, another tenant too.
///
/// The number and its threads stay readable with `givenBackAt`. It is the tenant's again once it is bought or imported anew, which is
/// refused while another tenant holds it.
///
/// What is in the operator's account the operator gives back (`operators_only`); a tenant's key what is in an account that the
/// tenant has connected.
#[utoipa::path(
    post, path = "/api/numbers/{id}/release-at-provider", tag = "numbers", params(("id" = String, Path)),
    responses(
        (status = OK, body = Provisioned, description = "It is given back"),
        (status = ACCEPTED, body = Provisioned, description = "It goes on by itself"),
        (status = BAD_REQUEST, body = ProblemBody, description = "It came through no provider of numbers"),
        (status = FORBIDDEN, body = ProblemBody, description = "`read_only_key`, `operators_only`"),
        (status = NOT_FOUND, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody, description = "`number_in_use`, `number_given_back`, or an operation with it runs"),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "The provider refuses"),
        (status = BAD_GATEWAY, body = ProblemBody, description = "The provider's answer is not understood"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn release_at_provider(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Provisioned>), Problem> {
    let id = path_id(&id, "number_not_found", "number")?;
    let operation = api.provisioning().start(&context, &tenant, Provision::Release(id)).await?;
    let (status, provisioned) = settle(&api, &tenant, operation, StatusCode::OK).await?;
    Ok((status, Json(provisioned)))
}
