//! What all of Twilio's webhooks share: whose they are is told by their signature, and by nothing else.

use axum::http::{HeaderMap, StatusCode, Uri};
use veralux_core::credential::{Purpose, Twilio};
use veralux_core::id::TenantId;
use veralux_core::secret::Secret;
use veralux_core::service::{Context, Error, VaultError};
use veralux_providers::twilio::webhook::{Form, FormError, MAX_FORM_BYTES, Signed, verify};

use crate::Api;
use crate::web::Problem;

const SIGNATURE: &str = "x-twilio-signature";
/// How Twilio is named in claims and audit events.
pub(super) const PROVIDER: &str = "twilio";

/// The signature of a request, and what it is about beside the body.
pub(super) struct Signature<'a> {
    value: &'a str,
    /// The URL as Twilio was told it.
    url: String,
}

impl<'a> Signature<'a> {
    pub(super) fn of(api: &Api, uri: &Uri, headers: &'a HeaderMap) -> Result<Self, Problem> {
        let Some(base) = &api.settings().public_base_url else { return Err(not_configured()) };
        let Some(value) = headers.get(SIGNATURE).and_then(|value| value.to_str().ok()) else {
            return Err(Problem::invalid("signature_missing", "`X-Twilio-Signature` is missing"));
        };
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        Ok(Self { value, url: format!("{}{target}", base.trim_end_matches('/')) })
    }

    /// Refuses what is not signed with a token that this tenant's webhooks may be signed with.
    pub(super) async fn check(
        &self,
        api: &Api,
        context: &Context,
        (form, body): (&Form, &[u8]),
        tenant: Option<&TenantId>,
    ) -> Result<(), Problem> {
        let tokens = tokens(api, context, tenant).await?;
        let signed = Signed { url: &self.url, form, body };
        // Each is tried, so that the time does not tell which one it was.
        if tokens.iter().fold(false, |valid, token| verify(token, self.value, signed) | valid) {
            return Ok(());
        }
        let detail =
            "the signature is not Twilio's for this URL and body; is PUBLIC_BASE_URL what Twilio was told?";
        Err(Problem::new(StatusCode::FORBIDDEN, "signature_invalid", detail))
    }
}

/// A body that is not longer than Twilio's are.
pub(super) fn check_length(body: &[u8]) -> Result<(), Problem> {
    if body.len() <= MAX_FORM_BYTES {
        return Ok(());
    }
    let detail = format!("a body has at most {MAX_FORM_BYTES} bytes");
    Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail))
}

/// What a tenant's webhooks may be signed with. None where its Twilio credential has no auth token or is switched off: the
/// operator's token is for tenants that have none.
async fn tokens(api: &Api, context: &Context, tenant: Option<&TenantId>) -> Result<Vec<Secret>, Problem> {
    if let Some(tenant) = tenant {
        match api.vault().open_if_connected::<Twilio>(context, tenant, Purpose::VerifyWebhook).await {
            Ok(Some(opened)) => return Ok(opened.secrets_at(api.clock().now()).cloned().collect()),
            Ok(None) => {}
            Err(VaultError::Disabled(_) | VaultError::NeedsReconnect(_)) => return Ok(Vec::new()),
            Err(error) => return Err(Error::from(error).into()),
        }
    }
    api.settings().twilio_auth_token.clone().map(|token| vec![token]).ok_or_else(not_configured)
}

fn not_configured() -> Problem {
    let detail = "set TWILIO_AUTH_TOKEN and PUBLIC_BASE_URL so that Twilio's signature can be checked";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, super::NOT_CONFIGURED, detail)
}

pub(super) fn refuse(error: FormError) -> Problem {
    Problem::invalid("invalid_webhook", error.to_string())
}
