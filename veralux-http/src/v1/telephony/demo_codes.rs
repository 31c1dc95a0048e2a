use axum::extract::State;
use axum::http::{HeaderName, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::web::{Json, Problem, ProblemBody, Writer};

/// What would have reached the phones.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemoCodes {
    items: Vec<DemoCode>,
}

/// The latest code of a number.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DemoCode {
    phone_number: String,
    code: String,
}

type NoStore = [(HeaderName, &'static str); 1];

/// The codes that nobody was called with. Only where the server runs with `--provider mock`, and for those who may
/// change things.
#[utoipa::path(
    get, path = "/api/telephony/demo/codes", tag = "telephony",
    responses(
        (status = OK, body = DemoCodes),
        (status = FORBIDDEN, body = ProblemBody),
        (status = NOT_FOUND, body = ProblemBody, description = "The server does not run with the mock provider"),
    ),
)]
pub(crate) async fn demo_codes(
    State(api): State<Api>,
    Writer { tenant, .. }: Writer,
) -> Result<(NoStore, Json<DemoCodes>), Problem> {
    let mock = api.mock_caller_ids().ok_or_else(|| {
        let detail = "codes are shown only where the server runs with `--provider mock`";
        Problem::new(StatusCode::NOT_FOUND, "no_mock_provider", detail)
    })?;
    let items = mock
        .codes(&tenant)
        .into_iter()
        .map(|(number, code)| DemoCode { phone_number: number.to_string(), code: code.expose().to_owned() });
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(DemoCodes { items: items.collect() })))
}
