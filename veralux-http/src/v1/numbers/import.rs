use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::party::NumberClass;
use veralux_core::phone::E164;
use veralux_core::service;

use super::NumberView;
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
    /// The provider through which it came; `import` when absent.
    #[schema(example = "twilio")]
    provider: Option<String>,
}

/// Takes a number into use: a new one, or one of the tenant's own that is inactive.
#[utoipa::path(
    post, path = "/api/numbers/import", tag = "numbers", request_body = ImportNumber,
    responses(
        (status = CREATED, body = NumberView),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
    ),
)]
pub(crate) async fn import(
    State(api): State<Api>,
    Writer { tenant, context }: Writer,
    Json(body): Json<ImportNumber>,
) -> Result<(StatusCode, Json<NumberView>), Problem> {
    let e164 = E164::typed(&body.e164)
        .map_err(|error| Problem::field("invalid_number", "e164", &error.to_string()))?;
    let provider = body.provider.unwrap_or_else(|| "import".to_owned());
    let request = service::ImportNumber { e164, class: body.class, provider };
    let number = api.numbers().import(&context, &tenant, request).await?;
    Ok((StatusCode::CREATED, Json(number.into())))
}
