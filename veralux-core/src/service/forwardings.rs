use serde_json::json;

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::forwarding::configuration::{Event, Status};
use crate::forwarding::{
    Carrier, CodeError, Codes, Destination, Mode, Request, RingTime, Step, check_loop, generate, transition,
};
use crate::id::{CallerIdId, ForwardingId, TenantId};
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::port::{
    CallerId, Change, Conflict, Forwarding, Listed, MAX_PAGE, NumberFilter, Page, RuntimeHead,
};
use crate::runtime;

/// How often a change is repeated that another one got in the way of.
const REPEATS: usize = 8;

/// A line to be forwarded.
#[derive(Debug, Clone)]
pub struct ForwardingRequest {
    /// Which line: a verified caller id.
    pub caller_id: CallerIdId,
    /// Who carries it.
    pub carrier: Carrier,
    /// In which country, ISO 3166-1 alpha-2.
    pub country: String,
    /// Which calls.
    pub mode: Mode,
    /// After how many seconds a call counts as missed.
    pub ring_time: Option<RingTime>,
    /// Where to: a number of the tenant's; the one at which its receptionist is reached when absent.
    pub destination: Option<E164>,
}

/// A configuration with what a person has to dial.
#[derive(Debug, Clone)]
pub struct SetUp {
    /// What is stored.
    pub forwarding: Forwarding,
    /// The codes with all that goes with them.
    pub codes: Codes,
    /// The codes to dial in their order when another configuration was there before.
    pub steps: Vec<Step>,
    /// Whether there was none before.
    pub is_new: bool,
}

/// How a tenant's own lines are forwarded to its receptionist.
#[derive(Debug, Clone)]
pub struct ForwardingConfigurations {
    stores: Stores,
}

impl ForwardingConfigurations {
    /// Over these stores.
    pub fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// The configuration of a caller id.
    ///
    /// # Errors
    /// `forwarding_not_found`, or the store's.
    pub async fn find(&self, tenant: &TenantId, caller_id: &CallerIdId) -> Result<Forwarding> {
        self.stores.forwardings.find(tenant, caller_id).await?.ok_or_else(not_found)
    }

