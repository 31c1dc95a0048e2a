use std::fmt;
use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::Result;
use crate::credential::Provider;
use crate::id::{CredentialId, TenantId};
use crate::time::Instant;
use crate::word::words;

/// The bytes of an envelope. They give nothing away, yet `Debug` shows only how many they are.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope(Box<[u8]>);

impl Envelope {
    /// From its bytes.
    pub fn new(bytes: impl Into<Box<[u8]>>) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({} bytes)", self.0.len())
    }
}

words! {
    /// Whether a credential may be used.
    pub enum CredentialState {
        /// It may.
        Active = "active",
        /// The owner switched it off.
        Disabled = "disabled",
        /// The provider ended the grant; only a person can connect it again.
        NeedsReconnect = "needs_reconnect",
        /// It does not open. Kept for the operator to look at; connecting again replaces it.
        Quarantined = "quarantined",
    }
}

words! {
    /// What the provider said of a credential.
    pub enum CheckOutcome {
        /// It works.
        Verified = "verified",
        /// The provider refused it.
        Rejected = "rejected",
        /// The provider could not be asked: says nothing of the credential.
        Unreachable = "unreachable",
    }
}

/// When and how a credential was last checked with its provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// When.
    pub at: Instant,
    /// What came of it.
    pub outcome: CheckOutcome,
    /// A class of refusal, from a fixed list; never the provider's text.
    pub class: Option<String>,
}

/// Who refreshes a credential's tokens now, so that a single-use refresh token is used once. The holder writes with the
/// revision at which it took the lease: whoever took it over since has moved that on, so a late holder's write fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshLease {
    /// The node and attempt.
    pub holder: String,
    /// Until when nobody else may refresh.
    pub until: Instant,
}

/// A tenant's sealed credential with one provider; at most one a (tenant, provider). `Debug` hides the account.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// The row; what the envelope holds is bound to it.
    pub id: CredentialId,
    /// With whom.
    pub provider: Provider,
    /// Counts the envelopes sealed for this row from 1; the envelope is bound to it.
    pub generation: u64,
    /// The sealed body.
    pub envelope: Envelope,
    /// The root key under which the tenant's key is, as the envelope's header says.
    pub root_key: u32,
    /// The version of the tenant's key, as the envelope's header says.
    pub key_version: u32,
    /// Whether it may be used.
    pub state: CredentialState,
    /// The last characters of a public id, for people to tell accounts apart.
    pub hint: Option<String>,
    /// The account that was connected, such as an e-mail address. Personal.
    pub account: Option<String>,
    /// When the access token inside ends; for OAuth.
    pub expires_at: Option<Instant>,
    /// The last check with the provider.
    pub check: Option<Check>,
    /// The code and instant of the last failed use.
    pub last_error: Option<(String, Instant)>,
    /// Who refreshes it now.
    pub lease: Option<RefreshLease>,
    /// When it was first connected.
    pub created_at: Instant,
    /// When it was last sealed.
    pub sealed_at: Instant,
    /// Counts the row's changes from 1.
    pub revision: u64,
}

impl Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("id", &self.id)
            .field("provider", &self.provider)
            .field("generation", &self.generation)
            .field("envelope", &self.envelope)
            .field("root_key", &self.root_key)
            .field("key_version", &self.key_version)
            .field("state", &self.state)
            .field("hint", &self.hint)
            .field("account", &self.account.as_ref().map(|_| "redacted"))
            .field("expires_at", &self.expires_at)
            .field("check", &self.check)
            .field("last_error", &self.last_error)
            .field("lease", &self.lease)
            .field("created_at", &self.created_at)
            .field("sealed_at", &self.sealed_at)
            .field("revision", &self.revision)
            .finish()
    }
}

/// A tenant's data key, wrapped by a root key. All credentials of the tenant that name its version are sealed under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantKey {
    /// Counts the tenant's keys from 1.
    pub version: u32,
    /// The root key that wraps it.
    pub root_key: u32,
    /// The wrapped key.
    pub wrapped: Envelope,
    /// When it was made.
    pub created_at: Instant,
}

