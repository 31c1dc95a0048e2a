//! What all of Twilio's webhooks share: whose they are is told by their signature, and by nothing else.

use axum::RequestExt as _;
use axum::extract::{FromRequest, OriginalUri, Request};
use axum::http::StatusCode;
use veralux_core::credential::{Twilio, TwilioBody};
use veralux_core::id::TenantId;
use veralux_core::secret::Secret;
use veralux_core::service::{Context, Error, VaultError};
use veralux_providers::twilio::webhook::{Form, FormError, MAX_FORM_BYTES, Signed, is_signature, verify};

use super::Named;
use crate::Api;
use crate::web::{AtMost, Problem, RequestId};

const SIGNATURE: &str = "x-twilio-signature";
/// How Twilio is named in claims and audit events.
pub(super) const PROVIDER: &str = "twilio";

/// A webhook of Twilio's, read but not believed yet: not before [`check`](Self::check) has answered.
pub(crate) struct Delivered {
    pub(super) context: Context,
    pub(super) form: Form,
    /// What we had put into the URL.
    pub(super) named: Named,
    pub(super) body: axum::body::Bytes,
    signature: String,
    /// The URL as Twilio was told it.
    url: String,
}

impl FromRequest<Api> for Delivered {
    type Rejection = Problem;

    async fn from_request(mut request: Request, api: &Api) -> Result<Self, Problem> {
        let request_id = request.extensions().get::<RequestId>().and_then(RequestId::label);
        let Ok(OriginalUri(uri)) = request.extract_parts().await;
        let signature = request.headers().get(SIGNATURE).cloned();
        let AtMost(body) = AtMost::<MAX_FORM_BYTES>::from_request(request, api).await?;
        let Some(base) = &api.settings().public_base_url else { return Err(not_configured()) };
        let Some(signature) = signature else {
            return Err(Problem::invalid("signature_missing", "`X-Twilio-Signature` is missing"));
        };
        // What is no text is no signature, and for what is none nothing is looked up.
        let signature = signature.to_str().ok().filter(|text| is_signature(text)).ok_or_else(invalid)?;
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        Ok(Self {
            context: Context::of_webhook(PROVIDER, request_id),
            form: Form::parse(&body).map_err(refuse)?,
            named: Named::of(&uri),
            body,
            signature: signature.to_owned(),
            url: format!("{}{target}", base.trim_end_matches('/')),
        })
    }
}

impl Delivered {
    /// Refuses what is not signed with a token that this tenant's webhooks may be signed with: with the operator's only where
    /// the tenant has connected no Twilio account.
    pub(super) async fn check(&self, api: &Api, tenant: Option<&TenantId>) -> Result<(), Problem> {
        let now = api.clock().now();
        if let Some(tenant) = tenant {
            let fits = |own: &TwilioBody| self.fits(own.secrets_at(now));
            match api.vault().verify_signed::<Twilio, _>(&self.context, tenant, fits).await {
                Ok(Some(checked)) => return checked,
                Ok(None) => {}
                Err(VaultError::Disabled(_) | VaultError::NeedsReconnect(_)) => return Err(invalid()),
                Err(error) => return Err(Error::from(error).into()),
            }
        }
        let operators = &api.settings().twilio_auth_token;
        self.fits(std::iter::once(operators.as_ref().ok_or_else(not_configured)?))
    }

    fn fits<'a>(&self, tokens: impl Iterator<Item = &'a Secret>) -> Result<(), Problem> {
        let signed = Signed { url: &self.url, form: &self.form, body: &self.body };
        // Each is tried, so that the time does not tell which one it was.
        let fits = tokens.fold(false, |valid, token| verify(token, &self.signature, signed) | valid);
        if fits { Ok(()) } else { Err(invalid()) }
    }
}

fn invalid() -> Problem {
    let detail =
        "the signature is not Twilio's for this URL and body; is PUBLIC_BASE_URL what Twilio was told?";
    Problem::new(StatusCode::FORBIDDEN, "signature_invalid", detail)
}

fn not_configured() -> Problem {
    let detail = "set TWILIO_AUTH_TOKEN and PUBLIC_BASE_URL so that Twilio's signature can be checked";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, super::NOT_CONFIGURED, detail)
}

pub(super) fn refuse(error: FormError) -> Problem {
    Problem::invalid("invalid_webhook", error.to_string())
}
