//! Tenants' credentials without a provider at hand: for trying things out, and for embedding.

use std::fmt::Write as _;
use std::sync::Arc;

use async_trait::async_trait;
use serde::Deserialize;
use veralux_core::credential::Provider;
use veralux_core::port::{CredentialVerifier, Random, Rejection, Verdict};
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, HeldKeys, RootKeyFault, Stores, VaultLimits};
use zeroize::Zeroizing;

/// A credential whose public id (account SID, access key id, e-mail address; else its API key) ends so is refused.
const REJECTED: &str = "dead";
/// One that ends so cannot be asked about.
const UNREACHABLE: &str = "0ff0";

/// Asks nobody: every credential works, unless its public id ends in `dead` (refused) or in `0ff0` (nobody answers). For
/// trying things out; never for the public.
#[derive(Debug, Default)]
pub struct MockProviders;

/// What tells credentials apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ids {
    account_sid: Option<Secret>,
    access_key_id: Option<Secret>,
    email: Option<Secret>,
    api_key: Option<Secret>,
}

#[async_trait]
impl CredentialVerifier for MockProviders {
    async fn verify(&self, _: Provider, body: &[u8]) -> Verdict {
        let Ok(ids) = serde_json::from_slice::<Ids>(body) else { return Verdict::Rejected(Rejection::Other) };
        let id = ids.account_sid.or(ids.access_key_id).or(ids.email).or(ids.api_key);
        let ends = |suffix| id.as_ref().is_some_and(|id| id.expose().ends_with(suffix));
        if ends(REJECTED) {
            Verdict::Rejected(Rejection::Unauthorised)
        } else if ends(UNREACHABLE) {
            Verdict::Unreachable
        } else {
            Verdict::Verified
        }
    }
}

/// A vault over stores that end with the process, under a root key that is drawn now and ends with it.
///
/// # Errors
/// [`RootKeyFault`], also when these stores know another root key.
pub async fn ephemeral_vault(stores: &Stores) -> Result<Arc<CredentialVault>, RootKeyFault> {
    let keys = HeldKeys::start(stores, fresh_root_key(stores.random.as_ref())).await?;
    Ok(Arc::new(CredentialVault::new(stores.clone(), Arc::new(keys), VaultLimits::default())))
}

/// A list of one root key that nobody has seen.
fn fresh_root_key(random: &dyn Random) -> Secret {
    let bytes = Zeroizing::new(random.bytes::<32>());
    let mut text = String::with_capacity(66);
    text.push_str("1:");
    for byte in bytes.iter() {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    Secret::new(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_the_mock_says() {
        for (what, body, verdict) in [
            ("any", r#"{"v":1,"accountSid":"AC01","authToken":"dead"}"#, Verdict::Verified),
            ("refused", r#"{"v":1,"accountSid":"AC01dead"}"#, Verdict::Rejected(Rejection::Unauthorised)),
            ("away", r#"{"v":1,"accountSid":"AC010ff0"}"#, Verdict::Unreachable),
            ("without a public id", r#"{"apiKey":"re_dead"}"#, Verdict::Rejected(Rejection::Unauthorised)),
            ("no ids", "{}", Verdict::Verified),
        ] {
            assert_eq!(MockProviders.verify(Provider::Twilio, body.as_bytes()).await, verdict, "{what}");
        }
    }
}
