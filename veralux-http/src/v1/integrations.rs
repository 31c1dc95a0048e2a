//! The credentials that a tenant brings. Nothing here ever answers with a secret.

pub(crate) mod connect;
pub(crate) mod disconnect;
pub(crate) mod status;
pub(crate) mod verify;

use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use veralux_core::credential::{Policy, Provider, Scope};
use veralux_core::port::{Credential, CredentialState, Verdict};
use veralux_core::service::Saved;

use super::assistants::ExportView;
use crate::web::Problem;

/// Who does something to a credential, in the log.
const LOG: &str = "credential_service";

/// How it stands with one provider.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Integration)]
pub(crate) struct IntegrationView {
    /// As in paths.
    #[schema(example = "twilio")]
    provider: String,
    /// As people write it.
    #[schema(example = "Twilio")]
    name: String,
    /// `tenant`, or `operator` where the operator brings the credential for everybody.
    managed_by: &'static str,
    /// Whether there is a credential that may be used.
    connected: bool,
    /// `not_connected`, `active`, `disabled`, `needs_reconnect` or `quarantined`.
    state: &'static str,
    /// The last characters of a public id.
    #[schema(example = "5f2c")]
    hint: Option<String>,
    /// The account that was connected, such as an e-mail address.
    account: Option<String>,
    /// What the provider said of it when it was last asked.
    check: Option<CheckView>,
    /// The code of the last failed use or check.
    last_error: Option<FailureView>,
    /// When the access token inside ends; it is then renewed.
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    #[schema(format = DateTime)]
    connected_at: Option<String>,
    /// When its content was last stored anew.
    #[schema(format = DateTime)]
    changed_at: Option<String>,
    /// Copies of it that other providers were handed.
    exports: Vec<ExportView>,
}

/// What a provider said.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IntegrationCheck)]
pub(crate) struct CheckView {
    #[schema(format = DateTime)]
    at: String,
    /// `verified` or `rejected`.
    outcome: String,
    /// Why it was refused: `unauthorised`, `forbidden`, `suspended` or `other`.
    class: Option<String>,
}

/// What went wrong last.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = IntegrationFailure)]
pub(crate) struct FailureView {
    code: String,
    #[schema(format = DateTime)]
    at: String,
}

impl IntegrationView {
    fn of_none(provider: Provider, policy: Policy) -> Self {
        let allowed = provider == Provider::Vapi && policy.tenant_vapi;
        let operators = provider.scope() == Scope::Platform && !allowed;
        Self {
            provider: provider.to_string(),
            name: provider.display_name().to_owned(),
            managed_by: if operators { "operator" } else { "tenant" },
            connected: false,
            state: "not_connected",
            hint: None,
            account: None,
            check: None,
            last_error: None,
            expires_at: None,
            connected_at: None,
            changed_at: None,
            exports: Vec::new(),
        }
    }

    fn new(row: Credential, policy: Policy) -> Self {
        let check = row.check.map(|check| CheckView {
            at: check.at.to_string(),
            outcome: check.outcome.to_string(),
            class: check.class,
        });
        Self {
            connected: row.state == CredentialState::Active,
            state: row.state.as_str(),
            hint: row.hint,
            account: row.account,
            check,
            last_error: row.last_error.map(|(code, at)| FailureView { code, at: at.to_string() }),
            expires_at: row.expires_at.map(|at| at.to_string()),
            connected_at: Some(row.created_at.to_string()),
            changed_at: Some(row.sealed_at.to_string()),
            ..Self::of_none(row.provider, policy)
        }
    }
}

/// What became of a credential.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SavedIntegration)]
pub(crate) struct SavedView {
    success: bool,
    /// One sentence for people.
    #[schema(example = "Twilio is connected and verified.")]
    message: String,
    /// Whether the provider takes it; null when it was not asked or did not answer.
    verified: Option<bool>,
    integration: IntegrationView,
}

impl SavedView {
    fn new(saved: Saved, message: String, policy: Policy) -> Self {
        let verified = match saved.verdict {
            Some(Verdict::Verified) => Some(true),
            Some(Verdict::Rejected(_)) => Some(false),
            Some(Verdict::Unreachable) | None => None,
        };
        Self { success: true, message, verified, integration: IntegrationView::new(saved.credential, policy) }
    }
}

/// The provider that a path names.
fn named(text: &str) -> Result<Provider, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND, "unknown_provider", "Unknown integration.");
    text.parse().map_err(|_| unknown())
}

/// One line a change.
fn log(action: &'static str, row: &Credential) {
    let (provider, generation, state) = (row.provider.as_str(), row.generation, row.state.as_str());
    let (root_key, key_version) = (row.root_key, row.key_version);
    tracing::info!(target: LOG, action, provider, generation, state, root_key, key_version, "credential");
}
