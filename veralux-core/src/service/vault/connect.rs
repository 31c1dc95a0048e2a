//! Connecting Google Calendar: the way to Google's consent page and back (RFC 6749 with PKCE, RFC 7636).
//!
//! What must be remembered on the way is in the `state` itself, sealed under the tenant's key: it opens for this tenant only,
//! for ten minutes, and is claimed with the credential that it brings, so that it counts once.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::keys::SealingKey;
use super::write::{REPEATS, Renewal, Sealing, refused};
use super::{CredentialVault, VaultError};
use crate::audit::Actor;
use crate::credential::{self, BodyError, GoogleCalendar, GoogleCalendarBody, Provider};
use crate::id::{EventId, TenantId};
use crate::port::{
    Change, Check, CheckOutcome, Commit, Conflict, Credential, CredentialState, Grant, GrantError,
    TokenEndpoint, WebhookClaim,
};
use crate::seal::{self, Binding, Class, Entropy, Header};
use crate::secret::Secret;
use crate::service::{Context, Error, Kind, Refusal, Result};
use crate::time::{Instant, MINUTE};

const PROVIDER: Provider = Provider::GoogleCalendar;
/// How long a person may take, in microseconds.
const LIFE: i64 = 10 * MINUTE;
/// Longest `state` in bytes that is looked at.
const MAX_STATE_BYTES: usize = 2048;

/// What is remembered on the way.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    verifier: Zeroizing<String>,
    until: Instant,
    actor: Actor,
}

impl CredentialVault {
    /// Where to send a person who connects Google Calendar for a tenant.
    ///
    /// # Errors
    /// `not_configured` without Google's client, or those of [`VaultError`].
    pub async fn begin_google(&self, context: &Context, tenant: &TenantId) -> Result<String> {
        let google = self.google()?;
        let now = self.stores.now();
        let held = self.status(tenant, PROVIDER).await?;
        let verifier = Zeroizing::new(BASE64.encode(self.stores.random.bytes::<32>()));
        let challenge = BASE64.encode(Sha256::digest(verifier.as_bytes()));
        let state = State { verifier, until: now.plus(LIFE), actor: context.actor.clone() };
        let plaintext = Zeroizing::new(serde_json::to_vec(&state).map_err(|_| invalid_state())?);
        let sealing = self.stored_key(tenant).await?;
        let nonce = EventId::generate(now, self.stores.id_bytes());
        let entropy = Entropy::from_bytes(self.stores.random.bytes());
        let bound = binding(tenant, nonce.as_str());
        let sealed = seal::seal(&sealing.key, sealing.header, &bound, entropy, &plaintext)
            .map_err(|_| invalid_state())?;
        let state = format!("{tenant}.{nonce}.{}", BASE64.encode(sealed));
        // Google gives a refresh token on consent only; who holds one that works need not ask for it again.
        let works = held.is_some_and(|row| row.state == CredentialState::Active);
        Ok(google.authorization_url(&state, &challenge, !works))
    }

    /// A key to seal under that is stored already.
    async fn stored_key(&self, tenant: &TenantId) -> Result<SealingKey> {
        for _ in 0..REPEATS {
            let mut sealing = self.keys.for_sealing(&self.stores, tenant).await?;
            let Some(change) = sealing.change.take() else { return Ok(sealing) };
            let commit = Commit::new(tenant.clone(), self.stores.now()).change(change);
            match self.stores.ledger.commit(commit).await {
                Ok(()) => return Ok(sealing),
                // Somebody else gave the tenant a key at the same moment.
                Err(error) if error.conflict() == Some(&Conflict::Exists) => {}
                Err(error) => return Err(VaultError::Store(error).into()),
            }
        }
        Err(Refusal::stale().into())
    }

