//! The vault behind the server, and what keeps it going.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use veralux_core::credential::Policy;
use veralux_core::port::{Clock, CredentialVerifier, Heard, Notice, Notices, TokenEndpoint};
use veralux_core::seal::KeyState;
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, HeldKeys, Stores, VaultLimits};

use super::chain;
use super::root_keys;
use super::settings::{RootKeySource, VaultSettings};

/// How long the audit trail's events of openings wait for each other.
const FLUSH: Duration = Duration::from_secs(1);

/// The vault of a node, with its root keys.
#[derive(Debug, Clone)]
pub(crate) struct NodeVault {
    pub(crate) vault: Arc<CredentialVault>,
    pub(crate) held: Arc<HeldKeys>,
    /// Another server has changed the root keys.
    changed: Arc<Notify>,
}

impl NodeVault {
    /// # Errors
    /// A sentence; see [`root_keys::open`]. That of `verifier`, which is given Google's authorization server.
    pub(crate) async fn open(
        settings: &VaultSettings,
        stores: &Stores,
        may_make: bool,
        verifier: impl FnOnce(
            Option<Arc<dyn TokenEndpoint>>,
        ) -> Result<Option<Arc<dyn CredentialVerifier>>, String>,
    ) -> Result<Self, String> {
        let held = Arc::new(root_keys::open(&settings.root_keys, stores, may_make).await?);
        let policy = policy(settings);
        let mut vault =
            CredentialVault::new(stores.clone(), held.clone(), VaultLimits::default()).with_policy(policy);
        let google = google(settings, stores.clock.clone())?;
        if let Some(google) = &google {
            vault = vault.with_google(google.clone());
        }
        if let Some(verifier) = verifier(google)? {
            vault = vault.with_verifier(verifier);
        }
        Ok(Self { vault: Arc::new(vault), held, changed: Arc::default() })
    }

    /// Looks at the root keys now and then, and at once when it is heard that they have changed: at their states in the table and at
    /// the file, which may hold the new one already.
    pub(crate) async fn keep_reloading(self, settings: VaultSettings, stores: Stores) {
        let VaultSettings { root_keys: source, reload_every, .. } = settings;
        let mut list = source.list().ok().flatten();
        let mut told = None;
        loop {
            let heard = tokio::time::timeout(reload_every, self.changed.notified()).await.is_ok();
            let before = states(&self.held);
            match self.reload(&source, &mut list, &stores).await {
                Ok(()) => {
                    if told.take().is_some() {
                        tracing::info!("the root keys can be read again");
                    }
                    let changed = before != states(&self.held);
                    if heard || changed {
                        // What was opened while they were read may be under a key that is no more.
                        self.vault.forget_all();
                    }
                    if changed {
                        tracing::info!(keys = %shown(&self.held), "the root keys have changed");
                    }
                }
                // Said once, and again when it is something else.
                Err(cause) if told.as_ref() == Some(&cause) => {}
                Err(cause) => {
                    tracing::error!(error.cause = %cause, "the root keys could not be read again; those known go on");
                    told = Some(cause);
                }
            }
        }
    }

    /// Lets go at once of what other nodes write. Looks at nothing itself: the database may take long to answer, and what is revoked
    /// meanwhile is heard of all the same.
    pub(crate) async fn keep_hearing(self, mut notices: Box<dyn Notices>) {
        loop {
            let heard = notices.next().await;
            self.vault.hear(&heard);
            match heard {
                Heard::Hearing => tracing::info!("hearing what other servers write"),
                Heard::Deaf => tracing::warn!(
                    "what other servers write is not heard; credentials are kept for two seconds at most"
                ),
                Heard::Written(Notice::RootKeys) => self.changed.notify_one(),
                Heard::Written(_) => {}
            }
        }
    }

