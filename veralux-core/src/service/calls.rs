mod news;
mod platform;

pub use platform::{Clue, FoundBy};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::id::{CallId, TenantId};
use crate::party::TenantStatus;
use crate::phone::E164;
use crate::port::{self, Call, CallState, Change, Commit, Conflict, Listed, Page, Requirement};
use crate::runtime::RuntimeTenantConfig;
use crate::time::{HOUR, Instant, MINUTE};
use crate::word::words;

/// A call whose end was never told counts for so long and no longer.
pub const LONGEST_CALL: i64 = 4 * HOUR;
/// How often something is tried anew when somebody else came first.
const ATTEMPTS: usize = 8;

/// A call that comes in.
#[derive(Debug, Clone)]
pub struct IncomingCall {
    /// Provider slug, like `twilio`.
    pub provider: &'static str,
    /// The provider's id of the call.
    pub provider_call: String,
    /// The number dialled.
    pub called: E164,
    /// Who calls, as the provider writes it.
    pub caller: Option<String>,
    /// What told whose it is.
    pub found_by: FoundBy,
}

/// What becomes of a call.
#[derive(Debug, Clone)]
pub enum Taken {
    /// The voice runtime takes it.
    Connect {
        /// Whose number was dialled.
        tenant: TenantId,
        /// The record of the call.
        call: CallId,
    },
    /// Nobody does.
    Refused(CallRefusal),
}

words! {
    /// Why a call is not taken.
    pub enum CallRefusal {
        /// The number leads nowhere.
        NotInService = "not_in_service",
        /// The number leads to a tenant that has published no configuration.
        NotConfigured = "not_configured",
        /// The tenant is suspended.
        Suspended = "suspended",
        /// The tenant has as many calls as it may.
        AtCapacity = "at_capacity",
    }
}

/// What a provider tells of a call that was taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallNews {
    /// Its audio flows; the provider's id of the stream, where it has one.
    Started(Option<String>),
    /// It is over; a code of why, of which 64 bytes are kept.
    Ended(String),
}

/// Inbound calls: whose they are, whether there is room for them, and the record of each.
///
/// Audio does not come by here: a call that is taken is connected to the voice runtime, which keeps counts of its own. Ours
/// are of calls as providers tell of them; one whose end was never told stops counting after [`LONGEST_CALL`].
#[derive(Debug, Clone)]
pub struct Calls {
    stores: Stores,
}

impl Calls {
    /// Over these stores.
    pub fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// Takes a call in: the number dialled leads to a tenant, that to a published configuration, and its caps leave
    /// room. The same call told twice is taken once and answered the same.
    ///
    /// # Errors
    /// The stores'.
    pub async fn begin(&self, context: &Context, incoming: &IncomingCall) -> Result<Taken> {
        let Some(tenant) = self.stores.runtime.find_tenant(&incoming.called).await? else {
            return Ok(Taken::Refused(CallRefusal::NotInService));
        };
        if let Some(call) = self.find(&tenant, incoming.provider, &incoming.provider_call).await? {
            return Ok(told_before(tenant, &call));
        }
        let refusal = match self.caps(&tenant).await? {
            Ok(caps) => match self.take(context, &tenant, incoming, caps).await? {
                Ok(taken) => return Ok(taken),
                Err(refusal) => refusal,
            },
            Err(refusal) => refusal,
        };
        self.turn_away(context, &tenant, incoming, refusal).await
    }

    /// The call with this id.
    ///
    /// # Errors
    /// `call_not_found`, or the stores'.
    pub async fn lookup(&self, tenant: &TenantId, id: &CallId) -> Result<Call> {
        let call = self.stores.calls.lookup(tenant, id).await?;
        Ok(call.ok_or_else(|| Refusal::not_found("call_not_found", "call"))?)
    }

    /// A page of calls.
    ///
    /// # Errors
    /// The stores'.
    pub async fn list(&self, tenant: &TenantId, open_only: bool, page: &Page) -> Result<Listed<Call>> {
        Ok(self.stores.calls.list(tenant, open_only, page).await?)
    }

    async fn find(&self, tenant: &TenantId, provider: &str, provider_call: &str) -> Result<Option<Call>> {
        Ok(self.stores.calls.find(tenant, provider, provider_call).await?)
    }

