//! What Vapi's webhooks share: whether they are Vapi's, and whose.

use axum::http::{HeaderMap, Method, StatusCode, Uri};
use veralux_core::credential::{TenantVapi, VapiBody};
use veralux_core::id::TenantId;
use veralux_core::secret::Secret;
use veralux_core::service::{Clue, Context, Error, FoundBy, VaultError};
use veralux_core::time::Instant;
use veralux_providers::vapi::webhook::{
    Algorithm, Auth, AuthError, Encoding, Hmac, Message, Sent, TenantHint, parse, tenant_hints,
};

use crate::Api;
use crate::web::{Problem, note_tenant};

/// How Vapi is named in records and audit events.
pub(super) const PLATFORM: &str = "vapi";
/// Headers in which a message shows that it is Vapi's.
const SHOWN: [&str; 3] = ["x-vapi-secret", "authorization", "x-signature"];
/// Most tenants that a URL names: each is looked up before anybody knows who asks.
const MAX_NAMED: usize = 2;
/// What a message is called that names no tenant we know.
pub(super) const TENANT_UNKNOWN: &str = "tenant_unknown";

pub(super) fn read(body: &[u8]) -> Result<Message, Problem> {
    parse(body).map_err(|error| Problem::invalid("invalid_webhook", error.to_string()))
}

/// Finds out whose a message is, and refuses it unless it bears that tenant's secret: the operator's, where a tenant has no
/// Vapi of its own.
pub(super) async fn whose(
    api: &Api,
    context: &Context,
    (uri, headers, body): (&Uri, &HeaderMap, &[u8]),
    message: &Message,
) -> Result<Option<(TenantId, FoundBy)>, Problem> {
    // For what shows nothing at all nothing is looked up.
    if !SHOWN.iter().any(|name| header(headers, name).is_some_and(|value| !value.is_empty())) {
        return Err(missing());
    }
    let mut clues: Vec<Clue> = tenant_hints(message).iter().map(clue).collect();
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    clues.extend(
        query
            .filter(|(name, _)| name == "tenant" || name == "tenantId")
            .take(MAX_NAMED)
            .map(|(_, id)| Clue::Parameter(id.into_owned())),
    );
    let found = api.calls().resolve(PLATFORM, &clues).await?;
    found.as_ref().inspect(|(tenant, _)| note_tenant(tenant));
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let base = api.settings().public_base_url.as_deref().unwrap_or_default();
    let url = format!("{}{target}", base.trim_end_matches('/'));
    let tenant = found.as_ref().map(|(tenant, _)| tenant);
    check(api, context, tenant, &Delivered { headers, url, body }).await?;
    Ok(found)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn clue(hint: &TenantHint) -> Clue {
    match hint {
        TenantHint::Assistant(id) => Clue::Assistant(id.clone()),
        TenantHint::Metadata(id) => Clue::Metadata(id.clone()),
        TenantHint::Parameter(id) => Clue::Parameter(id.clone()),
    }
}

/// A message as it came, not believed yet.
struct Delivered<'a> {
    headers: &'a HeaderMap,
    /// As Vapi was told it.
    url: String,
    body: &'a [u8],
}

/// Refuses what does not bear this tenant's secret: the operator's only where the tenant has no Vapi of its own.
async fn check(
    api: &Api,
    context: &Context,
    tenant: Option<&TenantId>,
    delivered: &Delivered<'_>,
) -> Result<(), Problem> {
    let now = api.clock().now();
    if let Some(tenant) = tenant.filter(|_| api.vault().policy().tenant_vapi) {
        let fits = |own: &VapiBody| delivered.bears(own.webhook_secret.as_ref(), now);
        match api.vault().verify_signed::<TenantVapi, _>(context, tenant, fits).await {
            Ok(Some(checked)) => return checked,
            Ok(None) => {}
            Err(VaultError::Disabled(_) | VaultError::NeedsReconnect(_)) => {
                return delivered.bears(None, now);
            }
            Err(error) => return Err(Error::from(error).into()),
        }
    }
    let Some(operators) = &api.settings().vapi_webhook_secret else {
        let detail = "set VAPI_WEBHOOK_SECRET so that Vapi's messages can be told from others";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, super::NOT_CONFIGURED, detail));
    };
    delivered.bears(Some(operators), now)
}

impl Delivered<'_> {
    /// In `x-vapi-secret`, as a bearer token, or as an HMAC by Vapi's defaults.
    fn bears(&self, secret: Option<&Secret>, now: Instant) -> Result<(), Problem> {
        let header = |name: &str| header(self.headers, name);
        let sent = Sent { header: &header, method: Method::POST.as_str(), url: &self.url, body: self.body };
        let mut refused = AuthError::Missing;
        for auth in secret.map(ways).into_iter().flatten() {
            match auth.verify(&sent, now) {
                Ok(()) => return Ok(()),
                Err(AuthError::Missing) => {}
                // That it is too old says more than that it fits no other way.
                Err(error) if refused != AuthError::Stale => refused = error,
                Err(_) => {}
            }
        }
        if refused == AuthError::Missing && secret.is_some() {
            return Err(missing());
        }
        let detail = match refused {
            AuthError::Stale => refused.to_string(),
            _ => "this is not the secret that Vapi was given".to_owned(),
        };
        Err(Problem::new(StatusCode::FORBIDDEN, "signature_invalid", detail))
    }
}

fn missing() -> Problem {
    let detail = "the secret is missing: send it in `x-vapi-secret`, as a bearer token, or sign with it";
    Problem::invalid("signature_missing", detail)
}

fn ways(secret: &Secret) -> Vec<Auth> {
    let bearer = Auth::Bearer { token: secret.clone(), header: "authorization".to_owned(), prefix: true };
    let mut ways = vec![Auth::Secret(secret.clone()), bearer];
    for algorithm in [Algorithm::Sha256, Algorithm::Sha512] {
        for encoding in [Encoding::Hex, Encoding::Base64] {
            let plan = Hmac { encoding, ..Hmac::new(secret.clone(), algorithm) };
            ways.push(Auth::Hmac(Box::new(plan)));
        }
    }
    ways
}

pub(super) fn tenant_unknown() -> Problem {
    let detail = "neither assistant nor metadata nor parameter leads to a tenant";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, TENANT_UNKNOWN, detail)
}

/// Whether a question is answered all the same: the assistant, or who calls, hears a sentence.
pub(super) fn is_answered(problem: &Problem) -> bool {
    super::is_ours(problem) || problem.code == TENANT_UNKNOWN
}
