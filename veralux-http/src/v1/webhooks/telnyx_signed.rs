//! What Telnyx's webhooks share: whose they are is told by their signature, and by nothing else.

use axum::http::{HeaderMap, StatusCode};
use veralux_core::credential::{Purpose, Telnyx};
use veralux_core::id::TenantId;
use veralux_core::service::{Context, Error, VaultError};
use veralux_providers::telnyx::webhook::{
    Event, Key, MAX_BODY_BYTES, Refused, SIGNATURE, Stamp, TIMESTAMP, parse,
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

/// An event in the form of a signed one, and of now. For what is not nothing is looked up: whoever sends it decides how much
/// that would be.
pub(super) struct Stamped<'a> {
    stamp: Stamp<'a>,
    body: &'a [u8],
}

pub(super) fn stamped<'a>(api: &Api, headers: &'a HeaderMap, body: &'a [u8]) -> Result<Stamped<'a>, Problem> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let stamp = Stamp::read(header(SIGNATURE), header(TIMESTAMP), api.clock().now()).map_err(refuse)?;
    Ok(Stamped { stamp, body })
}

impl Stamped<'_> {
    /// Refuses what is not signed for this tenant.
    pub(super) async fn check(
        &self,
        api: &Api,
        context: &Context,
        tenant: Option<&TenantId>,
    ) -> Result<(), Problem> {
        let key = key(api, context, tenant).await?.ok_or_else(|| refuse(Refused::Signature))?;
        self.stamp.verify(&key, self.body).map_err(refuse)
    }
}

fn refuse(refused: Refused) -> Problem {
    match refused {
        Refused::Missing => {
            let detail = format!("`{SIGNATURE}` or `{TIMESTAMP}` is missing");
            Problem::invalid("signature_missing", detail)
        }
        Refused::TooLong => too_long(),
        refused => Problem::new(StatusCode::FORBIDDEN, "signature_invalid", refused.to_string()),
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