    /// How many calls the tenant may have: at once, and in a minute.
    async fn caps(&self, tenant: &TenantId) -> Result<std::result::Result<(u32, u32), CallRefusal>> {
        let status = self.stores.directory.lookup_tenant(tenant).await?.map(|tenant| tenant.status);
        if status != Some(TenantStatus::Active) {
            return Ok(Err(CallRefusal::Suspended));
        }
        let Some(document) = self.stores.runtime.find_config(tenant).await? else {
            return Ok(Err(CallRefusal::NotConfigured));
        };
        // What is published was checked; a document that is not to be read is no configuration.
        let Ok(config) = RuntimeTenantConfig::read(document.expose().as_bytes()) else {
            return Ok(Err(CallRefusal::NotConfigured));
        };
        let bounded = |cap: u64| u32::try_from(cap).unwrap_or(u32::MAX);
        let caps = &config.caps;
        Ok(Ok((bounded(caps.max_concurrent_calls_tenant), bounded(caps.max_calls_per_minute_tenant))))
    }

    async fn take(
        &self,
        context: &Context,
        tenant: &TenantId,
        incoming: &IncomingCall,
        (concurrent, started): (u32, u32),
    ) -> Result<std::result::Result<Taken, CallRefusal>> {
        let now = self.stores.now();
        let call = self.record(incoming, CallState::Ringing, None, now);
        let room = Requirement::CallsBelow {
            concurrent,
            since: now.plus(-LONGEST_CALL),
            started,
            started_after: now.plus(-MINUTE),
        };
        let id = call.id.clone();
        let commit = self.told(context, tenant, ("call.taken", incoming.found_by), call, now)?;
        // The room is looked at before the call is in it.
        let commit = Commit { changes: [vec![Change::Require(room)], commit.changes].concat(), ..commit };
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(Ok(Taken::Connect { tenant: tenant.clone(), call: id })),
            Err(error) if error.conflict() == Some(&Conflict::Stale) => Ok(Err(CallRefusal::AtCapacity)),
            Err(error) => Ok(Ok(self.overtaken(tenant, incoming, error).await?)),
        }
    }

    async fn turn_away(
        &self,
        context: &Context,
        tenant: &TenantId,
        incoming: &IncomingCall,
        refusal: CallRefusal,
    ) -> Result<Taken> {
        let now = self.stores.now();
        let call = self.record(incoming, CallState::Refused, Some(refusal), now);
        let commit = self.told(context, tenant, ("call.refused", incoming.found_by), call, now)?;
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(Taken::Refused(refusal)),
            Err(error) => self.overtaken(tenant, incoming, error).await,
        }
    }

    /// Somebody else took the same call in at the same moment: its answer is theirs.
    async fn overtaken(
        &self,
        tenant: &TenantId,
        incoming: &IncomingCall,
        error: port::Error,
    ) -> Result<Taken> {
        if error.conflict() != Some(&Conflict::Exists) {
            return Err(error.into());
        }
        let call = self.find(tenant, incoming.provider, &incoming.provider_call).await?;
        Ok(told_before(tenant.clone(), &call.ok_or_else(crowded)?))
    }

    fn record(
        &self,
        incoming: &IncomingCall,
        state: CallState,
        refusal: Option<CallRefusal>,
        now: Instant,
    ) -> Call {
        Call {
            id: CallId::generate(now, self.stores.id_bytes()),
            provider: incoming.provider.to_owned(),
            provider_call: incoming.provider_call.clone(),
            called: incoming.called,
            caller: incoming.caller.clone(),
            state,
            outcome: refusal.map(|refusal| refusal.as_str().to_owned()),
            started_at: now,
            ended_at: refusal.map(|_| now),
            stream: None,
            revision: 1,
        }
    }

    fn told(
        &self,
        context: &Context,
        tenant: &TenantId,
        (event, found_by): (&str, FoundBy),
        call: Call,
        now: Instant,
    ) -> Result<Commit> {
        let payload =
            json!({"provider": call.provider, "outcome": call.outcome, "foundBy": found_by.as_str()});
        let note = Note::new(event, ("call", call.id.as_str()), payload);
        let commit = self.stores.start(tenant, now, context, note)?;
        Ok(commit.change(Change::Call { after: Box::new(call), before: None }))
    }
}

/// The answer to a call that is told of again. One that has ended meanwhile is connected once more: the provider hears of
/// its end, too, and asks no further.
fn told_before(tenant: TenantId, call: &Call) -> Taken {
    match (call.state, call.outcome.as_deref().map(str::parse::<CallRefusal>)) {
        (CallState::Refused, Some(Ok(refusal))) => Taken::Refused(refusal),
        (CallState::Refused, _) => Taken::Refused(CallRefusal::AtCapacity),
        _ => Taken::Connect { tenant, call: call.id.clone() },
    }
}

fn crowded() -> Error {
    Refusal::new(Kind::Unavailable, "busy", "others write this at the same time; try again").into()
}
