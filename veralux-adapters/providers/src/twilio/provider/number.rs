use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::credential::Purpose;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{
    AccountOwner, HeldNumber, NumberOffer, NumberProvider, NumberSearch, Order, OrderState, ProviderError,
    ProviderFault, ProviderResult, WebhookUrls,
};

use super::Provider;
use crate::twilio::{Available, IncomingNumber, NumberUrls};

#[async_trait]
impl NumberProvider for Provider {
    fn slug(&self) -> &'static str {
        "twilio"
    }

    async fn owner(&self, tenant: &TenantId) -> ProviderResult<AccountOwner> {
        self.accounts.owner(tenant).await
    }

    fn only(&self, owner: AccountOwner) -> Arc<dyn NumberProvider> {
        Arc::new(Self { accounts: self.accounts.only(owner), ..self.clone() })
    }

    async fn search(&self, tenant: &TenantId, search: &NumberSearch) -> ProviderResult<Vec<NumberOffer>> {
        let client = self.client(tenant, Purpose::Numbers).await?;
        Ok(client.available(search).await?.into_iter().map(offer).collect())
    }

    async fn find(
        &self,
        tenant: &TenantId,
        number: &E164,
        urls: &WebhookUrls,
    ) -> ProviderResult<Option<HeldNumber>> {
        let client = self.client(tenant, Purpose::Numbers).await?;
        let found = client.numbers(Some(number)).await?.into_iter().next();
        Ok(found.map(|found| held(found, urls)))
    }

    async fn is_operators(&self, number: &E164) -> ProviderResult<bool> {
        let Some(client) = self.operators_client()? else { return Ok(false) };
        Ok(!client.numbers(Some(number)).await?.is_empty())
    }

    /// Twilio's numbers hang on nothing.
    async fn prepare(&self, _: &TenantId, _: &WebhookUrls) -> ProviderResult<Option<String>> {
        Ok(None)
    }

    async fn order(
        &self,
        tenant: &TenantId,
        number: &E164,
        _: Option<&str>,
        reference: &str,
    ) -> ProviderResult<Order> {
        let client = self.client(tenant, Purpose::Numbers).await?;
        Ok(Order { id: client.buy(number, reference).await?.sid, state: OrderState::Done })
    }

    /// Twilio has no orders: what was bought bears the order's reference as its name.
    async fn find_order(&self, tenant: &TenantId, reference: &str) -> ProviderResult<Option<Order>> {
        let client = self.client(tenant, Purpose::Numbers).await?;
        let found = client.named(reference).await?.into_iter().next();
        Ok(found.map(|found| Order { id: found.sid, state: OrderState::Done }))
    }

    async fn attach(
        &self,
        tenant: &TenantId,
        held: &HeldNumber,
        _: Option<&str>,
        urls: &WebhookUrls,
    ) -> ProviderResult<()> {
        let client = self.client(tenant, Purpose::Numbers).await?;
        let own = leads(urls);
        let Some(found) = client.number(&held.id).await? else {
            let gone = "The number is not in the Twilio account any more. Buy or import it again.";
            return Err(ProviderError::new("twilio", ProviderFault::Rejected, gone));
        };
        if !found.leads_to(&own) {
            client.lead(&found, &own).await?;
        }
        Ok(())
    }

    async fn release(&self, tenant: &TenantId, held: &HeldNumber) -> ProviderResult<()> {
        self.client(tenant, Purpose::Numbers).await?.release(&held.id).await.map(drop)
    }
}

fn leads(urls: &WebhookUrls) -> NumberUrls<'_> {
    NumberUrls { sms: &urls.message, voice: &urls.voice, status: &urls.voice_status }
}

fn held(found: IncomingNumber, urls: &WebhookUrls) -> HeldNumber {
    let attached = found.leads_to(&leads(urls));
    HeldNumber { id: found.sid, number: found.number, features: found.features, attached }
}

/// Twilio's list of offers has no prices.
fn offer(found: Available) -> NumberOffer {
    let Available { number, locality, region, features } = found;
    NumberOffer { number, locality, region, features, monthly_price: None }
}