    /// A page of configurations.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Forwarding>> {
        Ok(self.stores.forwardings.list(tenant, page).await?)
    }

    /// Makes the codes of a line, in place of those it had.
    ///
    /// # Errors
    /// `caller_id_not_found`, `not_verified`, `invalid_country`, `destination_not_owned`, `no_destination`,
    /// `self_forward`, `forwarding_loop`, or the store's.
    pub async fn put(
        &self,
        context: &Context,
        tenant: &TenantId,
        request: &ForwardingRequest,
    ) -> Result<SetUp> {
        if request.country.len() != 2 || !request.country.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let message = "must be two capital letters (ISO 3166-1), like US";
            return Err(Refusal::field("invalid_country", "carrierCountryCode", message).into());
        }
        for _ in 0..REPEATS {
            let line = self.verified(tenant, &request.caller_id).await?;
            let destination = self.destination(tenant, request.destination).await?;
            let codes = codes(request, &line, destination).map_err(|error| refused(&error))?;
            self.check_loop(tenant, &line, destination).await?;
            let old = self.stores.forwardings.find(tenant, &line.id).await?;
            if let Some(done) = self.store(context, tenant, request, &line, codes, old).await? {
                return Ok(done);
            }
        }
        Err(Refusal::stale().into())
    }

    /// `None` when something changed meanwhile.
    async fn store(
        &self,
        context: &Context,
        tenant: &TenantId,
        request: &ForwardingRequest,
        line: &CallerId,
        codes: Codes,
        old: Option<Forwarding>,
    ) -> Result<Option<SetUp>> {
        let now = self.stores.now();
        let before = old.as_ref().map(|old| old.revision);
        let after = Forwarding {
            id: match &old {
                Some(old) => old.id.clone(),
                None => ForwardingId::generate(now, self.stores.id_bytes()),
            },
            caller_id: line.id.clone(),
            number: line.number,
            destination: codes.destination.number(),
            carrier: request.carrier,
            country: request.country.clone(),
            mode: request.mode,
            ring_time: request.ring_time,
            activation_code: codes.activation_code.to_string(),
            deactivation_code: codes.deactivation_code.to_string(),
            status: old
                .as_ref()
                .map_or(Ok(Status::PendingSetup), |old| old.status.after(Event::Configure))
                .map_err(|error| {
                Refusal::new(Kind::Conflict, "forwarding_disabled", error.to_string())
            })?,
            confirmed_at: None,
            created_at: old.as_ref().map_or(now, |old| old.created_at),
            updated_at: now,
            revision: before.map_or(1, |before| before + 1),
        };
        let payload = json!({
            "carrier": after.carrier.as_str(), "mode": after.mode.as_str(), "number": after.number.masked(),
        });
        let note = Note::new("forwarding.configured", ("forwarding", after.id.as_str()), payload);
        let change = Change::Forwarding { after: Box::new(after.clone()), before };
        let commit = self.stores.start(tenant, now, context, note)?.change(change);
        if let Err(error) = self.stores.ledger.commit(commit).await {
            return match error.conflict() {
                Some(Conflict::Stale | Conflict::Exists | Conflict::Dangling) => Ok(None),
                _ => Err(error.into()),
            };
        }
        let steps = old.map_or_else(Vec::new, |old| {
            let old_codes = codes_of(&old);
            transition(old_codes.as_ref(), Some(&codes))
        });
        Ok(Some(SetUp { forwarding: after, codes, steps, is_new: before.is_none() }))
    }

    /// The owner says that the code was dialled. Saying it twice changes nothing.
    ///
    /// # Errors
    /// `forwarding_not_found`, `forwarding_disabled`, or the store's.
    pub async fn confirm(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &ForwardingId,
    ) -> Result<Forwarding> {
        self.step(context, tenant, id, Event::Confirm).await
    }

    /// Gives a configuration up; the line itself forwards until the code that undoes it is dialled. Giving it up twice
    /// changes nothing.
    ///
    /// # Errors
    /// `forwarding_not_found`, or the store's.
    pub async fn disable(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &ForwardingId,
    ) -> Result<Forwarding> {
        self.step(context, tenant, id, Event::Disable).await
    }

    async fn step(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &ForwardingId,
        event: Event,
    ) -> Result<Forwarding> {
        for _ in 0..REPEATS {
            let now = self.stores.now();
            let found = self.stores.forwardings.lookup(tenant, id).await?.ok_or_else(not_found)?;
            let status = found
                .status
                .after(event)
                .map_err(|error| Refusal::new(Kind::Conflict, "forwarding_disabled", error.to_string()))?;
            if status == found.status {
                return Ok(found);
            }
            let (name, confirmed_at) = match event {
                Event::Confirm => ("forwarding.confirmed", Some(now)),
                Event::Configure => ("forwarding.configured", None),
                Event::Disable => ("forwarding.disabled", found.confirmed_at),
            };
            let before = Some(found.revision);
            let after =
                Forwarding { status, confirmed_at, updated_at: now, revision: found.revision + 1, ..found };
            let payload = json!({"number": after.number.masked(), "status": status.as_str()});
            let note = Note::new(name, ("forwarding", id.as_str()), payload);
            let change = Change::Forwarding { after: Box::new(after.clone()), before };
            let commit = self.stores.start(tenant, now, context, note)?.change(change);
            let Err(error) = self.stores.ledger.commit(commit).await else { return Ok(after) };
            // Removed or changed meanwhile: looking again tells.
            if !matches!(error.conflict(), Some(Conflict::Stale | Conflict::Exists | Conflict::Dangling)) {
                return Err(error.into());
            }
        }
        Err(Refusal::stale().into())
    }

    async fn verified(&self, tenant: &TenantId, id: &CallerIdId) -> Result<CallerId> {
        let found = self.stores.caller_ids.lookup(tenant, id).await?;
        let found = found.ok_or_else(|| Refusal::not_found("caller_id_not_found", "verified number"))?;
        if found.verification.is_verified() {
            return Ok(found);
        }
        let detail = "prove first that this number is yours; its code has not been confirmed";
        Err(Refusal::new(Kind::Conflict, "not_verified", detail).into())
    }

    /// The number asked for if the tenant owns it; else where its receptionist is reached: a front desk number with a
    /// runtime configuration, the first other DID, a front desk number without.
    async fn destination(&self, tenant: &TenantId, wanted: Option<E164>) -> Result<Destination> {
        let dids = self.stores.versions.head(tenant).await?.map(|head| head.dids).unwrap_or_default();
        let filter = NumberFilter { status: Some(NumberStatus::Active), class: None };
        let found = if let Some(wanted) = wanted {
            let own = self.stores.numbers.find(tenant, &wanted).await?;
            let owned = dids.contains(&wanted) || own.is_some_and(|own| own.status == NumberStatus::Active);
            let message = "must be an active number or a mapped DID of this tenant";
            owned
                .then_some(wanted)
                .ok_or_else(|| Refusal::field("destination_not_owned", "twilioForwardingNumber", message))?
        } else {
            let filter = NumberFilter { class: Some(NumberClass::FrontDesk), ..filter };
            let desks = self.stores.numbers.list(tenant, filter, &Page::first(MAX_PAGE)).await?.items;
            let desks: Vec<E164> = desks.into_iter().map(|number| number.e164).collect();
            let answered = desks.iter().find(|desk| dids.contains(desk));
            let other = || dids.iter().min().or(desks.first());
            *answered.or_else(other).ok_or_else(no_destination)?
        };
        Ok(Destination::new(found).ok_or_else(no_destination)?)
    }

    /// Refuses when calls would come back, over what this tenant forwards already or over those to whom its
    /// receptionist hands calls.
    async fn check_loop(&self, tenant: &TenantId, line: &CallerId, destination: Destination) -> Result<()> {
        let mut edges = vec![(line.number, destination.number())];
        let mut page = Page::first(MAX_PAGE);
        loop {
            let listed = self.stores.forwardings.list(tenant, &page).await?;
            let others = listed.items.iter();
            let others = others.filter(|it| it.caller_id != line.id && it.status != Status::Disabled);
            edges.extend(others.map(|it| (it.number, it.destination)));
            if listed.next.is_none() {
                break;
            }
            page = page.after(listed.next);
        }
        if let Some(head) = self.stores.versions.head(tenant).await? {
            let targets = handed_on(&head);
            edges.extend(head.dids.iter().flat_map(|did| targets.iter().map(|target| (*did, *target))));
        }
        check_loop(&edges).map_err(|found| refused(&CodeError::Loop(found)))
    }
}

