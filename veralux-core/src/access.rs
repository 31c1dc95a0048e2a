//! API keys of the admin API: what they are, how they are recognised, what they permit.
//!
//! A key is `vlx_` and 43 characters of base64url over 32 random bytes. It is shown once; stored are a keyed digest
//! (HMAC-SHA-256, RFC 2104; the key is the installation's pepper) and its last four characters. The 256 bits of a key
//! make a slow password hash needless; the pepper makes a copied table useless for testing guesses elsewhere.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::id::{ApiKeyId, TenantId};
use crate::secret::Secret;
use crate::time::Instant;
use crate::word::words;

/// What every key begins with.
pub const KEY_PREFIX: &str = "vlx_";

words! {
    /// What a stored key permits.
    pub enum KeyRole {
        /// Reads.
        Viewer = "viewer",
        /// Reads and writes.
        Admin = "admin",
    }
}

/// The installation's secret behind every key digest.
#[derive(Clone)]
pub struct Pepper([u8; 32]);

impl Pepper {
    /// From 32 bytes out of a secure source, the same for the life of the installation.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A keyed digest (HMAC-SHA-256, RFC 2104) of some parts, each with its length in front: tells equal from other without
    /// letting anybody who reads the store try out guesses. `label` keeps digests of different uses apart.
    pub fn digest<'a>(&self, label: &str, parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            unreachable!("HMAC takes keys of any length (RFC 2104)")
        };
        mac.update(label.as_bytes());
        mac.update(b"\0");
        for part in parts {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for Pepper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pepper(redacted)")
    }
}

/// The keyed digest of an API key: what is stored and looked up.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    /// The digest of a key as its owner sends it.
    pub fn of(pepper: &Pepper, key: &str) -> Self {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&pepper.0) else {
            unreachable!("HMAC takes keys of any length (RFC 2104)")
        };
        mac.update(b"veralux/api-key/v1\0");
        mac.update(key.as_bytes());
        Self(mac.finalize().into_bytes().into())
    }

    /// From its bytes, for stores.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, for stores.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Compares in constant time.
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest(redacted)")
    }
}

/// A stored key. The key itself is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: String,
    /// What it permits.
    pub role: KeyRole,
    /// The only tenant it may act for; `None` for any.
    pub tenant: Option<TenantId>,
    /// What it is recognised by.
    pub digest: KeyDigest,
    /// The last four characters, for people.
    pub last_four: String,
    /// When it was made.
    pub created_at: Instant,
    /// From when on it is refused.
    pub expires_at: Option<Instant>,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
}

impl ApiKey {
    /// Whether it opens anything at an instant.
    pub fn is_valid_at(&self, at: Instant) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| at < end)
    }

    /// Under which tenant it is kept: its own, or the platform.
    pub fn home(&self) -> TenantId {
        self.tenant.clone().unwrap_or_else(TenantId::platform)
    }
}

/// A new key's text from 32 random bytes.
pub fn key_text(random: [u8; 32]) -> Secret {
    Secret::new(format!("{KEY_PREFIX}{}", URL_SAFE_NO_PAD.encode(random)))
}

/// Who calls, once they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// The operator, by the bootstrap key.
    Superadmin,
    /// The holder of a stored key.
    Key {
        /// Which one.
        id: ApiKeyId,
        /// What it permits.
        role: KeyRole,
        /// Its only tenant, if it is bound to one.
        tenant: Option<TenantId>,
    },
}

impl Caller {
    /// The caller behind a stored key; `None` when the key opens nothing any more.
    pub fn from_key(key: &ApiKey, at: Instant) -> Option<Self> {
        key.is_valid_at(at).then(|| Self::Key {
            id: key.id.clone(),
            role: key.role,
            tenant: key.tenant.clone(),
        })
    }

    /// Whether the caller may change things.
    pub fn may_write(&self) -> bool {
        match self {
            Self::Superadmin => true,
            Self::Key { role, .. } => *role == KeyRole::Admin,
        }
    }

    /// Whether the caller sees messages whole; everyone else sees them redacted.
    pub fn sees_whole_texts(&self) -> bool {
        match self {
            Self::Superadmin => true,
            Self::Key { role, .. } => match role {
                KeyRole::Admin => true,
                KeyRole::Viewer => false,
            },
        }
    }

