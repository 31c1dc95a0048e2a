//! The keys of the contract, from the texts that are found in keys as well as from our own types.

use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{Error, Result};
use veralux_core::runtime::KeyNames;

/// The names, and what the keys of the two families begin with.
#[derive(Debug)]
pub(crate) struct Keys {
    names: KeyNames,
    did_prefix: String,
    config_prefix: String,
}

/// One key of each sort, for which a right that is given by pattern is asked.
pub(crate) struct Samples {
    /// What a voice runtime reads.
    pub(crate) contract: [String; 2],
    /// What is ours, in braces.
    pub(crate) beside: [String; 4],
}

impl Keys {
    /// Refuses prefixes with which a listing of one family would take in another's keys.
    pub(crate) fn new(names: &KeyNames) -> Result<Self> {
        let (did_prefix, config_prefix) = (names.did_prefix(), names.all_configs_prefix());
        let others = [
            names.active_calls(),
            names.active_calls_of(&TenantId::platform()),
            names.concurrency_override(&TenantId::platform()),
        ];
        let mixed = did_prefix.starts_with(&config_prefix)
            || config_prefix.starts_with(&did_prefix)
            || others.iter().any(|key| key.starts_with(&did_prefix) || key.starts_with(&config_prefix));
        if mixed {
            return Err(Error::Invalid("one prefix of the runtime's keys begins like the keys of another"));
        }
        Ok(Self { names: names.clone(), did_prefix, config_prefix })
    }

    pub(crate) fn did(&self, did: &E164) -> String {
        self.names.did(*did)
    }

    pub(crate) fn config(&self, tenant: &TenantId) -> String {
        self.names.config(tenant)
    }

    /// Where the sequence of a tenant's last publication is remembered. Ours, not the contract's: in no listing, and by its
    /// braces in the hash slot of the configuration.
    pub(crate) fn config_sequence(&self, tenant: &TenantId) -> String {
        sequence_of(&self.config(tenant))
    }

    /// The same for one DID and tenant, in a cluster.
    pub(crate) fn did_sequence(&self, did: &E164, tenant: &TenantId) -> String {
        format!("{}:{tenant}", sequence_of(&self.did(did)))
    }

    /// Where the id of the installation lies, beside either family: two that share one of them must not both write. Ours as the
    /// sequences are.
    pub(crate) fn owners(&self) -> [String; 2] {
        [&self.did_prefix, &self.config_prefix].map(|prefix| format!("{{{prefix}}}:installation"))
    }

    pub(crate) fn samples(&self) -> Samples {
        let contract = [format!("{}0", self.did_prefix), self.config(&TenantId::platform())];
        let [did, config] = contract.each_ref().map(|key| sequence_of(key));
        let [did_owner, config_owner] = self.owners();
        Samples { contract, beside: [did, config, did_owner, config_owner] }
    }

    /// Whether the key itself says where in a cluster it lies: braces in a prefix would put others elsewhere.
    pub(crate) fn have_braces(&self) -> bool {
        [&self.did_prefix, &self.config_prefix].iter().any(|prefix| prefix.contains(['{', '}']))
    }

    /// What the key of a mapping begins with; the number follows.
    pub(crate) fn did_prefix(&self) -> &str {
        &self.did_prefix
    }

    /// What the key of a configuration begins with; the tenant id follows.
    pub(crate) fn config_prefix(&self) -> &str {
        &self.config_prefix
    }
}

fn sequence_of(key: &str) -> String {
    format!("{{{key}}}:sequence")
}

/// The pattern that matches exactly the keys that begin with a text (Redis glob style, as in `SCAN`).
pub(crate) fn pattern(prefix: &str) -> String {
    let mut pattern = String::with_capacity(prefix.len() + 1);
    for c in prefix.chars() {
        if matches!(c, '*' | '?' | '[' | ']' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push('*');
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_must_not_mix() {
        for (map, config, cap, taken) in [
            ("tenantmap", "tenantcfg", "cap", true),
            ("eu:map", "eu:cfg", "eu:cap", true),
            ("eu", "eu:cfg", "cap", true),
            ("eu:map", "eu", "cap", false),
            ("eu", "eu:did", "cap", false),
            ("eu", "eu:tenant", "cap", false),
            ("map", "eu", "eu:cap", false),
        ] {
            let names = KeyNames::new(map, config, cap).unwrap();
            assert_eq!(Keys::new(&names).is_ok(), taken, "{map} {config} {cap}");
        }
    }

    #[test]
    fn a_pattern_takes_its_prefix_literally() {
        for (prefix, expected) in [
            ("tenantcfg:", "tenantcfg:*"),
            ("a*b?:", "a\\*b\\?:*"),
            ("[x-y]^:", "\\[x-y\\]^:*"),
            ("back\\slash:", "back\\\\slash:*"),
        ] {
            assert_eq!(pattern(prefix), expected, "{prefix}");
        }
    }
}
