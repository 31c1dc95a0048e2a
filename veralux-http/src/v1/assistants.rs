//! Assistants at the voice platform, and the language model.

pub(crate) mod export;
pub(crate) mod link;
pub(crate) mod links;
pub(crate) mod test_model;
pub(crate) mod unlink;

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::port::{AssistantLink, CredentialExport};

/// How long a request waits for what it has started; that goes on behind it.
const PATIENCE: Duration = Duration::from_secs(3);
/// Between two looks at it.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// An assistant that answers a number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AssistantLink)]
pub(crate) struct LinkView {
    /// The platform's id of the assistant.
    assistant_id: String,
    platform: String,
    /// The number that it answers.
    number: Option<String>,
    /// The platform's id of the number.
    phone_number_id: Option<String>,
    /// `pending`: the platform is to be told, and is told again while it does not answer; `synced`; `failed`: somebody must
    /// change something.
    state: &'static str,
    /// Why not, for people.
    error: Option<String>,
    /// The provider's own code of that.
    error_code: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<AssistantLink> for LinkView {
    fn from(link: AssistantLink) -> Self {
        let (error, error_code) = link.error.map(|error| (error.sentence, error.code)).unzip();
        Self {
            assistant_id: link.assistant,
            platform: link.platform,
            number: link.number.map(|number| number.to_string()),
            phone_number_id: link.phone_number,
            state: link.sync.as_str(),
            error,
            error_code: error_code.flatten(),
            updated_at: link.updated_at.to_string(),
        }
    }
}

/// A copy of a credential that another provider was handed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IntegrationExport)]
pub(crate) struct ExportView {
    #[schema(example = "vapi")]
    target: String,
    /// `pending`, `synced`, `failed` or `revoked`.
    state: &'static str,
    /// The code of the last failure.
    error: Option<String>,
    #[schema(format = DateTime)]
    at: String,
}

impl From<CredentialExport> for ExportView {
    fn from(export: CredentialExport) -> Self {
        Self {
            target: export.target.to_string(),
            state: export.state.as_str(),
            error: export.error,
            at: export.at.to_string(),
        }
    }
}
