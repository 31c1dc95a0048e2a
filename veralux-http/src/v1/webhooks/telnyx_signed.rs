//! What Telnyx's webhooks share: whose they are is told by their signature, and by nothing else.

use axum::http::{HeaderMap, StatusCode};
use veralux_core::credential::{Purpose, Telnyx};
use veralux_core::id::TenantId;
use veralux_core::service::{Context, Error, VaultError};
use veralux_providers::telnyx::webhook::{
    Event, Key, MAX_BODY_BYTES, Refused, SIGNATURE, TIMESTAMP, parse, verify,
};

use crate::Api;
use crate::web::Problem;

/// How Telnyx is named in claims, records and audit events.
pub(super) const PROVIDER: &str = "telnyx";

/// Reads an event, before anybody knows whose it is.
pub(super) fn read(body: &[u8]) -> Result<Event, Problem> {
    if body.len() > MAX_BODY_BYTES {
        return Err(too_long());
    }
    parse(body).map_err(|error| Problem::invalid("invalid_webhook", error.to_string()))
}

/// Refuses what is not signed for this tenant, or not lately.
pub(super) async fn check(
    api: &Api,
    context: &Context,
    headers: &HeaderMap,
    body: &[u8],
    tenant: Option<&TenantId>,
) -> Result<(), Problem> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (signature, timestamp) = (header(SIGNATURE), header(TIMESTAMP));
    if signature.is_none() || timestamp.is_none() {
        let detail = format!("`{SIGNATURE}` or `{TIMESTAMP}` is missing");
        return Err(Problem::invalid("signature_missing", detail));
    }
    let refused = match key(api, context, tenant).await? {
        Some(key) => match verify(&key, signature, timestamp, body, api.clock().now()) {
            Ok(()) => return Ok(()),
            Err(refused) => refused,
        },
        None => Refused::Signature,
    };
    match refused {
        Refused::TooLong => Err(too_long()),
        refused => Err(Problem::new(StatusCode::FORBIDDEN, "signature_invalid", refused.to_string())),
    }
}

/// The key of a tenant's webhooks. None where its Telnyx credential has no public key or is switched off: the operator's is
/// for tenants that have connected none.
async fn key(api: &Api, context: &Context, tenant: Option<&TenantId>) -> Result<Option<Key>, Problem> {
    if let Some(tenant) = tenant {
        match api.vault().open_if_connected::<Telnyx>(context, tenant, Purpose::VerifyWebhook).await {
            Ok(Some(opened)) => {
                return Ok(opened.webhook_key().and_then(|bytes| Key::from_bytes(&bytes).ok()));
            }
            Ok(None) => {}
            Err(VaultError::Disabled(_) | VaultError::NeedsReconnect(_)) => return Ok(None),
            Err(error) => return Err(Error::from(error).into()),
        }
    }
    api.settings().telnyx_public_key.clone().map(Some).ok_or_else(|| {
        let detail = "set TELNYX_PUBLIC_KEY so that Telnyx's signature can be checked";
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, super::NOT_CONFIGURED, detail)
    })
}

fn too_long() -> Problem {
    let detail = format!("a body has at most {MAX_BODY_BYTES} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
}
