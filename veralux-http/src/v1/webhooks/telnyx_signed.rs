//! What Telnyx's webhooks share: whose they are is told by their signature, and by nothing else.

use axum::http::{HeaderMap, StatusCode};
use veralux_core::credential::{Telnyx, TelnyxBody};
use veralux_core::id::TenantId;
use veralux_core::service::{Context, Error, VaultError};
use veralux_providers::telnyx::webhook::{
    Event, Key, MAX_BODY_BYTES, Refused, SIGNATURE, Stamp, TIMESTAMP, parse,
};

use crate::Api;
use crate::web::Problem;

/// What is refused with that another account signed.
pub(super) const SIGNATURE_INVALID: &str = "signature_invalid";
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
    /// Refuses what is not signed for this tenant: by the operator's account only where the tenant has connected none.
    pub(super) async fn check(
        &self,
        api: &Api,
        context: &Context,
        tenant: Option<&TenantId>,
    ) -> Result<(), Problem> {
        if let Some(tenant) = tenant {
            let fits =
                |own: &TelnyxBody| self.fits(own.webhook_key().and_then(|key| Key::from_bytes(&key).ok()));
            match api.vault().verify_signed::<Telnyx, _>(context, tenant, fits).await {
                Ok(Some(checked)) => return checked,
                Ok(None) => {}
                Err(VaultError::Disabled(_) | VaultError::NeedsReconnect(_)) => return self.fits(None),
                Err(error) => return Err(Error::from(error).into()),
            }
        }
        let Some(operators) = api.settings().telnyx_public_key.clone() else {
            let detail = "set TELNYX_PUBLIC_KEY so that Telnyx's signature can be checked";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, super::NOT_CONFIGURED, detail));
        };
        self.fits(Some(operators))
    }

    fn fits(&self, key: Option<Key>) -> Result<(), Problem> {
        let key = key.ok_or(Refused::Signature).map_err(refuse)?;
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
        refused => Problem::new(StatusCode::FORBIDDEN, SIGNATURE_INVALID, refused.to_string()),
    }
}

fn too_long() -> Problem {
    let detail = format!("a body has at most {MAX_BODY_BYTES} bytes");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", detail)
}