    async fn reload(
        &self,
        source: &RootKeySource,
        list: &mut Option<Secret>,
        stores: &Stores,
    ) -> Result<(), String> {
        let now = source.list()?;
        if let (None, Some(path)) = (&now, source.path()) {
            // States go on to be heard of; the file is what a person must put back.
            self.held.reload(stores).await.map_err(|fault| chain(&fault))?;
            return Err(format!("`{}` is gone: without it no server starts, put it back", path.display()));
        }
        let changed = match (&now, &*list) {
            (Some(now), Some(before)) => !now.matches(before.expose()),
            _ => false,
        };
        let named = |fault| format!("{}: {}", source.name(), chain(&fault));
        match now.filter(|_| changed) {
            Some(now) => {
                self.held.replace(stores, now.clone()).await.map_err(named)?;
                *list = Some(now);
                Ok(())
            }
            None => self.held.reload(stores).await.map_err(named),
        }
    }

    /// Writes the audit events that wait.
    pub(crate) async fn keep_flushing(self) {
        let mut failed = false;
        loop {
            tokio::time::sleep(FLUSH).await;
            match self.vault.flush().await {
                Ok(()) => failed = false,
                Err(error) if !failed => {
                    failed = true;
                    tracing::warn!(error.cause = %chain(&error), "openings of credentials wait to be written to the audit trail; trying again");
                }
                Err(_) => {}
            }
        }
    }

    /// The last events, before the store is closed.
    pub(crate) async fn finish(&self) {
        if let Err(error) = self.vault.finish().await {
            tracing::error!(error.cause = %chain(&error), "the last openings of credentials are not in the audit trail");
        }
    }
}

fn states(held: &HeldKeys) -> Vec<(u32, KeyState, bool)> {
    held.ring().states().collect()
}

/// `1 primary, 2 staged`, and which of them are not in the list.
fn shown(held: &HeldKeys) -> String {
    let key = |(id, state, is_held): (u32, KeyState, bool)| {
        format!("{id} {state}{}", if is_held { "" } else { " (not held)" })
    };
    states(held).into_iter().map(key).collect::<Vec<_>>().join(", ")
}

/// What tenants may bring.
pub(crate) fn policy(settings: &VaultSettings) -> Policy {
    Policy { tenant_vapi: settings.tenant_vapi, ..Policy::default() }
}

/// By the clock that the ends of its tokens are compared with.
#[cfg(feature = "google")]
fn google(settings: &VaultSettings, clock: Arc<dyn Clock>) -> Result<Option<Arc<dyn TokenEndpoint>>, String> {
    use veralux_providers::Https;
    use veralux_providers::google::{Client, Google};

    let Some(client) = &settings.google else { return Ok(None) };
    let client = Client {
        id: client.id.clone(),
        secret: client.secret.clone(),
        redirect_url: client.redirect_url.clone(),
    };
    let https = Https::new().map_err(|error| chain(&error))?;
    Ok(Some(Arc::new(Google::new(client, Arc::new(https), clock))))
}

