use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::credential::{Purpose, Telnyx as Kind};
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{
    AccountOwner, HeldNumber, MessageProvider, NumberOffer, NumberProvider, NumberSearch, Order, OrderState,
    OutgoingSms, ProviderError, ProviderFault, ProviderResult, SentSms, WebhookUrls,
};
use veralux_core::time::{Instant, SECOND};

use super::refusal::Contract as Refusals;
use super::{Api, Message, NewApplication, NewMessage, NewOrder, NumberOrder, ORIGIN};
use crate::call::Contract as _;
use crate::{Account, Accounts, Outside};

/// How long Telnyx surely knows an idempotency key: an hour less than it promises.
const KEY_LIFE: i64 = 23 * 3600 * SECOND;

/// Telnyx behind the core's ports.
#[derive(Clone)]
pub struct Telnyx {
    accounts: Accounts<Kind>,
    outside: Outside,
    origin: String,
    installation: String,
}

impl Telnyx {
    /// Telnyx itself. `installation` names this VeraLux among others that share the operator's account.
    pub fn new(accounts: Accounts<Kind>, installation: impl Into<String>, outside: Outside) -> Self {
        Self::at(ORIGIN, accounts, installation, outside)
    }

    /// Something that behaves like it at `/v2` of an origin. For the emulator and for tests.
    pub fn at(
        origin: &str,
        accounts: Accounts<Kind>,
        installation: impl Into<String>,
        outside: Outside,
    ) -> Self {
        Self { accounts, outside, origin: origin.to_owned(), installation: installation.into() }
    }

    /// The API with the tenant's account, and the name of what is set up in it.
    async fn open(&self, tenant: &TenantId, purpose: Purpose) -> ProviderResult<(Api, String)> {
        let account = self.accounts.of(tenant, purpose).await?;
        let name = match &account {
            Account::Own(_) => format!("VeraLux {}", tenant.as_str()),
            Account::Operator(_) => format!("VeraLux {}", self.installation),
        };
        Ok((Api::at(&self.origin, &account, self.outside.clone()), name))
    }
}

impl fmt::Debug for Telnyx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Telnyx({}, {:?})", self.origin, self.accounts)
    }
}

