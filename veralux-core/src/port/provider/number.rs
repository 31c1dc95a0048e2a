use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::ProviderResult;
use crate::id::TenantId;
use crate::phone::E164;
use crate::word::words;

words! {
    /// What kind of number is looked for.
    pub enum NumberKind {
        /// Of a place.
        Local = "local",
        /// Free for who calls.
        TollFree = "toll_free",
        /// Of a mobile network.
        Mobile = "mobile",
    }
}

words! {
    /// In whose account at a provider something is done.
    pub enum AccountOwner {
        /// The tenant's own, which it has connected.
        Tenant = "tenant",
        /// The operator's, in which the tenants act that have none.
        Operator = "operator",
    }
}

/// What a number can do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberFeatures {
    /// Calls.
    pub voice: bool,
    /// Text messages.
    pub sms: bool,
    /// Messages with media.
    pub mms: bool,
}

/// What numbers are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberSearch {
    /// ISO 3166-1 alpha-2, capital letters.
    pub country: String,
    /// Of which kind.
    pub kind: NumberKind,
    /// Digits of the area code (the national destination code).
    pub area_code: Option<String>,
    /// Digits that stand in it.
    pub contains: Option<String>,
    /// What it must be able to do.
    pub features: NumberFeatures,
    /// Most offers, 1 to 50.
    pub limit: u8,
}

/// A number that a provider has for sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberOffer {
    /// The number.
    pub number: E164,
    /// The place, as the provider names it.
    pub locality: Option<String>,
    /// State or province, as the provider names it.
    pub region: Option<String>,
    /// What it can do.
    pub features: NumberFeatures,
    /// What a month costs, as the provider writes it: `1.00 USD`.
    pub monthly_price: Option<String>,
}

/// A number that is in the account at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldNumber {
    /// The provider's id of it.
    pub id: String,
    /// The number.
    pub number: E164,
    /// What it can do, where the provider tells.
    pub features: Option<NumberFeatures>,
    /// It leads its calls and messages to the URLs that were asked about.
    pub attached: bool,
}

/// Where a provider reports what happens on a number. Public `https` URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookUrls {
    /// An inbound message.
    pub message: String,
    /// An inbound call.
    pub voice: String,
    /// The end of a call.
    pub voice_status: String,
}

/// How far an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderState {
    /// The provider is at it; ask again.
    Pending,
    /// The number is, or will at any moment be, in the account.
    Done,
    /// It will not be.
    Failed,
}

/// An order of a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The provider's id of it.
    pub id: String,
    /// How far it is.
    pub state: OrderState,
}

/// Looks for, buys, sets up and gives back phone numbers in the tenant's account, else the operator's.
///
/// # Contract
/// Each method is one step that may be made again after a crash: those that only read, and [`prepare`](Self::prepare) and
/// [`attach`](Self::attach), which look first, at any time; [`order`](Self::order) only when
/// [`find`](Self::find) and [`find_order`](Self::find_order) find nothing.
#[async_trait]
pub trait NumberProvider: Debug + Send + Sync + 'static {
    /// As it stands in [`Number::provider`](crate::number::Number): `telnyx`.
    fn slug(&self) -> &'static str;

    /// In whose account what is asked for this tenant is done now. The provider is not asked.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError); `NotConnected` without any.
    async fn owner(&self, tenant: &TenantId) -> ProviderResult<AccountOwner>;

    /// The same provider, but only in this one's account: where it is gone `NotConnected`, never the other's. What takes several
    /// steps is done in one account, whatever is connected and disconnected between them.
    fn only(&self, owner: AccountOwner) -> Arc<dyn NumberProvider>;

    /// Numbers for sale.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn search(&self, tenant: &TenantId, search: &NumberSearch) -> ProviderResult<Vec<NumberOffer>>;

    /// A number, if it is in the account, and whether it leads to these URLs.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn find(
        &self,
        tenant: &TenantId,
        number: &E164,
        urls: &WebhookUrls,
    ) -> ProviderResult<Option<HeldNumber>>;

    /// Whether a number is in the operator's account, whatever the tenants have connected; not without such an account.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn is_operators(&self, number: &E164) -> ProviderResult<bool>;

    /// Creates or finds what numbers of this provider hang on, and answers with its id: Telnyx's call control application.
    /// `None` where a provider needs nothing.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn prepare(&self, tenant: &TenantId, urls: &WebhookUrls) -> ProviderResult<Option<String>>;

    /// Buys a number. `application` is what [`prepare`](Self::prepare) gave, `reference` names the order for
    /// [`find_order`](Self::find_order).
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError); `Unsettled` when it may be bought.
    async fn order(
        &self,
        tenant: &TenantId,
        number: &E164,
        application: Option<&str>,
        reference: &str,
    ) -> ProviderResult<Order>;

    /// The order with this reference, if it was placed. A provider without orders answers `None`: there a number is
    /// bought exactly when [`find`](Self::find) finds it.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn find_order(&self, tenant: &TenantId, reference: &str) -> ProviderResult<Option<Order>>;

    /// Leads a number's calls and messages to these URLs.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn attach(
        &self,
        tenant: &TenantId,
        held: &HeldNumber,
        application: Option<&str>,
        urls: &WebhookUrls,
    ) -> ProviderResult<()>;

    /// Gives a number back to the provider. One that is gone already is no error.
    ///
    /// # Errors
    /// [`ProviderError`](super::ProviderError).
    async fn release(&self, tenant: &TenantId, held: &HeldNumber) -> ProviderResult<()>;
}
