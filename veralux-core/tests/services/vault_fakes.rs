//! A store that can pause, fail and be counted, and a Google that keeps a ledger of its own.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use veralux_core::audit::{self, Event};
use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::memory::{MemoryStore, StepClock};
use veralux_core::port::{
    self, AuditStore, Commit, Credential, CredentialExport, CredentialStore, Grant, GrantError, Ledger,
    Listed, Page, TenantKey, TenantSecret, TokenEndpoint,
};
use veralux_core::secret::Secret;
use veralux_core::time::HOUR;

use crate::vault_world::pause;

/// How a store fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Fail {
    No,
    Transient,
    Denied,
    Permanent,
    /// Writes only: it takes effect, and the answer is lost.
    Lost,
}

#[derive(Debug)]
pub(crate) struct Faulty {
    inner: Arc<MemoryStore>,
    pub(crate) pauses: AtomicBool,
    reads_fail: AtomicU8,
    writes_fail: AtomicU8,
    /// Reads of a credential.
    pub(crate) finds: AtomicU64,
    pub(crate) commits: AtomicU64,
}

impl Faulty {
    pub(crate) fn new(inner: Arc<MemoryStore>) -> Self {
        let (pauses, finds, commits) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
        let (reads_fail, writes_fail) = (AtomicU8::new(0), AtomicU8::new(0));
        Self { inner, pauses, reads_fail, writes_fail, finds, commits }
    }

    pub(crate) fn fail(&self, reads: Fail, writes: Fail) {
        self.reads_fail.store(reads as u8, Ordering::SeqCst);
        self.writes_fail.store(writes as u8, Ordering::SeqCst);
    }

    async fn pause(&self) {
        if self.pauses.load(Ordering::SeqCst) {
            pause().await;
        }
    }

    async fn read(&self) -> port::Result<()> {
        self.pause().await;
        failure(self.reads_fail.load(Ordering::SeqCst))
    }
}

fn failure(how: u8) -> port::Result<()> {
    let doing = "asking a store that fails";
    match how {
        1 => Err(port::Error::Transient { doing, source: None }),
        2 => Err(port::Error::NotPermitted(doing)),
        3 => Err(port::Error::Permanent { doing, source: None }),
        _ => Ok(()),
    }
}

#[async_trait]
impl Ledger for Faulty {
    async fn commit(&self, commit: Commit) -> port::Result<()> {
        self.commits.fetch_add(1, Ordering::SeqCst);
        self.pause().await;
        let how = self.writes_fail.load(Ordering::SeqCst);
        failure(how)?;
        self.inner.commit(commit).await?;
        self.pause().await;
        if how == Fail::Lost as u8 { failure(Fail::Transient as u8) } else { Ok(()) }
    }
}

#[async_trait]
impl AuditStore for Faulty {
    async fn list(&self, tenant: &TenantId, page: &Page) -> port::Result<Listed<Event>> {
        self.read().await?;
        AuditStore::list(&*self.inner, tenant, page).await
    }

    async fn head(&self, tenant: &TenantId) -> port::Result<Option<audit::Head>> {
        AuditStore::head(&*self.inner, tenant).await
    }
}

#[async_trait]
impl CredentialStore for Faulty {
    async fn find_credential(
        &self,
        tenant: &TenantId,
        provider: Provider,
    ) -> port::Result<Option<Credential>> {
        self.finds.fetch_add(1, Ordering::SeqCst);
        self.read().await?;
        let found = self.inner.find_credential(tenant, provider).await;
        self.pause().await;
        found
    }

    async fn list_credentials(&self, tenant: &TenantId) -> port::Result<Vec<Credential>> {
        self.read().await?;
        self.inner.list_credentials(tenant).await
    }

    async fn lookup_tenant_key(&self, tenant: &TenantId, version: u32) -> port::Result<Option<TenantKey>> {
        self.read().await?;
        self.inner.lookup_tenant_key(tenant, version).await
    }

    async fn newest_tenant_key(&self, tenant: &TenantId) -> port::Result<Option<TenantKey>> {
        self.read().await?;
        self.inner.newest_tenant_key(tenant).await
    }