impl Forwarding {
    /// The codes with all that goes with them; `None` when this configuration's are no longer those of its carrier.
    pub fn codes(&self) -> Option<Codes> {
        codes_of(self)
    }

    /// What a person is told when it is given up.
    pub fn disabled_message(&self) -> String {
        format!(
            "Forwarding disabled. Dial: {} ({}) to deactivate.",
            self.deactivation_code,
            self.carrier.name()
        )
    }
}

/// The phone numbers to which a tenant's receptionist transfers calls, or forwards every one of them. A SIP address
/// leads to no phone line, and a document that cannot be read answers no calls.
fn handed_on(head: &RuntimeHead) -> Vec<E164> {
    let document = head.document.as_ref().and_then(|text| runtime::check(text.expose().as_bytes()).ok());
    let Some(config) = document.and_then(|document| document.config().ok()) else { return Vec::new() };
    let every = config.call_forwarding.iter().filter(|every| every.enabled).map(|every| &every.destination);
    let some = config.transfer_profiles.iter().flatten().map(|profile| &profile.destination);
    every.chain(some).filter_map(|destination| E164::parse(destination.as_str()).ok()).collect()
}

fn codes_of(forwarding: &Forwarding) -> Option<Codes> {
    let request = Request {
        carrier: forwarding.carrier,
        mode: forwarding.mode,
        destination: Destination::new(forwarding.destination)?,
        ring_time: forwarding.ring_time,
        own_number: Some(forwarding.number),
    };
    generate(&request).ok().filter(|codes| {
        codes.activation_code.as_str() == forwarding.activation_code
            && codes.deactivation_code.as_str() == forwarding.deactivation_code
    })
}

fn codes(
    request: &ForwardingRequest,
    line: &CallerId,
    destination: Destination,
) -> std::result::Result<Codes, CodeError> {
    let ForwardingRequest { carrier, mode, ring_time, .. } = *request;
    generate(&Request { carrier, mode, destination, ring_time, own_number: Some(line.number) })
}

fn refused(error: &CodeError) -> Error {
    Refusal::new(Kind::Conflict, error.code(), error.to_string()).into()
}

fn not_found() -> Error {
    Refusal::not_found("forwarding_not_found", "forwarding configuration").into()
}

fn no_destination() -> Refusal {
    let detail = "there is no number to forward to; import a front desk number or map a DID first";
    Refusal::new(Kind::Conflict, "no_destination", detail)
}
