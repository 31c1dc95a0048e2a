use std::collections::BTreeSet;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::party::NumberClass;
use veralux_core::service::{self, Provision};

use super::operations::{Provisioned, number_or_operation, settle};
use super::{NumberView, typed};
use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// A number that the tenant has already.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ImportNumber {
    #[schema(example = "+14155550100")]
    e164: String,
    #[schema(value_type = String, example = "pool")]
    class: NumberClass,
    /// The provider through which it came: `import` (the default) for one that this installation does not work with,
    /// `twilio`, `telnyx`. At one that is connected it is looked for in the account.
    #[schema(example = "twilio")]
    provider: Option<String>,
}

/// Takes a number into use: a new one, or one of the tenant's own that is inactive.
///
/// With a provider that this installation works with (`twilio`, `telnyx`) the number is found in the account there, and its
/// calls and messages are led here, in steps as those of a purchase. Where none is
/// connected, and with `import`, it is only noted: no message goes out over it.
///
/// A key that is bound to a tenant imports from an account that the tenant has connected. What is in the operator's account is
/// the operator's to import, and so is a new number that is only noted, since nothing shows whose it is (`operators_only`).
#[utoipa::path(
    post, path = "/api/numbers/import", tag = "numbers", request_body = ImportNumber,
    responses(
        (status = CREATED, body = NumberView),
        (status = ACCEPTED, body = Provisioned, description = "It goes on by itself"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody, description = "`read_only_key`, `operators_only`"),
        (status = CONFLICT, body = ProblemBody),
        (status = UNPROCESSABLE_ENTITY, body = ProblemBody, description = "The provider refuses, or has no such number in the account"),
        (status = SERVICE_UNAVAILABLE, body = ProblemBody),
    ),
)]
pub(crate) async fn import(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<ImportNumber>,
) -> Result<Response, Problem> {
    let e164 = typed(&body.e164)?;
    let (class, provider) = (body.class, known(&api, body.provider)?);
    if api.provisioning().has(&provider) {
        let provision = Provision::Import { number: e164, class, provider };
        let operation = api.provisioning().start(&context, &tenant, provision).await?;
        return Ok(number_or_operation(settle(&api, &tenant, operation, StatusCode::CREATED).await?));
    }
    let request = service::ImportNumber { e164, class, provider };
    let number = api.numbers().import(&context, &tenant, request).await?;
    Ok((StatusCode::CREATED, Json(NumberView::from(number))).into_response())
}

/// The provider that is meant. A number under a slug that nobody knows would be one over which no message ever goes.
fn known(api: &Api, provider: Option<String>) -> Result<String, Problem> {
    const NOTED: &str = service::ImportNumber::NOTED;
    let providers = &api.parts().providers;
    let known = [NOTED, "twilio", "telnyx"].into_iter();
    let known = known.chain(providers.numbers.iter().map(|provider| provider.slug()));
    let known: BTreeSet<_> = known.chain(providers.messages.iter().map(|provider| provider.slug())).collect();
    let provider = provider.unwrap_or_else(|| NOTED.to_owned());
    if known.contains(provider.as_str()) {
        return Ok(provider);
    }
    let names: Vec<_> = known.into_iter().map(|name| format!("`{name}`")).collect();
    Err(Problem::field("invalid_provider", "provider", &format!("must be one of {}", names.join(", "))))
}