#[cfg(not(feature = "google"))]
#[expect(clippy::unnecessary_wraps, reason = "as in a build that has it")]
fn google(_: &VaultSettings, _: Arc<dyn Clock>) -> Result<Option<Arc<dyn TokenEndpoint>>, String> {
    // The settings refuse a client in such a build.
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use tokio::sync::Semaphore;
    use veralux_core::credential::{Provider, Purpose, Twilio};
    use veralux_core::id::TenantId;
    use veralux_core::memory::{FixedClock, MemoryStore, SeededRandom};
    use veralux_core::port::{Census, Result, RootKey, RootKeyStore};
    use veralux_core::service::Context;
    use veralux_core::time::Instant;

    use super::*;

    /// A database that does not answer before it may.
    #[derive(Debug)]
    struct Away {
        keys: Arc<dyn RootKeyStore>,
        may_answer: Semaphore,
    }

    #[async_trait]
    impl RootKeyStore for Away {
        async fn list_root_keys(&self) -> Result<Vec<RootKey>> {
            self.may_answer.acquire().await.unwrap().forget();
            self.keys.list_root_keys().await
        }

        async fn census(&self) -> Result<Vec<Census>> {
            self.keys.census().await
        }

        async fn list_tenants_under(
            &self,
            id: u32,
            after: Option<&TenantId>,
            limit: usize,
        ) -> Result<Vec<TenantId>> {
            self.keys.list_tenants_under(id, after, limit).await
        }
    }

    /// The root keys have changed, three times.
    #[derive(Debug)]
    struct Rotations(Arc<AtomicUsize>);

    #[async_trait]
    impl Notices for Rotations {
        async fn next(&mut self) -> Heard {
            if self.0.fetch_add(1, Ordering::Relaxed) >= 3 {
                std::future::pending::<()>().await;
            }
            // As if it came from elsewhere.
            tokio::task::yield_now().await;
            Heard::Written(Notice::RootKeys)
        }
    }

    struct World {
        stores: Stores,
        vault: Arc<CredentialVault>,
        held: Arc<HeldKeys>,
        away: Arc<Away>,
        heard: Arc<AtomicUsize>,
    }

    /// A server that hears of changed root keys, which it cannot read for now.
    async fn hearing() -> World {
        let clock = Arc::new(FixedClock::new(Instant::from_micros(0)));
        let store = Arc::new(MemoryStore::new());
        let stores = Stores::from_one(&store, clock, Arc::new(SeededRandom::new(1)));
        let list = Secret::new("1:9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a");
        let held = Arc::new(HeldKeys::start(&stores, list.clone()).await.unwrap());
        let vault = Arc::new(CredentialVault::new(stores.clone(), held.clone(), VaultLimits::default()));
        let heard = Arc::new(AtomicUsize::new(0));
        let away = Arc::new(Away { keys: stores.root_keys.clone(), may_answer: Semaphore::new(0) });
        let node = NodeVault { vault: vault.clone(), held: held.clone(), changed: Arc::default() };
        let read = Stores { root_keys: away.clone(), ..stores.clone() };
        let settings = VaultSettings {
            root_keys: RootKeySource::List(list),
            reload_every: Duration::from_hours(1),
            tenant_vapi: false,
            google: None,
        };
        tokio::spawn(node.clone().keep_reloading(settings, read));
        tokio::spawn(node.keep_hearing(Box::new(Rotations(heard.clone()))));
        World { stores, vault, held, away, heard }
    }

    async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        for _ in 0..1_000 {
            if is_so().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("it never came to this: {what}");
    }

    #[tokio::test]
    async fn what_is_written_is_heard_while_the_root_keys_cannot_be_read() {
        let world = hearing().await;
        until("all is heard", async || world.heard.load(Ordering::Relaxed) == 4).await;
    }

    #[tokio::test]
    async fn what_was_opened_while_the_root_keys_were_read_is_let_go_of() {
        let World { stores, vault, held, away, heard } = hearing().await;
        let (tenant, context) = (TenantId::parse("t1").unwrap(), Context::SYSTEM);
        let json = br#"{"accountSid":"AC00000000000000000000000000000abc","authToken":"0123456789abcdef0123456789abcdef"}"#;
        vault.put(&context, &tenant, Provider::Twilio, json, false).await.unwrap();
        let opens = async || vault.open::<Twilio>(&context, &tenant, Purpose::SendMessage).await.is_ok();
        until("all is heard", async || heard.load(Ordering::Relaxed) == 4).await;
        assert!(opens().await);
        // Another server removes it, and nothing says so.
        let other = CredentialVault::new(stores, held, VaultLimits::default());
        other.remove(&context, &tenant, Provider::Twilio).await.unwrap();
        assert!(opens().await, "it is remembered");
        away.may_answer.add_permits(16);
        until("it is let go of", async || !opens().await).await;
    }
}