#[async_trait]
impl NumberProvider for Telnyx {
    fn slug(&self) -> &'static str {
        Refusals::SLUG
    }

    async fn owner(&self, tenant: &TenantId) -> ProviderResult<AccountOwner> {
        self.accounts.owner(tenant).await
    }

    fn only(&self, owner: AccountOwner) -> Arc<dyn NumberProvider> {
        Arc::new(Self { accounts: self.accounts.only(owner), ..self.clone() })
    }

    async fn search(&self, tenant: &TenantId, search: &NumberSearch) -> ProviderResult<Vec<NumberOffer>> {
        let (api, _) = self.open(tenant, Purpose::Numbers).await?;
        api.available(search).await
    }

    async fn find(
        &self,
        tenant: &TenantId,
        number: &E164,
        urls: &WebhookUrls,
    ) -> ProviderResult<Option<HeldNumber>> {
        let (api, _) = self.open(tenant, Purpose::Numbers).await?;
        let Some(found) = api.number(number).await? else { return Ok(None) };
        let attached = match (&found.connection_id, &found.messaging_profile_id) {
            (Some(connection), Some(profile)) => {
                leads_calls(&api, connection, urls).await? && leads_messages(&api, profile, urls).await?
            }
            _ => false,
        };
        Ok(Some(HeldNumber { id: found.id, number: found.number, features: None, attached }))
    }

    async fn is_operators(&self, number: &E164) -> ProviderResult<bool> {
        let Some(body) = self.accounts.operator() else { return Ok(false) };
        let api = Api::at(&self.origin, body, self.outside.clone());
        Ok(api.number(number).await?.is_some())
    }

    /// A call control application and a messaging profile: `1293384261075731499/40017b7e-b3c0-4ac3-8740-9c3c5a0a0e0c`.
    async fn prepare(&self, tenant: &TenantId, urls: &WebhookUrls) -> ProviderResult<Option<String>> {
        let (api, name) = self.open(tenant, Purpose::Numbers).await?;
        let connection = application(&api, &name, urls).await?;
        let profile = profile(&api, &name, urls).await?;
        Ok(Some(format!("{connection}/{profile}")))
    }

    async fn order(
        &self,
        tenant: &TenantId,
        number: &E164,
        application: Option<&str>,
        reference: &str,
    ) -> ProviderResult<Order> {
        let (api, _) = self.open(tenant, Purpose::Numbers).await?;
        let (connection_id, messaging_profile_id) = application.map_or((None, None), parts);
        let order = NewOrder { number, connection_id, messaging_profile_id, reference };
        api.order(order).await.map(into_order).map_err(not_sold)
    }

    async fn find_order(&self, tenant: &TenantId, reference: &str) -> ProviderResult<Option<Order>> {
        let (api, _) = self.open(tenant, Purpose::Numbers).await?;
        // Of several the one that bought, else the one that may still.
        let rank = |order: &NumberOrder| match order.state {
            OrderState::Done => 0,
            OrderState::Pending => 1,
            OrderState::Failed => 2,
        };
        Ok(api.orders(reference).await?.into_iter().min_by_key(rank).map(into_order))
    }

    async fn attach(
        &self,
        tenant: &TenantId,
        held: &HeldNumber,
        prepared: Option<&str>,
        urls: &WebhookUrls,
    ) -> ProviderResult<()> {
        let (api, name) = self.open(tenant, Purpose::Numbers).await?;
        let (connection, own_profile) = prepared.map_or((None, None), parts);
        let connection = match connection {
            Some(connection) => connection.to_owned(),
            None => application(&api, &name, urls).await?,
        };
        let profile = match own_profile {
            Some(profile) => profile.to_owned(),
            None => profile(&api, &name, urls).await?,
        };
        api.set_connection(&held.id, &connection).await?;
        api.set_messaging(&held.id, &profile).await
    }

    async fn release(&self, tenant: &TenantId, held: &HeldNumber) -> ProviderResult<()> {
        let (api, _) = self.open(tenant, Purpose::Numbers).await?;
        api.remove_number(&held.id).await
    }
}

#[async_trait]
impl MessageProvider for Telnyx {
    fn slug(&self) -> &'static str {
        Refusals::SLUG
    }

    async fn send(&self, tenant: &TenantId, sms: &OutgoingSms) -> ProviderResult<SentSms> {
        let (api, _) = self.open(tenant, Purpose::SendMessage).await?;
        api.send(new_message(sms)).await.map(into_sent)
    }

    /// Telnyx has no list of messages, but knows ours by their ids for a day: the request is made again, and is answered as
    /// the first one was. A message that Telnyx had not taken is taken now, so that `None` never comes back. Later than that
    /// nobody can tell: `Unsettled`.
    async fn find(
        &self,
        tenant: &TenantId,
        sms: &OutgoingSms,
        since: Instant,
    ) -> ProviderResult<Option<SentSms>> {
        let age = self.outside.clock.now().micros().saturating_sub(since.micros());
        if age > KEY_LIFE {
            return Err(unknown());
        }
        let (api, _) = self.open(tenant, Purpose::SendMessage).await?;
        match api.send_again(new_message(sms)).await {
            Ok(message) => Ok(Some(into_sent(message))),
            Err(error) => Err(repeated(error)),
        }
    }
}

async fn leads_calls(api: &Api, connection: &str, urls: &WebhookUrls) -> ProviderResult<bool> {
    let application = api.application(connection).await?;
    Ok(application.is_some_and(|own| own.webhook_event_url.as_deref() == Some(&urls.voice)))
}

