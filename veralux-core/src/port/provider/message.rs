use std::fmt::Debug;

use async_trait::async_trait;

use super::ProviderResult;
use crate::id::{MessageId, TenantId};
use crate::phone::E164;
use crate::port::{Body, Delivery};
use crate::time::Instant;

/// A text message to be sent.
#[derive(Debug, Clone)]
pub struct OutgoingSms {
    /// Our id of it, which names it to providers that take one.
    pub message: MessageId,
    /// Our number.
    pub from: E164,
    /// Whom to.
    pub to: E164,
    /// The text.
    pub body: Body,
    /// Where the provider tells how far it has come; `None` where it cannot reach us.
    pub status_url: Option<String>,
}

/// A message that a provider has taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentSms {
    /// The provider's id of it.
    pub id: String,
    /// How far it is, in the provider's view.
    pub state: Delivery,
    /// The provider's code of why it was not delivered, where it has one.
    pub code: Option<String>,
}

/// Sends text messages over a provider with the tenant's account, else the operator's.
#[async_trait]
pub trait MessageProvider: Debug + Send + Sync + 'static {
    /// As it stands in [`Number::provider`](crate::number::Number): `twilio`.
    fn slug(&self) -> &'static str;

    /// Hands one message over, once: no repeats of its own but after an answer which says that nothing was done.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError); `Unsettled` when it may have been sent.
    async fn send(&self, tenant: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms>;

    /// The message, if the provider took it at or after an instant: what must be asked before a message whose answer was
    /// lost is sent again. A provider that knows our id of a message answers by it; else the latest with the same
    /// numbers and text counts.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn find(
        &self,
        tenant: &TenantId,
        sms: &OutgoingSms,
        since: Instant,
    ) -> ProviderResult<Option<SentSms>>;
}