    async fn last_key_version(&self, tenant: &TenantId) -> port::Result<u32> {
        self.read().await?;
        self.inner.last_key_version(tenant).await
    }

    async fn find_export(
        &self,
        tenant: &TenantId,
        provider: Provider,
        target: Provider,
    ) -> port::Result<Option<CredentialExport>> {
        self.read().await?;
        self.inner.find_export(tenant, provider, target).await
    }

    async fn lookup_secret(&self, tenant: &TenantId, key: &str) -> port::Result<Option<TenantSecret>> {
        self.read().await?;
        self.inner.lookup_secret(tenant, key).await
    }

    async fn list_secrets(&self, tenant: &TenantId) -> port::Result<Vec<TenantSecret>> {
        self.read().await?;
        self.inner.list_secrets(tenant).await
    }
}

/// What Google does with the next request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    pub(crate) fails: Option<GrantError>,
    /// Gives a new refresh token with each access token, and takes none twice.
    pub(crate) single_use: bool,
    pub(crate) refresh_token: Option<&'static str>,
    pub(crate) email: Option<&'static str>,
    pub(crate) without_calendar: bool,
}

/// Google, who answers between two pauses and remembers.
pub(crate) struct Google {
    clock: Arc<StepClock>,
    pub(crate) script: Mutex<Script>,
    /// Refresh tokens in the order in which they were used.
    pub(crate) used: Mutex<Vec<String>>,
    /// Challenge and whether consent was asked for.
    pub(crate) asked: Mutex<Vec<(String, bool)>>,
    pub(crate) verifiers: Mutex<Vec<String>>,
    tokens: AtomicU64,
}

impl std::fmt::Debug for Google {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Google")
    }
}

impl Google {
    pub(crate) fn new(clock: Arc<StepClock>) -> Self {
        let (script, used, asked) = (Mutex::default(), Mutex::default(), Mutex::default());
        Self { clock, script, used, asked, verifiers: Mutex::default(), tokens: AtomicU64::new(0) }
    }

    fn grant(&self, refresh_token: Option<String>) -> Grant {
        let script = self.script.lock().unwrap().clone();
        let number = self.tokens.fetch_add(1, Ordering::SeqCst) + 1;
        let calendar = "https://www.googleapis.com/auth/calendar.events";
        let scope = if script.without_calendar { "email" } else { calendar };
        Grant {
            access_token: Secret::new(format!("access-token-number-{number}")),
            expires_at: port::Clock::now(&*self.clock).plus(HOUR),
            refresh_token: refresh_token.map(Secret::new),
            scopes: vec![scope.to_owned()],
            email: script.email.map(str::to_owned),
        }
    }

    pub(crate) fn uses(&self) -> usize {
        self.used.lock().unwrap().len()
    }

    pub(crate) fn used_twice(&self) -> bool {
        let used = self.used.lock().unwrap();
        used.iter().collect::<BTreeSet<_>>().len() < used.len()
    }
}

#[async_trait]
impl TokenEndpoint for Google {
    fn single_use(&self) -> bool {
        self.script.lock().unwrap().single_use
    }

    fn authorization_url(&self, state: &str, challenge: &str, consent: bool) -> String {
        self.asked.lock().unwrap().push((challenge.to_owned(), consent));
        state.to_owned()
    }

    async fn exchange(&self, _: &Secret, verifier: &Secret) -> std::result::Result<Grant, GrantError> {
        self.verifiers.lock().unwrap().push(verifier.expose().to_owned());
        let script = self.script.lock().unwrap().clone();
        match script.fails {
            Some(error) => Err(error),
            None => Ok(self.grant(script.refresh_token.map(str::to_owned))),
        }
    }

    async fn refresh(&self, refresh_token: &Secret) -> std::result::Result<Grant, GrantError> {
        pause().await;
        let script = self.script.lock().unwrap().clone();
        self.used.lock().unwrap().push(refresh_token.expose().to_owned());
        pause().await;
        match script.fails {
            Some(error) => Err(error),
            None if script.single_use => {
                let next = format!("refresh-token-behind-{}", refresh_token.expose());
                Ok(self.grant(Some(next)))
            }
            None => Ok(self.grant(script.refresh_token.map(str::to_owned))),
        }
    }
}
