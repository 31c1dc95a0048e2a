//! New access tokens from a refresh token.
//!
//! In one process one attempt at a time runs for a credential and the others wait for it; over several, a lease in the row
//! keeps attempts apart, and its holder's mark is the fence: a write of anybody who has lost the lease fails. The call to the
//! provider is outside any transaction.

use quick_cache::sync::Cache;

use super::write::{self, REPEATS, Renewal, Sealing};
use super::{CredentialVault, Opened, VaultError};
use crate::credential::{self, GoogleCalendar, GoogleCalendarBody, Provider, Purpose};
use crate::id::{EventId, TenantId};
use crate::port::{Credential, CredentialState, Grant, GrantError, RefreshLease, TokenEndpoint};
use crate::secret::Secret;
use crate::service::{Context, Error, Refusal, Result};
use crate::time::{Instant, MINUTE};

const PROVIDER: Provider = Provider::GoogleCalendar;

/// An access token is not used any more so long before its end, in microseconds.
const MARGIN: i64 = MINUTE;
/// How long nobody else refreshes, in microseconds; longer than any request to a provider takes.
const LEASE: i64 = MINUTE;

/// How often it is looked again: somebody may have connected anew meanwhile, with a grant that has no access token yet.
const ATTEMPTS: usize = 4;

/// What an attempt came to, for those who wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Landing {
    Refreshed,
    UnderWay,
    NeedsReconnect,
    NoGrant,
    Failed,
}

/// Attempts under way in this process.
#[derive(Debug)]
pub(super) struct Flights(Cache<TenantId, Landing>);

impl Flights {
    pub(super) fn new(capacity: usize) -> Self {
        Self(Cache::new(capacity))
    }
}

/// What a refresh begins with: the row with our lease in it, and what is in its envelope.
///
/// INVARIANT: the holder's mark is in this one lease and in no other, so that the lease is the fence.
struct Leased {
    row: Credential,
    body: GoogleCalendarBody,
}

impl CredentialVault {
    /// Opens the tenant's grant for Google Calendar with an access token that is good for a minute at least; gets a new one
    /// when it is not.
    ///
    /// # Errors
    /// Those of [`VaultError`]; `needs_reconnect` when Google has ended the grant, `refresh_under_way` and
    /// `grant_unavailable` when there is no token for now.
    pub async fn open_calendar(
        &self,
        context: &Context,
        tenant: &TenantId,
        purpose: Purpose,
    ) -> Result<Opened<GoogleCalendar>> {
        self.open_calendar_without(context, tenant, purpose, None).await
    }

    /// Opens the tenant's grant like [`Self::open_calendar`] after Google has refused an access token before its time: with
    /// another one.
    ///
    /// # Errors
    /// Those of [`Self::open_calendar`].
    pub async fn open_calendar_anew(
        &self,
        context: &Context,
        tenant: &TenantId,
        purpose: Purpose,
        refused: &Secret,
    ) -> Result<Opened<GoogleCalendar>> {
        self.open_calendar_without(context, tenant, purpose, Some(refused)).await
    }

    async fn open_calendar_without(
        &self,
        context: &Context,
        tenant: &TenantId,
        purpose: Purpose,
        refused: Option<&Secret>,
    ) -> Result<Opened<GoogleCalendar>> {
        for _ in 0..ATTEMPTS {
            let opened = self.open::<GoogleCalendar>(context, tenant, purpose).await?;
            if is_good(&opened, self.stores.now(), refused) {
                return Ok(opened);
            }
            match self.refreshed(context, tenant, refused).await? {
                Landing::Refreshed => {}
                Landing::UnderWay | Landing::Failed => break,
                Landing::NeedsReconnect => return Err(VaultError::NeedsReconnect(PROVIDER).into()),
                Landing::NoGrant => return Err(VaultError::NoGrant(PROVIDER).into()),
            }
        }
        Err(VaultError::Refreshing(PROVIDER).into())
    }

