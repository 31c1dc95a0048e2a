//! The tenant's phone numbers, and what can be done with them.

pub(crate) mod assign;
pub(crate) mod deactivate;
pub(crate) mod impact;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod lookup;
pub(crate) mod operations;
pub(crate) mod purchase;
pub(crate) mod quarantine;
pub(crate) mod release;
pub(crate) mod release_at_provider;
pub(crate) mod search;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::digest::Digest;
use veralux_core::number::{Act, Number, Quarantine};
use veralux_core::phone::E164;

use crate::Api;
use crate::web::{Json, Problem, Writer, path_id};

/// A phone number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Number)]
pub(crate) struct NumberView {
    id: String,
    #[schema(example = "+14155550100")]
    e164: String,
    /// `front_desk`, `staff` or `pool`.
    #[schema(example = "staff")]
    class: &'static str,
    /// `active`, `quarantined` or `inactive`.
    #[schema(example = "active")]
    status: &'static str,
    /// Whose line it is.
    staff_id: Option<String>,
    /// Why and how long it rests; null unless quarantined.
    quarantine: Option<QuarantineView>,
    /// The provider through which it came.
    #[schema(example = "twilio")]
    provider: String,
    /// When a message last went over it.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    /// When it was given back to its provider: it is not held any more, and another tenant may take it.
    #[schema(format = DateTime)]
    given_back_at: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    /// How well it delivered in the last seven days: `green` without a delivery error, `yellow` with one or two, else `red`;
    /// absent in lists and after acts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "green")]
    health: Option<&'static str>,
}

/// Why and how long a number rests.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Quarantine)]
pub(crate) struct QuarantineView {
    reason: String,
    #[schema(format = DateTime)]
    since: String,
    /// From when on it may be restored without force.
    #[schema(format = DateTime)]
    until: String,
}

impl From<Number> for NumberView {
    fn from(number: Number) -> Self {
        Self {
            id: number.id.to_string(),
            e164: number.e164.to_string(),
            class: number.class.as_str(),
            status: number.status.as_str(),
            staff_id: number.staff.map(|id| id.to_string()),
            quarantine: number.quarantine.map(QuarantineView::from),
            provider: number.provider,
            last_used_at: number.last_used_at.map(|at| at.to_string()),
            given_back_at: number.given_back_at.map(|at| at.to_string()),
            created_at: number.created_at.to_string(),
            health: None,
        }
    }
}

impl From<Quarantine> for QuarantineView {
    fn from(rest: Quarantine) -> Self {
        Self { reason: rest.reason, since: rest.since.to_string(), until: rest.until.to_string() }
    }
}

/// Does an act; the answer is the number as it is then.
async fn act(
    api: &Api,
    writer: &Writer,
    id: &str,
    act: &Act,
    stamp: Option<Digest>,
) -> Result<Json<NumberView>, Problem> {
    let id = path_id(id, "number_not_found", "number")?;
    let plan = api.numbers().act(&writer.context, &writer.tenant, &id, act, stamp).await?;
    Ok(Json(plan.after.into()))
}

/// A number as a person types it.
fn typed(e164: &str) -> Result<E164, Problem> {
    E164::typed(e164).map_err(|error| Problem::field("invalid_number", "e164", &error.to_string()))
}
