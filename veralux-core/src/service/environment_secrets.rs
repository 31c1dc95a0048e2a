use std::collections::BTreeMap;

use async_trait::async_trait;

use crate::audit::Actor;
use crate::id::TenantId;
use crate::port::{SecretError, SecretManager};
use crate::secret::Secret;

/// What variables begin with unless the operator says otherwise.
pub const DEFAULT_PREFIX: &str = "TENANT_";

/// Secrets that the operator puts into the environment: `TENANT_<TENANT>_<KEY>`, the tenant's id in capitals with `_` for
/// each `-`. Read only.
///
/// Variables and tenants are given when it is made: the core reads no environment. A tenant that is not among them has
/// no secrets here. `Debug` shows keys, no values.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentSecrets(BTreeMap<TenantId, BTreeMap<String, Secret>>);

/// Why a variable is nobody's: two tenants could read it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the variable `{variable}` could be of the tenant `{one}` and of `{other}`")]
pub struct AmbiguousVariable {
    /// Its name.
    pub variable: String,
    /// One tenant.
    pub one: TenantId,
    /// Another one.
    pub other: TenantId,
}

impl EnvironmentSecrets {
    /// Gives each variable to the tenant that its name says.
    ///
    /// ```
    /// use veralux_core::id::TenantId;
    /// use veralux_core::service::{EnvironmentSecrets, DEFAULT_PREFIX};
    /// let tenants = ["a", "a-b"].map(|id| TenantId::parse(id).unwrap());
    /// let read = |name: &str| EnvironmentSecrets::new(DEFAULT_PREFIX, &tenants, [(name.to_owned(), "x".to_owned())]);
    /// assert!(read("TENANT_A_HOOK").is_ok());
    /// assert!(read("TENANT_A_B_HOOK").is_err(), "`B_HOOK` of `a`, or `HOOK` of `a-b`?");
    /// ```
    ///
    /// # Errors
    /// [`AmbiguousVariable`]: of the tenants `a` and `a-b`, either could mean `TENANT_A_B_C`.
    pub fn new(
        prefix: &str,
        tenants: &[TenantId],
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, AmbiguousVariable> {
        let mut found: BTreeMap<TenantId, BTreeMap<String, Secret>> = BTreeMap::new();
        for (variable, value) in variables {
            let value = Secret::new(value);
            let Some(rest) = variable.strip_prefix(prefix) else { continue };
            let mut owners = tenants.iter().filter_map(|tenant| Some((tenant, key_of(tenant, rest)?)));
            let Some((one, key)) = owners.next() else { continue };
            if let Some((other, _)) = owners.find(|(other, _)| *other != one) {
                let (one, other) = (one.clone(), other.clone());
                return Err(AmbiguousVariable { variable, one, other });
            }
            found.entry(one.clone()).or_default().insert(key.to_owned(), value);
        }
        Ok(Self(found))
    }
}

/// What a variable without its prefix calls the secret, if it is this tenant's.
fn key_of<'a>(tenant: &TenantId, rest: &'a str) -> Option<&'a str> {
    let name = tenant.as_str().to_ascii_uppercase().replace('-', "_");
    rest.strip_prefix(&name)?.strip_prefix('_').filter(|key| !key.is_empty())
}

#[async_trait]
impl SecretManager for EnvironmentSecrets {
    async fn open(&self, tenant: &TenantId, key: &str, _: &Actor) -> Result<Option<Secret>, SecretError> {
        Ok(self.0.get(tenant).and_then(|own| own.get(key)).cloned())
    }

    async fn put(&self, _: &TenantId, _: &str, _: &Secret, _: &Actor) -> Result<(), SecretError> {
        Err(SecretError::ReadOnly)
    }

    async fn list(&self, tenant: &TenantId) -> Result<Vec<String>, SecretError> {
        Ok(self.0.get(tenant).into_iter().flatten().map(|(key, _)| key.clone()).collect())
    }

    async fn remove(&self, _: &TenantId, _: &str, _: &Actor) -> Result<(), SecretError> {
        Err(SecretError::ReadOnly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenants(ids: &[&str]) -> Vec<TenantId> {
        ids.iter().map(|id| TenantId::parse(id).unwrap()).collect()
    }

    #[test]
    fn whose_a_variable_is() {
        for (what, ids, variable, expected) in [
            ("a tenant's", &["oak"][..], "TENANT_OAK_HOOK", Some(("oak", "HOOK"))),
            ("a dash is a low line", &["oak-2"], "TENANT_OAK_2_HOOK", Some(("oak-2", "HOOK"))),
            ("a key with low lines", &["oak"], "TENANT_OAK_HOOK_2", Some(("oak", "HOOK_2"))),
            ("another tenant beside it", &["oak", "elm"], "TENANT_ELM_HOOK", Some(("elm", "HOOK"))),
            ("a tenant that begins alike", &["oak", "oaks"], "TENANT_OAKS_HOOK", Some(("oaks", "HOOK"))),
            ("the same tenant twice", &["oak", "oak"], "TENANT_OAK_HOOK", Some(("oak", "HOOK"))),
            ("another prefix", &["oak"], "OAK_HOOK", None),
            ("no key", &["oak"], "TENANT_OAK_", None),
            ("small letters", &["oak"], "TENANT_oak_HOOK", None),
        ] {
            let read = EnvironmentSecrets::new(
                DEFAULT_PREFIX,
                &tenants(ids),
                [(variable.to_owned(), "hunter2".to_owned())],
            );
            let read = read.unwrap();
            let found: Vec<(&str, &str)> = read
                .0
                .iter()
                .flat_map(|(tenant, own)| own.keys().map(|key| (tenant.as_str(), key.as_str())))
                .collect();
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{what}");
            assert!(!format!("{read:?}").contains("hunter2"), "{what}");
        }
    }

    #[test]
    fn a_name_that_two_tenants_could_mean_is_refused() {
        for (what, ids, variable) in [
            ("a tenant and a longer one", &["oak", "oak-2"][..], "TENANT_OAK_2_HOOK"),
            ("dash and low line", &["a-b", "a_b"], "TENANT_A_B_HOOK"),
            ("capitals", &["oak", "OAK"], "TENANT_OAK_HOOK"),
        ] {
            let variables = [(variable.to_owned(), "hunter2".to_owned())];
            let error = EnvironmentSecrets::new(DEFAULT_PREFIX, &tenants(ids), variables).unwrap_err();
            assert_eq!(error.variable, variable, "{what}");
            assert!(!error.to_string().contains("hunter2"), "{what}");
        }
    }
}