    /// One attempt, or that of somebody else in this process.
    async fn refreshed(
        &self,
        context: &Context,
        tenant: &TenantId,
        refused: Option<&Secret>,
    ) -> Result<Landing> {
        match self.refreshes.0.get_value_or_guard_async(tenant).await {
            Ok(landing) => Ok(landing),
            Err(guard) => {
                let landing = self.refresh(context, tenant, refused).await;
                // Hands it to those who wait; who comes later looks for himself.
                let _ = guard.insert(*landing.as_ref().unwrap_or(&Landing::Failed));
                self.refreshes.0.remove(tenant);
                landing
            }
        }
    }

    async fn refresh(
        &self,
        context: &Context,
        tenant: &TenantId,
        refused: Option<&Secret>,
    ) -> Result<Landing> {
        let Some(google) = self.google.clone() else { return Ok(Landing::NoGrant) };
        let leased = match self.take_lease(context, tenant, google.as_ref(), refused).await? {
            Ok(leased) => leased,
            Err(landing) => return Ok(landing),
        };
        match google.refresh(&leased.body.refresh_token).await {
            Ok(grant) => self.keep(context, tenant, leased, grant).await,
            Err(GrantError::Ended) => self.ended(context, tenant, &leased, "invalid_grant").await,
            // It may have been taken: a token that must not be used again stays under the lease until that runs out.
            Err(GrantError::Lost) if google.single_use() => Ok(Landing::NoGrant),
            Err(GrantError::Lost | GrantError::Unreachable | GrantError::Refused) => {
                self.give_back(tenant, &leased).await.map(|()| Landing::NoGrant)
            }
        }
    }

    /// Ends a lease under which nothing was used.
    async fn give_back(&self, tenant: &TenantId, leased: &Leased) -> Result<()> {
        for _ in 0..REPEATS {
            let Some(row) = self.still_ours(tenant, leased).await? else { return Ok(()) };
            if self.lease(tenant, &row, None).await.map_err(VaultError::Store)? {
                return Ok(());
            }
        }
        Err(Refusal::stale().into())
    }

    /// Makes this attempt the only one, unless there is nothing to do.
    async fn take_lease(
        &self,
        context: &Context,
        tenant: &TenantId,
        google: &dyn TokenEndpoint,
        refused: Option<&Secret>,
    ) -> Result<std::result::Result<Leased, Landing>> {
        for _ in 0..REPEATS {
            let row = self.status(tenant, PROVIDER).await?.ok_or(VaultError::NotConnected(PROVIDER))?;
            if row.state != CredentialState::Active {
                // Opening it says why.
                self.cache.forget(tenant, PROVIDER);
                return Ok(Err(Landing::Refreshed));
            }
            let now = self.stores.now();
            let (header, plaintext) = match self.unseal(tenant, &row).await {
                Ok(unsealed) => unsealed,
                Err(error) if self.stands(context, tenant, &row, &error).await? => {
                    self.cache.forget(tenant, PROVIDER);
                    return Err(error.into());
                }
                Err(_) => continue,
            };
            let body = credential::read::<GoogleCalendar>(&plaintext)
                .map_err(|error| VaultError::Body(PROVIDER, error))?;
            if is_good(&body, now, refused) {
                self.cache.forget(tenant, PROVIDER);
                return Ok(Err(Landing::Refreshed));
            }
            match &row.lease {
                Some(lease) if is_live(lease, now) => return Ok(Err(Landing::UnderWay)),
                // Whoever had it ended half way, and the token may have been used.
                Some(_) if google.single_use() => {
                    let leased = Leased { row, body };
                    return self.ended(context, tenant, &leased, "refresh_interrupted").await.map(Err);
                }
                _ => {}
            }
            let holder = EventId::generate(now, self.stores.id_bytes()).as_str().to_owned();
            // Before there is a lease: an attempt that the trail does not take leaves nothing behind.
            self.note_opening(context, tenant, &row, Purpose::RefreshToken, &Ok(header)).await?;
            let lease = RefreshLease { holder, until: now.plus(LEASE) };
            let taken = self.lease(tenant, &row, Some(lease.clone())).await;
            let leased =
                Leased { row: Credential { lease: Some(lease), revision: row.revision + 1, ..row }, body };
            match taken {
                Ok(true) => return Ok(Ok(leased)),
                Ok(false) => {}
                // It may have taken effect, and a lease that nobody holds would keep everybody waiting.
                Err(error) => match self.still_ours(tenant, &leased).await {
                    Ok(Some(row)) => return Ok(Ok(Leased { row, ..leased })),
                    _ => return Err(VaultError::Store(error).into()),
                },
            }
        }
        Err(Refusal::stale().into())
    }

