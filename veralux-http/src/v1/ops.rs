//! What the operator looks after.

pub(crate) mod dead_letters;
pub(crate) mod ignore;
pub(crate) mod replay;
pub(crate) mod replay_all;
pub(crate) mod unclaimed;

use serde::Deserialize;
use utoipa::ToSchema;

/// Why something is done; kept in the audit trail.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// 1 to 500 characters.
    #[schema(example = "the customer gave us another number")]
    reason: String,
}
