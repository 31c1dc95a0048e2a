//! Calls that a platform has led to itself, led to us again.

use super::Assistants;
use crate::id::TenantId;
use crate::phone::E164;
use crate::port::{ProviderError, ProviderFault, ProviderResult};

impl Assistants {
    /// Has a number's calls come to us again: a platform leads them to itself when it imports the number, and leaves it at
    /// that when it forgets the number. May be made again.
    pub(super) async fn lead_home(&self, tenant: &TenantId, number: Option<&E164>) -> ProviderResult<()> {
        let source = self.numbers.iter().find(|source| source.provider.slug() == "twilio");
        let urls = source.and_then(|source| Some((&source.provider, source.urls.as_ref()?)));
        let (Some(number), Some((provider, urls))) = (number, urls) else { return Ok(()) };
        let own = self
            .stores
            .numbers
            .find(tenant, number)
            .await
            .map_err(|error| ProviderError::new("twilio", ProviderFault::Transient, error.to_string()))?;
        // What is not the tenant's any more may lead to somebody else.
        if own.is_none() {
            return Ok(());
        }
        let led = match provider.find(tenant, number, urls).await {
            Ok(Some(held)) if !held.attached => provider.attach(tenant, &held, None, urls).await,
            Ok(_) => Ok(()),
            Err(error) => Err(error),
        };
        match led {
            // Without an account nobody can lead it anywhere.
            Err(error) if error.fault == ProviderFault::NotConnected => Ok(()),
            led => led,
        }
    }
}
