//! Names of the keys under which the runtime finds what is published, and counts calls.

use crate::id::TenantId;
use crate::phone::E164;
use crate::time::Instant;

/// Seconds for which the runtime keeps a counter of calls of one minute.
pub const CALLS_IN_MINUTE_TTL_SECS: u64 = 120;

/// The three configurable prefixes, and every key of the contract.
///
/// ```
/// use veralux_core::{phone::E164, runtime::KeyNames};
/// let keys = KeyNames::default();
/// assert_eq!(keys.did(E164::parse("+14155550123").unwrap()), "tenantmap:did:+14155550123");
/// assert!(KeyNames::new("tenant map", "tenantcfg", "cap").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyNames {
    map: Box<str>,
    config: Box<str>,
    cap: Box<str>,
}

/// Why a prefix is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrefixError {
    /// Nothing stands before the first colon.
    #[error("the {0} prefix of the runtime's keys must not be empty")]
    Empty(&'static str),
    /// White space or a control character.
    #[error("the {0} prefix of the runtime's keys must hold neither white space nor control characters")]
    Space(&'static str),
    /// Two of the prefixes are the same text.
    #[error("the three prefixes of the runtime's keys must differ")]
    Same,
}

impl KeyNames {
    /// Prefix of the map from DID to tenant and of the overrides of caps.
    pub const MAP_PREFIX: &'static str = "tenantmap";
    /// Prefix of the configs.
    pub const CONFIG_PREFIX: &'static str = "tenantcfg";
    /// Prefix of the runtime's own counts of calls.
    pub const CAP_PREFIX: &'static str = "cap";

    /// Takes the prefixes, each without the colon that follows it.
    ///
    /// # Errors
    /// [`PrefixError`] for a prefix that is empty or holds white space, and for two that are the same.
    pub fn new(map_prefix: &str, config_prefix: &str, cap_prefix: &str) -> Result<Self, PrefixError> {
        for (name, prefix) in [("map", map_prefix), ("config", config_prefix), ("cap", cap_prefix)] {
            if prefix.is_empty() {
                return Err(PrefixError::Empty(name));
            }
            if prefix.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}') {
                return Err(PrefixError::Space(name));
            }
        }
        if map_prefix == config_prefix || map_prefix == cap_prefix || config_prefix == cap_prefix {
            return Err(PrefixError::Same);
        }
        Ok(Self { map: map_prefix.into(), config: config_prefix.into(), cap: cap_prefix.into() })
    }

    /// Holds the tenant id that a DID belongs to, as a plain string.
    pub fn did(&self, did: E164) -> String {
        format!("{}{did}", self.did_prefix())
    }

    /// What every key of [`Self::did`] begins with; a scan for orphaned DIDs looks for it.
    pub fn did_prefix(&self) -> String {
        format!("{}:did:", self.map)
    }

    /// Holds a tenant's `RuntimeTenantConfig`.
    pub fn config(&self, tenant: &TenantId) -> String {
        format!("{}{tenant}", self.all_configs_prefix())
    }

    /// What every key of [`Self::config`] begins with.
    pub fn all_configs_prefix(&self) -> String {
        format!("{}:", self.config)
    }

    /// Overrides `caps.maxConcurrentCallsTenant`.
    pub fn concurrency_override(&self, tenant: &TenantId) -> String {
        format!("{}:tenant:{tenant}:cap:concurrency", self.map)
    }

    /// Overrides `caps.maxCallsPerMinuteTenant`.
    pub fn calls_per_minute_override(&self, tenant: &TenantId) -> String {
        format!("{}:tenant:{tenant}:cap:rpm", self.map)
    }

    /// The runtime's set of all live calls. Read only.
    pub fn active_calls(&self) -> String {
        format!("{}:global:active", self.cap)
    }

    /// The runtime's set of a tenant's live calls. Read only.
    pub fn active_calls_of(&self, tenant: &TenantId) -> String {
        format!("{}:tenant:{tenant}:active", self.cap)
    }

    /// The runtime's count of a tenant's calls that began in the minute of `at` (UTC). Read only.
    pub fn calls_in_minute(&self, tenant: &TenantId, at: Instant) -> String {
        // RFC 3339 to the minute is sixteen characters, twelve of them digits.
        let minute: String = at.to_string().chars().take(16).filter(char::is_ascii_digit).collect();
        format!("{}:tenant:{tenant}:rpm:{minute}", self.cap)
    }
}

impl Default for KeyNames {
    fn default() -> Self {
        Self {
            map: Self::MAP_PREFIX.into(),
            config: Self::CONFIG_PREFIX.into(),
            cap: Self::CAP_PREFIX.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_contract() {
        let keys = KeyNames::default();
        let tenant = TenantId::parse("oak").unwrap();
        let at = Instant::parse("2026-01-19T15:30:59+01:00").unwrap();
        for (key, expected) in [
            (keys.did(E164::parse("+12").unwrap()), "tenantmap:did:+12"),
            (keys.did_prefix(), "tenantmap:did:"),
            (keys.config(&tenant), "tenantcfg:oak"),
            (keys.all_configs_prefix(), "tenantcfg:"),
            (keys.concurrency_override(&tenant), "tenantmap:tenant:oak:cap:concurrency"),
            (keys.calls_per_minute_override(&tenant), "tenantmap:tenant:oak:cap:rpm"),
            (keys.active_calls(), "cap:global:active"),
            (keys.active_calls_of(&tenant), "cap:tenant:oak:active"),
            (keys.calls_in_minute(&tenant, at), "cap:tenant:oak:rpm:202601191430"),
        ] {
            assert_eq!(key, expected);
        }
        let keys = KeyNames::new("eu:map", "eu:cfg", "eu:cap").unwrap();
        assert_eq!(keys.config(&tenant), "eu:cfg:oak");
    }

    #[test]
    fn prefixes_that_are_not_taken() {
        for (map, config, cap, error) in [
            ("", "b", "c", PrefixError::Empty("map")),
            ("a", "", "c", PrefixError::Empty("config")),
            ("a", "b", "", PrefixError::Empty("cap")),
            ("a", "b b", "c", PrefixError::Space("config")),
            ("a", "b", "c\u{a0}", PrefixError::Space("cap")),
            ("a\0", "b", "c", PrefixError::Space("map")),
            ("a", "a", "c", PrefixError::Same),
            ("a", "b", "a", PrefixError::Same),
        ] {
            assert_eq!(KeyNames::new(map, config, cap), Err(error), "{map:?} {config:?} {cap:?}");
        }
    }
}