    /// Stores what the provider gave. A write of somebody else that is no new credential does not get in the way.
    async fn keep(
        &self,
        context: &Context,
        tenant: &TenantId,
        leased: Leased,
        grant: Grant,
    ) -> Result<Landing> {
        let Leased { row, body } = leased;
        let (id, lease) = (row.id.clone(), row.lease.clone());
        let body = body.refreshed(grant.access_token, grant.expires_at, grant.refresh_token);
        let checked = credential::write::<GoogleCalendar>(&body, self.policy).map_err(write::refused)?;
        let renewal = Renewal::Tokens;
        let sealing = Sealing { checked: &checked, renewal, event: "credential.refreshed", with: None };
        let mut row = row;
        let mut failure = Error::from(Refusal::stale());
        for _ in 0..REPEATS {
            match self.seal_row(context, tenant, PROVIDER, Some(row.clone()), &sealing).await {
                Ok(Some(_)) => return Ok(Landing::Refreshed),
                Ok(None) => {}
                // The token is worth another try: it may be the only one.
                Err(error) => failure = error,
            }
            match self.status(tenant, PROVIDER).await {
                Ok(Some(found)) if found.id == id && found.lease == lease => row = found,
                // It was written all the same, or somebody connected anew or removed it.
                Ok(_) => return Ok(Landing::Refreshed),
                Err(error) => failure = error.into(),
            }
        }
        Err(failure)
    }

    /// The provider ended the grant, unless somebody connected anew meanwhile.
    async fn ended(
        &self,
        context: &Context,
        tenant: &TenantId,
        leased: &Leased,
        code: &'static str,
    ) -> Result<Landing> {
        for _ in 0..REPEATS {
            let Some(row) = self.still_ours(tenant, leased).await? else {
                self.cache.forget(tenant, PROVIDER);
                return Ok(Landing::Refreshed);
            };
            let before = row.revision;
            let off = row.state == CredentialState::Disabled;
            let after = Credential {
                state: if off { row.state } else { CredentialState::NeedsReconnect },
                last_error: Some((code.to_owned(), self.stores.now())),
                lease: None,
                revision: before + 1,
                ..row
            };
            if self.replace(context, tenant, "credential.needs_reconnect", &after, before).await? {
                return Ok(Landing::NeedsReconnect);
            }
        }
        Err(Refusal::stale().into())
    }

    /// The row as it is now, when it still has the lease that the attempt began with. Connecting anew ends a lease; moving
    /// under another key does not, though it makes another generation.
    async fn still_ours(&self, tenant: &TenantId, leased: &Leased) -> Result<Option<Credential>> {
        let found = self.status(tenant, PROVIDER).await?;
        Ok(found.filter(|row| row.id == leased.row.id && row.lease == leased.row.lease))
    }
}

/// Whether there is an access token for a while that nobody has refused.
fn is_good(body: &GoogleCalendarBody, now: Instant, refused: Option<&Secret>) -> bool {
    let token = body.access_token_at(now, MARGIN);
    token.is_some_and(|token| refused.is_none_or(|refused| !refused.matches(token.expose())))
}

/// Whether nobody else may refresh. A lease that is longer than any was given out by a clock that has been set back since.
fn is_live(lease: &RefreshLease, now: Instant) -> bool {
    now < lease.until && lease.until <= now.plus(2 * LEASE)
}