words! {
    /// Where a credential was exported to.
    pub enum ExportState {
        /// The export is to be made, or made again.
        Pending = "pending",
        /// The other side has this generation.
        Synced = "synced",
        /// The last attempt failed.
        Failed = "failed",
        /// It was taken back.
        Revoked = "revoked",
    }
}

/// A copy of a tenant's credential that was handed to another provider, such as Twilio's to Vapi; at most one a
/// (credential, target).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialExport {
    /// Whose credential was handed on.
    pub provider: Provider,
    /// To whom.
    pub target: Provider,
    /// What the target calls it.
    pub remote_id: Option<String>,
    /// The generation that the target has.
    pub generation: u64,
    /// Where it stands.
    pub state: ExportState,
    /// The code of the last failure.
    pub error: Option<String>,
    /// When it was last touched.
    pub at: Instant,
    /// Counts its changes from 1.
    pub revision: u64,
}

/// One of a tenant's other secrets, by its key; sealed like a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSecret {
    /// `^[A-Z][A-Z0-9_]{0,63}$`.
    pub key: String,
    /// Counts the envelopes from 1.
    pub generation: u64,
    /// The sealed value.
    pub envelope: Envelope,
    /// As the envelope's header says.
    pub root_key: u32,
    /// As the envelope's header says.
    pub key_version: u32,
    /// When it was sealed.
    pub sealed_at: Instant,
}

/// What a tenant has sealed: credentials, other secrets, and the wrapped keys that they are sealed under.
#[async_trait]
pub trait CredentialStore: Debug + Send + Sync + 'static {
    /// The credential with a provider.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_credential(&self, tenant: &TenantId, provider: Provider) -> Result<Option<Credential>>;

    /// All credentials of the tenant, in the order of [`Provider::ALL`]. There are at most as many as providers.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_credentials(&self, tenant: &TenantId) -> Result<Vec<Credential>>;

    /// One version of the tenant's key. `None` when there never was one, and once it was removed or destroyed.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup_tenant_key(&self, tenant: &TenantId, version: u32) -> Result<Option<TenantKey>>;

    /// The newest version of the tenant's key that is there: the one to seal under.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn newest_tenant_key(&self, tenant: &TenantId) -> Result<Option<TenantKey>>;

    /// The highest version that a key of the tenant ever had, removed and destroyed ones too; 0 when it never had one.
    /// Versions are never used again: the next key has one more.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn last_key_version(&self, tenant: &TenantId) -> Result<u32>;

    /// Where a credential was exported to. Told of credentials that are gone too: a copy outlives them.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn find_export(
        &self,
        tenant: &TenantId,
        provider: Provider,
        target: Provider,
    ) -> Result<Option<CredentialExport>>;

    /// One of the tenant's other secrets.
    ///
    /// # Errors
    /// Transient or permanent.
    async fn lookup_secret(&self, tenant: &TenantId, key: &str) -> Result<Option<TenantSecret>>;

    /// The tenant's other secrets, by key; at most [`MAX_SECRETS`].
    ///
    /// # Errors
    /// Transient or permanent.
    async fn list_secrets(&self, tenant: &TenantId) -> Result<Vec<TenantSecret>>;
}

/// Other secrets that a tenant may keep.
pub const MAX_SECRETS: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_account_nor_envelope() {
        let at = Instant::from_micros(0);
        let credential = Credential {
            id: CredentialId::parse("crd_1").unwrap(),
            provider: Provider::GoogleCalendar,
            generation: 1,
            envelope: Envelope::new(*b"VLC1"),
            root_key: 7,
            key_version: 1,
            state: CredentialState::Active,
            hint: None,
            account: Some("ann@example.com".to_owned()),
            expires_at: None,
            check: None,
            last_error: None,
            lease: None,
            created_at: at,
            sealed_at: at,
            revision: 1,
        };
        let shown = format!("{credential:?}");
        assert!(
            shown.contains("Envelope(4 bytes)") && shown.contains("account: Some(\"redacted\")"),
            "{shown}"
        );
        assert!(!shown.contains("example.com"), "{shown}");
    }
}
