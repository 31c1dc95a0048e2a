//! Tenants: the businesses that the operator serves.

pub(crate) mod list;
pub(crate) mod lookup;
pub(crate) mod patch;
pub(crate) mod put;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::phone::E164;
use veralux_core::port::Tenant;

use crate::web::Problem;

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Tenant)]
pub(crate) struct TenantView {
    #[schema(example = "oak_dental")]
    id: String,
    #[schema(example = "Oak Dental")]
    name: String,
    /// `active` or `suspended`.
    #[schema(example = "active")]
    status: &'static str,
    #[schema(example = "+14155550123")]
    business_number: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<Tenant> for TenantView {
    fn from(tenant: Tenant) -> Self {
        Self {
            id: tenant.id.to_string(),
            name: tenant.name,
            status: tenant.status.as_str(),
            business_number: tenant.business_number.map(|number| number.to_string()),
            created_at: tenant.created_at.to_string(),
            updated_at: tenant.updated_at.to_string(),
        }
    }
}

fn business_number(text: Option<&str>) -> Result<Option<E164>, Problem> {
    text.map(E164::typed)
        .transpose()
        .map_err(|error| Problem::field("invalid_business_number", "businessNumber", &error.to_string()))
}
