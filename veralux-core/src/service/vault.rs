//! The vault: tenants' credentials, sealed at rest, opened for a stated purpose and never shown.

mod cache;
mod connect;
mod error;
mod held;
mod keys;
mod mark;
mod open;
mod opening;
mod refresh;
mod rewrap;
mod root_key_events;
mod rotate;
mod secret_manager;
mod secrets;
mod signed;
mod tally;
mod trail;
mod write;

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::credential::{Kind, Policy, Provider};
use crate::id::TenantId;
use crate::port::{Credential, CredentialVerifier, Heard, Notice, RootKeys, TokenEndpoint};
use crate::seal::{Binding, Class};
use crate::service::Stores;

use cache::OpenCache;
use keys::TenantKeys;
use trail::Trail;

pub use cache::VaultLimits;
pub use error::VaultError;
pub use held::{HeldKeys, RootKeyFault};
pub use rewrap::Rewrapped;
pub use rotate::{KeyStatus, RootKeyDesk};
pub use secret_manager::VaultSecrets;
pub use write::Saved;

/// The credentials that tenants bring.
///
/// A credential is opened by its type and a [`Purpose`](crate::credential::Purpose); what came of it is in the tenant's audit trail before it is
/// given out; what strangers bring about by messages that are not signed right is counted there (see
/// [`Self::verify_signed`]). A store that fails is an error, never "not connected". Opened credentials are kept for the life in
/// [`VaultLimits`], and not beyond a write that this vault makes or is told of by [`Self::forget`].
#[derive(Debug)]
pub struct CredentialVault {
    stores: Stores,
    keys: TenantKeys,
    policy: Policy,
    verifier: Option<Arc<dyn CredentialVerifier>>,
    google: Option<Arc<dyn TokenEndpoint>>,
    cache: OpenCache,
    trail: Trail,
    refreshes: refresh::Flights,
}

impl CredentialVault {
    /// Over these stores and root keys.
    pub fn new(stores: Stores, root_keys: Arc<dyn RootKeys>, limits: VaultLimits) -> Self {
        Self {
            stores,
            keys: TenantKeys::new(root_keys, limits),
            policy: Policy::default(),
            verifier: None,
            google: None,
            cache: OpenCache::new(limits),
            trail: Trail::default(),
            refreshes: refresh::Flights::new(limits.capacity),
        }
    }

    /// With what the operator allows.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }

    /// With somebody who asks providers whether a credential works; without one, none is verified.
    #[must_use]
    pub fn with_verifier(self, verifier: Arc<dyn CredentialVerifier>) -> Self {
        Self { verifier: Some(verifier), ..self }
    }

    /// With Google's authorization server; without it, Google Calendar cannot be connected.
    #[must_use]
    pub fn with_google(self, google: Arc<dyn TokenEndpoint>) -> Self {
        Self { google: Some(google), ..self }
    }

    /// What the operator allows.
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// Lets go of what another node has written.
    pub fn hear(&self, heard: &Heard) {
        match heard {
            Heard::Written(Notice::Credential(tenant, provider)) => self.forget(tenant, *provider),
            Heard::Written(Notice::TenantKeys(tenant)) => {
                for provider in Provider::ALL {
                    self.forget(tenant, *provider);
                }
                self.keys.forget(tenant);
            }
            Heard::Written(Notice::RootKeys) => self.forget_all(),
            Heard::Written(Notice::Runtime(_)) => {}
            Heard::Hearing => self.set_deaf(false),
            Heard::Deaf => self.set_deaf(true),
        }
    }

    /// Another node has written this credential.
    pub fn forget(&self, tenant: &TenantId, provider: Provider) {
        self.cache.forget(tenant, provider);
    }

    /// Something was missed: nothing that is kept is trusted any longer.
    pub fn forget_all(&self) {
        self.cache.forget_all();
        self.keys.forget_all();
    }

    /// Whether word of other nodes' writes does not come through: until it does again, everything lives shorter.
    pub fn set_deaf(&self, deaf: bool) {
        self.cache.set_deaf(deaf);
        self.keys.forget_all();
    }
}

/// An opened credential: dereferences to its body, whose secrets are wiped when the last holder lets go.
pub struct Opened<P: Kind> {
    body: Arc<P::Body>,
    generation: u64,
}

impl<P: Kind> Opened<P> {
    /// Which sealing of the credential this is.
    pub const fn generation(&self) -> u64 {
        self.generation
    }
}

impl<P: Kind> Deref for Opened<P> {
    type Target = P::Body;

    fn deref(&self) -> &P::Body {
        &self.body
    }
}

impl<P: Kind> Clone for Opened<P> {
    fn clone(&self) -> Self {
        Self { body: self.body.clone(), generation: self.generation }
    }
}

impl<P: Kind> fmt::Debug for Opened<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opened({}, generation {})", P::PROVIDER, self.generation)
    }
}

/// Where the envelope of a row opens, and nowhere else.
fn binding<'a>(tenant: &'a TenantId, row: &'a Credential) -> Binding<'a> {
    Binding {
        class: Class::Credential,
        tenant,
        row: row.id.as_str(),
        generation: row.generation,
        slug: row.provider.as_str(),
    }
}