    /// Takes a person back from Google's consent page: the tenant, and the credential that is stored now.
    ///
    /// # Errors
    /// `invalid_state` for a state that is not ours, too old or used before, `grant_refused`, `calendar_not_granted`,
    /// `grant_unavailable`, or those of [`VaultError`].
    pub async fn finish_google(&self, state: &str, code: &Secret) -> Result<(TenantId, Credential)> {
        let google = self.google()?;
        let (tenant, nonce, State { verifier, until, actor }) = self.open_state(state).await?;
        if self.stores.now() >= until {
            return Err(invalid_state().into());
        }
        let context = Context { actor, ..Context::SYSTEM };
        let grant = google.exchange(code, &Secret::new(verifier.as_str())).await.map_err(not_granted)?;
        let body = self.body_of(&context, &tenant, grant).await?;
        let checked =
            credential::write::<GoogleCalendar>(&body, self.policy).map_err(|error| match error {
                BodyError::Fields(faults) if faults.iter().any(|fault| fault.path == "scopes") => {
                    let detail = "Access to the calendar was not granted; connect again and allow it.";
                    Refusal::new(Kind::Unprocessable, "calendar_not_granted", detail).into()
                }
                other => refused(other),
            })?;
        let claim = WebhookClaim { provider: "google_oauth_state".to_owned(), event: nonce };
        let check = Check { at: self.stores.now(), outcome: CheckOutcome::Verified, class: None };
        let sealing = Sealing {
            checked: &checked,
            renewal: Renewal::Connected(Some(check)),
            event: "credential.connected",
            with: Some(Change::Claim(claim)),
        };
        match self.store(&context, &tenant, PROVIDER, &sealing).await {
            Err(Error::Port(error)) if error.conflict() == Some(&Conflict::Claimed) => {
                Err(invalid_state().into())
            }
            other => Ok((tenant, other?)),
        }
    }

    /// What a grant brought; without a refresh token the one that is held stays.
    async fn body_of(
        &self,
        context: &Context,
        tenant: &TenantId,
        grant: Grant,
    ) -> Result<GoogleCalendarBody> {
        let Grant { access_token, expires_at, refresh_token, scopes, email } = grant;
        let refresh_token = if let Some(token) = refresh_token {
            token
        } else {
            let purpose = credential::Purpose::RefreshToken;
            let held = self.open::<GoogleCalendar>(context, tenant, purpose).await;
            let held = held.map_err(|error| match error.kind() {
                Kind::Unavailable => Error::from(error),
                _ => no_refresh_token().into(),
            })?;
            if held.email != email {
                return Err(no_refresh_token().into());
            }
            held.refresh_token.clone()
        };
        Ok(GoogleCalendarBody {
            access_token: Some(access_token),
            expires_at: Some(expires_at),
            refresh_token,
            scopes: Some(scopes),
            email,
        })
    }

    async fn open_state(&self, state: &str) -> Result<(TenantId, String, State)> {
        let mut parts = state.splitn(3, '.');
        let (Some(tenant), Some(nonce), Some(sealed)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(invalid_state().into());
        };
        let tenant = TenantId::parse(tenant).ok().filter(|_| state.len() <= MAX_STATE_BYTES);
        let tenant = tenant.ok_or_else(invalid_state)?;
        let envelope = BASE64.decode(sealed).map_err(|_| invalid_state())?;
        let header = Header::read(&envelope).map_err(|_| invalid_state())?;
        let key = match self.keys.for_open(&self.stores, &tenant, header).await {
            Err(VaultError::NoTenantKey { .. }) => return Err(invalid_state().into()),
            other => other?,
        };
        let plaintext = seal::open(&key, &binding(&tenant, nonce), &envelope).map_err(|_| invalid_state())?;
        let state = serde_json::from_slice(&plaintext).map_err(|_| invalid_state())?;
        Ok((tenant, nonce.to_owned(), state))
    }

    fn google(&self) -> Result<&dyn TokenEndpoint> {
        let detail = "Google Calendar is not set up on this server.";
        let missing = || Refusal::new(Kind::Conflict, "not_configured", detail);
        Ok(self.google.as_deref().ok_or_else(missing)?)
    }
}

fn binding<'a>(tenant: &'a TenantId, nonce: &'a str) -> Binding<'a> {
    Binding { class: Class::OAuthState, tenant, row: nonce, generation: 1, slug: PROVIDER.as_str() }
}

fn invalid_state() -> Refusal {
    Refusal::new(
        Kind::Invalid,
        "invalid_state",
        "this link is not valid any more; start again in Settings > Integrations",
    )
}

fn no_refresh_token() -> Refusal {
    let detail = "Google gave no lasting grant; remove this app in your Google account and connect again.";
    Refusal::new(Kind::Unprocessable, "calendar_not_granted", detail)
}

fn not_granted(error: GrantError) -> Error {
    match error {
        GrantError::Ended | GrantError::Refused => {
            Refusal::new(Kind::Unprocessable, "grant_refused", "Google did not grant access; connect again.")
                .into()
        }
        GrantError::Unreachable | GrantError::Lost => VaultError::NoGrant(PROVIDER).into(),
    }
}
