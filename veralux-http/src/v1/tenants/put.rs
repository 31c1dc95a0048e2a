use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::service::TenantRequest;

use super::{TenantView, business_number};
use crate::Api;
use crate::web::{Auth, Json, Problem, ProblemBody};

/// A tenant to be made or changed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PutTenant {
    /// Letters, digits, `_` and `-`; at most 64.
    #[schema(example = "oak_dental")]
    id: String,
    #[schema(example = "Oak Dental")]
    name: String,
    /// Numbers to take into use as front desk lines, with the tenant or not at all; those in use already are left as they are.
    #[serde(default)]
    #[schema(max_items = 100)]
    numbers: Vec<String>,
    #[schema(example = "+14155550123")]
    business_number: Option<String>,
}

/// Makes a tenant, or changes the one with this id.
#[utoipa::path(
    post, path = "/api/admin/tenants", tag = "tenants", request_body = PutTenant,
    responses(
        (status = CREATED, body = TenantView, description = "It was made"),
        (status = OK, body = TenantView, description = "It was there, and is changed"),
        (status = BAD_REQUEST, body = ProblemBody),
        (status = FORBIDDEN, body = ProblemBody),
        (status = CONFLICT, body = ProblemBody),
    ),
)]
pub(crate) async fn put(
    State(api): State<Api>,
    auth: Auth,
    Json(body): Json<PutTenant>,
) -> Result<(StatusCode, Json<TenantView>), Problem> {
    auth.may_operate()?;
    let id: TenantId = body.id.parse().map_err(|error: veralux_core::id::IdError| {
        Problem::field("invalid_tenant_id", "id", &error.to_string())
    })?;
    let numbers = numbers(&body.numbers)?;
    let business_number = business_number(body.business_number.as_deref())?;
    let context = auth.context();
    let request = TenantRequest { id, name: body.name, business_number };
    let (tenant, fresh) = api.tenants().put_with_numbers(&context, request, &numbers).await?;
    Ok((if fresh { StatusCode::CREATED } else { StatusCode::OK }, Json(tenant.into())))
}

fn numbers(texts: &[String]) -> Result<Vec<E164>, Problem> {
    let number = |(index, text): (usize, &String)| {
        E164::typed(text).map_err(|error| {
            Problem::field("invalid_number", &format!("numbers.{index}"), &error.to_string())
        })
    };
    texts.iter().enumerate().map(number).collect()
}