    /// Whether the caller may act for a tenant. The platform's own data belong to the superadmin and to admin keys
    /// that are bound to no tenant.
    pub fn may_act_for(&self, wanted: &TenantId) -> bool {
        match self {
            Self::Superadmin => true,
            Self::Key { tenant: None, role, .. } => !wanted.is_platform() || *role == KeyRole::Admin,
            Self::Key { tenant: Some(own), .. } => own == wanted,
        }
    }

    /// The only tenant the caller may act for, if there is just one.
    pub fn bound_tenant(&self) -> Option<&TenantId> {
        match self {
            Self::Key { tenant, .. } => tenant.as_ref(),
            Self::Superadmin => None,
        }
    }

    /// How the caller is named in audit events and logs.
    pub fn name(&self) -> String {
        match self {
            Self::Superadmin => "superadmin".to_owned(),
            Self::Key { id, .. } => id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(role: KeyRole, tenant: Option<&str>) -> ApiKey {
        ApiKey {
            id: ApiKeyId::parse("key_1").unwrap(),
            name: "CI".to_owned(),
            role,
            tenant: tenant.map(|id| TenantId::parse(id).unwrap()),
            digest: KeyDigest::from_bytes([0; 32]),
            last_four: "abcd".to_owned(),
            created_at: Instant::from_micros(0),
            expires_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn key_texts_are_base64url() {
        assert_eq!(key_text([0; 32]).expose(), format!("vlx_{}", "A".repeat(43)));
        assert_eq!(key_text([255; 32]).expose(), format!("vlx_{}8", "_".repeat(42)));
        let counting: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        assert_eq!(key_text(counting).expose(), "vlx_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8");
    }

    #[test]
    fn a_digest_depends_on_key_and_pepper() {
        let (one, two) = (Pepper::new([1; 32]), Pepper::new([2; 32]));
        assert_eq!(KeyDigest::of(&one, "vlx_a"), KeyDigest::of(&one, "vlx_a"));
        assert_ne!(KeyDigest::of(&one, "vlx_a"), KeyDigest::of(&one, "vlx_b"));
        assert_ne!(KeyDigest::of(&one, "vlx_a"), KeyDigest::of(&two, "vlx_a"));
    }

    #[test]
    fn digests_tell_parts_uses_and_installations_apart() {
        let (one, two) = (Pepper::new([1; 32]), Pepper::new([2; 32]));
        let digest = |pepper: &Pepper, label: &str, parts: &[&str]| {
            pepper.digest(label, parts.iter().map(|part| part.as_bytes()))
        };
        let first = digest(&one, "a", &["xy", "z"]);
        assert_eq!(first, digest(&one, "a", &["xy", "z"]));
        for other in [
            digest(&two, "a", &["xy", "z"]),
            digest(&one, "b", &["xy", "z"]),
            digest(&one, "a", &["x", "yz"]),
            digest(&one, "a", &["xyz"]),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn what_callers_may_do() {
        let now = Instant::from_micros(5);
        let (own, other, platform) =
            (TenantId::parse("own").unwrap(), TenantId::parse("other").unwrap(), TenantId::platform());
        for (role, tenant, write, [may_own, may_other, may_platform]) in [
            (KeyRole::Viewer, None, false, [true, true, false]),
            (KeyRole::Admin, None, true, [true, true, true]),
            (KeyRole::Viewer, Some("own"), false, [true, false, false]),
            (KeyRole::Admin, Some("own"), true, [true, false, false]),
        ] {
            let caller = Caller::from_key(&key(role, tenant), now).unwrap();
            assert_eq!(caller.may_write(), write, "{role} {tenant:?}");
            assert_eq!(caller.sees_whole_texts(), role == KeyRole::Admin, "{role} {tenant:?}");
            assert_eq!(caller.may_act_for(&own), may_own, "{role} {tenant:?}");
            assert_eq!(caller.may_act_for(&other), may_other, "{role} {tenant:?}");
            assert_eq!(caller.may_act_for(&platform), may_platform, "{role} {tenant:?}");
        }
        assert!(Caller::Superadmin.may_write() && Caller::Superadmin.may_act_for(&platform));
    }

    #[test]
    fn a_key_ends_at_its_end_and_when_revoked() {
        let at = Instant::from_micros;
        let expiring = ApiKey { expires_at: Some(at(10)), ..key(KeyRole::Admin, None) };
        assert!(Caller::from_key(&expiring, at(9)).is_some());
        assert!(Caller::from_key(&expiring, at(10)).is_none());
        let revoked = ApiKey { revoked_at: Some(at(3)), ..key(KeyRole::Admin, None) };
        assert!(Caller::from_key(&revoked, at(2)).is_none());
    }
}