async fn leads_messages(api: &Api, profile: &str, urls: &WebhookUrls) -> ProviderResult<bool> {
    let profiles = api.profiles(None).await?;
    let own = profiles.iter().find(|own| own.id == profile);
    Ok(own.is_some_and(|own| own.webhook_url.as_deref() == Some(&urls.message)))
}

/// The id of the application with this name, made if there is none. One that leads elsewhere is led here.
async fn application(api: &Api, name: &str, urls: &WebhookUrls) -> ProviderResult<String> {
    let wanted = NewApplication { name, webhook_event_url: &urls.voice, webhook_api_version: "2" };
    if let Some(oldest) = api.applications(name).await?.into_iter().next() {
        if oldest.webhook_event_url.as_deref() != Some(&urls.voice) {
            api.set_application(&oldest.id, wanted).await?;
        }
        return Ok(oldest.id);
    }
    let made = api.add_application(wanted).await?;
    // Somebody else may have made one in the same moment: all keep the oldest, and whoever made another takes it back.
    match api.applications(name).await?.into_iter().next() {
        Some(oldest) if oldest.id != made.id => {
            api.remove_application(&made.id).await?;
            Ok(oldest.id)
        }
        _ => Ok(made.id),
    }
}

/// The id of the messaging profile with this name and URL, made if there is none.
async fn profile(api: &Api, name: &str, urls: &WebhookUrls) -> ProviderResult<String> {
    let found = api.profiles(Some(name)).await?;
    let own = found
        .into_iter()
        .find(|profile| profile.name == name && profile.webhook_url.as_deref() == Some(&urls.message));
    match own {
        Some(profile) => Ok(profile.id),
        None => Ok(api.add_profile(name, &urls.message).await?.id),
    }
}

/// What [`NumberProvider::prepare`] gave: connection and messaging profile.
fn parts(prepared: &str) -> (Option<&str>, Option<&str>) {
    let some = |part| Some(part).filter(|part: &&str| !part.is_empty());
    match prepared.split_once('/') {
        Some((connection, profile)) => (some(connection), some(profile)),
        None => (some(prepared), None),
    }
}

fn new_message(sms: &OutgoingSms) -> NewMessage<'_> {
    NewMessage {
        id: &sms.message,
        from: &sms.from,
        to: &sms.to,
        text: &sms.body,
        webhook_url: sms.status_url.as_deref(),
    }
}

fn into_sent(Message { id, state, code }: Message) -> SentSms {
    SentSms { id, state, code }
}

fn into_order(NumberOrder { id, state, .. }: NumberOrder) -> Order {
    Order { id, state }
}

/// What a refusal of an order means that has no words of its own: what was ordered is not for sale.
fn not_sold(error: ProviderError) -> ProviderError {
    let status = error.raw.as_ref().map(|raw| raw.status);
    if error.fault != ProviderFault::Rejected || status != Some(422) || error.code.as_deref() != Some("10015")
    {
        return error;
    }
    let sentence = "Telnyx does not sell this number any more. Search again and choose another one.";
    ProviderError { sentence: sentence.into(), ..error }
}

fn unknown() -> ProviderError {
    let sentence = "Whether Telnyx sent this message can no longer be found out. Look into its log before it is written again.";
    ProviderError::new(Refusals::SLUG, ProviderFault::Unsettled, sentence)
}

/// What a refusal of a repeated message means. 409: the first request is still at work. 422 without a reason that lies in
/// the message: the key is known with other content, so one was taken.
fn repeated(error: ProviderError) -> ProviderError {
    let of_message = error.code.as_deref().is_some_and(|code| code.starts_with('4'));
    match error.raw.as_ref().map(|raw| raw.status) {
        Some(409) => ProviderError { fault: ProviderFault::Transient, ..error },
        Some(422) if !of_message => ProviderError { code: error.code, raw: error.raw, ..unknown() },
        _ => error,
    }
}
