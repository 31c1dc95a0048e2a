mod code;

use std::sync::Arc;

use serde_json::json;

use super::context::Note;
use super::{Context, Error, Kind, Refusal, Result, Stores};
use crate::forwarding::caller_id::{self, Outcome, Verification};
use crate::id::{CallerIdId, TenantId};
use crate::phone::E164;
use crate::port::{
    self, CallerId, CallerIdProvider, Change, CodeHash, CodeHasher, Conflict, Forwarding, Listed, Page,
};
use crate::secret::Secret;
use crate::time::Instant;

/// Longest name in characters.
const MAX_NAME_CHARS: usize = 100;
/// How often a change is repeated that somebody else's got in the way of. Each repeat means that another one succeeded,
/// and no code stands more than a handful of changes.
const REPEATS: usize = 16;

/// A code that is on its way to a phone.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The caller id that it will prove.
    pub caller_id: CallerId,
    /// The provider's name for the call or message.
    pub reference: String,
}

/// A caller id that is no more.
#[derive(Debug, Clone)]
pub struct Removed {
    /// As it was.
    pub caller_id: CallerId,
    /// What went with it; the line itself forwards until the code that undoes it is dialled.
    pub forwarding: Option<Forwarding>,
}

/// The numbers that a tenant proves to be its own.
///
/// A number may be verified by one tenant at a time. A second one is refused when its proof is complete, not before:
/// only who holds the phone learns that somebody else has it. The first tenant must remove it, or the operator for it;
/// nothing is taken over by itself, since the older tenant's line may forward at this moment.
#[derive(Debug, Clone)]
pub struct CallerIds {
    stores: Stores,
    hasher: Arc<dyn CodeHasher>,
    provider: Option<Arc<dyn CallerIdProvider>>,
}

impl CallerIds {
    /// Over these stores; without a provider no code can be sent.
    pub fn new(
        stores: Stores,
        hasher: Arc<dyn CodeHasher>,
        provider: Option<Arc<dyn CallerIdProvider>>,
    ) -> Self {
        Self { stores, hasher, provider }
    }

    /// The caller id with this id.
    ///
    /// # Errors
    /// `caller_id_not_found`, or the store's.
    pub async fn lookup(&self, tenant: &TenantId, id: &CallerIdId) -> Result<CallerId> {
        let found = self.stores.caller_ids.lookup(tenant, id).await?;
        Ok(found.ok_or_else(|| Refusal::not_found("caller_id_not_found", "verified number"))?)
    }

    /// A page of caller ids, each with its configuration: those that are verified, or all.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(
        &self,
        tenant: &TenantId,
        verified_only: bool,
        page: &Page,
    ) -> Result<Listed<(CallerId, Option<Forwarding>)>> {
        let listed = self.stores.caller_ids.list(tenant, verified_only, page).await?;
        let mut items = Vec::with_capacity(listed.items.len());
        for found in listed.items {
            let forwarding = self.stores.forwardings.find(tenant, &found.id).await?;
            items.push((found, forwarding));
        }
        Ok(Listed { items, next: listed.next })
    }

    /// Sends a code to the phone with this number. Sending again replaces the code and leaves a lock as it is; a code that
    /// would end before the lock does is not sent.
    ///
    /// The code is counted before it is sent, so one that got lost counts too.
    ///
    /// # Errors
    /// `provider_not_configured`, `invalid_name`, `already_verified`, `caller_id_locked` with the lock's end, `too_many_codes` with the instant from which on
    /// another may be sent, `code_not_sent` when the provider fails, or the store's.
    pub async fn initiate(
        &self,
        context: &Context,
        tenant: &TenantId,
        number: E164,
        name: Option<String>,
    ) -> Result<Issued> {
        let provider = self.provider.as_ref().ok_or_else(no_provider)?;
        let name = checked_name(name)?;
        if self.stores.caller_ids.find(tenant, &number).await?.is_some_and(|it| it.verification.is_verified())
        {
            return Err(already_verified());
        }
        let code = code::draw(self.stores.random.as_ref());
        let hash = self.hasher.hash(&code, self.stores.random.bytes()).await?;
        for _ in 0..REPEATS {
            let Some(caller_id) = self.issue(context, tenant, number, name.as_ref(), &hash).await? else {
                continue;
            };
            return match provider.deliver(tenant, &number, &code).await {
                Ok(reference) => Ok(Issued { caller_id, reference }),
                // It says what to do, and trying again does not help.
                Err(port::Error::Invalid(why)) => {
                    Err(Refusal::new(Kind::Conflict, "code_not_sent", why).into())
                }
                Err(_) => Err(Refusal::new(
                    Kind::Unavailable,
                    "code_not_sent",
                    "the provider did not take the code; try again shortly",
                )
                .into()),
            };
        }
        Err(Refusal::stale().into())
    }

    /// Stores that a code is out; `None` when something changed meanwhile.
    async fn issue(
        &self,
        context: &Context,
        tenant: &TenantId,
        number: E164,
        name: Option<&String>,
        hash: &CodeHash,
    ) -> Result<Option<CallerId>> {
        let now = self.stores.now();
        let found = self.stores.caller_ids.find(tenant, &number).await?;
        let before = found.as_ref().map(|found| found.revision);
        let after = match found {
            Some(found) => CallerId {
                verification: found.verification.reissue(now).map_err(refused)?,
                name: name.cloned().or(found.name),
                code: Some(hash.clone()),
                revision: found.revision + 1,
                ..found
            },
            None => CallerId {
                id: CallerIdId::generate(now, self.stores.id_bytes()),
                number,
                name: name.cloned(),
                verification: Verification::issue(now),
                code: Some(hash.clone()),
                created_at: now,
                revision: 1,
            },
        };
        let payload = json!({"number": number.masked(), "expiresAt": after.verification.expires_at()});
        let note = Note::new("caller_id.code_issued", ("caller_id", after.id.as_str()), payload);
        let change = Change::CallerId { after: Box::new(after.clone()), before };
        let commit = self.stores.start(tenant, now, context, note)?.change(Change::IssueCode(number));
        match self.stores.ledger.commit(commit.change(change)).await {
            Ok(()) => Ok(Some(after)),
            Err(error) => match error.conflict() {
                Some(Conflict::Stale | Conflict::Exists) => Ok(None),
                Some(Conflict::CodesExhausted { until }) => Err(too_many_codes(*until)),
                _ => Err(error.into()),
            },
        }
    }

    /// Compares what a person typed with the code that went to the phone.
    ///
    /// The try is counted, durably and on the condition that nothing changed since, before anything is compared: of
    /// any number of guesses at once, as many are compared as the code has tries.
    ///
    /// # Errors
    /// `invalid_code` for what is no code (no try is counted), `caller_id_not_found`, `wrong_code` with the tries
    /// left, `code_expired`, `caller_id_locked` with the lock's end, `already_verified`, `verified_elsewhere` when
    /// another tenant has the number, or the store's.
    pub async fn confirm(
        &self,
        context: &Context,
        tenant: &TenantId,
        id: &CallerIdId,
        code: &Secret,
    ) -> Result<CallerId> {
        let text = code.expose();
        if text.len() != code::DIGITS || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Refusal::field("invalid_code", "verificationCode", "must be 6 digits").into());
        }
        let begun = self.begin_try(context, tenant, id).await?;
        let Some(hash) = &begun.code else { return Err(refused(caller_id::Refusal::Expired)) };
        if self.hasher.matches(code, hash).await? {
            return self.verify(context, tenant, begun).await;
        }
        match begun.verification.finish(false, self.stores.now()).1 {
            Outcome::Wrong { tries_left } => Err(wrong_code(tries_left, &begun, self.stores.now())),
            Outcome::Verified => Ok(begun),
        }
    }

    /// Counts a try and gives the caller id as it is stored then.
    async fn begin_try(&self, context: &Context, tenant: &TenantId, id: &CallerIdId) -> Result<CallerId> {
        for _ in 0..REPEATS {
            let now = self.stores.now();
            let found = self.lookup(tenant, id).await?;
            let before = Some(found.revision);
            let verification = found.verification.begin_try(now).map_err(refused)?;
            let after = CallerId { verification, revision: found.revision + 1, ..found };
            let payload = json!({"triesLeft": verification.tries_left()});
            let note = Note::new("caller_id.code_tried", ("caller_id", id.as_str()), payload);
            let change = Change::CallerId { after: Box::new(after.clone()), before };
            let commit = self.stores.start(tenant, now, context, note)?.change(change);
            match self.stores.ledger.commit(commit).await {
                Err(error) if error.conflict() == Some(&Conflict::Stale) => {}
                other => return other.map(|()| after).map_err(Error::Port),
            }
        }
        Err(Refusal::stale().into())
    }

    /// Stores that the number is the tenant's, unless another code went out since the try was counted.
    async fn verify(&self, context: &Context, tenant: &TenantId, begun: CallerId) -> Result<CallerId> {
        let mut found = begun.clone();
        for _ in 0..REPEATS {
            if found.code != begun.code {
                let verified = found.verification.is_verified();
                return if verified { Ok(found) } else { Err(refused(caller_id::Refusal::Expired)) };
            }
            let now = self.stores.now();
            let before = Some(found.revision);
            let verification = found.verification.finish(true, now).0;
            let after = CallerId { verification, code: None, revision: found.revision + 1, ..found };
            let payload = json!({"number": after.number.masked()});
            let note = Note::new("caller_id.verified", ("caller_id", after.id.as_str()), payload);
            let change = Change::CallerId { after: Box::new(after.clone()), before };
            let commit = self.stores.start(tenant, now, context, note)?.change(change);
            let Err(error) = self.stores.ledger.commit(commit).await else { return Ok(after) };
            match error.conflict() {
                Some(Conflict::Stale) => found = self.lookup(tenant, &begun.id).await?,
                Some(Conflict::CallerIdTaken) => return Err(verified_elsewhere()),
                _ => return Err(error.into()),
            }
        }
        Err(Refusal::stale().into())
    }

    /// Removes a caller id and its forwarding configuration. A locked one stays until its lock ends: to remove it and
    /// begin anew would give another three tries at once.
    ///
    /// # Errors
    /// `caller_id_not_found`, `caller_id_locked` with the lock's end, or the store's.
    pub async fn remove(&self, context: &Context, tenant: &TenantId, id: &CallerIdId) -> Result<Removed> {
        for _ in 0..REPEATS {
            let now = self.stores.now();
            let caller_id = self.lookup(tenant, id).await?;
            if let Some(until) = caller_id.verification.locked_until(now) {
                return Err(refused(caller_id::Refusal::Locked { until }));
            }
            let forwarding = self.stores.forwardings.find(tenant, id).await?;
            let payload = json!({
                "number": caller_id.number.masked(),
                "forwardingId": forwarding.as_ref().map(|forwarding| forwarding.id.as_str()),
            });
            let note = Note::new("caller_id.removed", ("caller_id", id.as_str()), payload);
            let change = Change::RemoveCallerId { id: id.clone(), before: caller_id.revision };
            let commit = self.stores.start(tenant, now, context, note)?.change(change);
            match self.stores.ledger.commit(commit).await {
                Err(error) if error.conflict() == Some(&Conflict::Stale) => {}
                other => {
                    return other.map(|()| Removed { caller_id, forwarding }).map_err(Error::Port);
                }
            }
        }
        Err(Refusal::stale().into())
    }
}

fn checked_name(name: Option<String>) -> Result<Option<String>> {
    let Some(name) = name.map(|name| name.trim().to_owned()) else { return Ok(None) };
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
        let message = format!("must have 1 to {MAX_NAME_CHARS} characters and no control character");
        return Err(Refusal::field("invalid_name", "friendlyName", message).into());
    }
    Ok(Some(name))
}

fn no_provider() -> Error {
    let detail = "no provider that could call a phone is configured; start the server with `--provider mock` to try \
                  this out, codes are then shown at `/api/telephony/demo/codes`";
    Refusal::new(Kind::Unavailable, "provider_not_configured", detail).into()
}

fn already_verified() -> Error {
    let detail = "Phone number already verified for this organization";
    Refusal::new(Kind::Conflict, "already_verified", detail).into()
}

fn verified_elsewhere() -> Error {
    let detail = "this number is verified by somebody else, who must remove it first";
    Refusal::new(Kind::Conflict, "verified_elsewhere", detail).into()
}

fn too_many_codes(until: Instant) -> Error {
    let detail =
        format!("{} codes went to this number within an hour; the next may at {until}", caller_id::RATE);
    let refusal = Refusal::new(Kind::TooMany, "too_many_codes", detail);
    Refusal { retry_at: Some(until), ..refusal }.into()
}

fn wrong_code(tries_left: u8, begun: &CallerId, now: Instant) -> Error {
    let word = if tries_left == 1 { "attempt" } else { "attempts" };
    let detail = format!("Invalid verification code. {tries_left} {word} remaining.");
    let refusal = Refusal::new(Kind::Invalid, "wrong_code", detail);
    let retry_at = begun.verification.locked_until(now);
    Refusal { tries_left: Some(tries_left), retry_at, ..refusal }.into()
}

fn refused(refusal: caller_id::Refusal) -> Error {
    match refusal {
        caller_id::Refusal::AlreadyVerified => already_verified(),
        caller_id::Refusal::Expired => {
            let detail = "Verification code expired. Please request a new one.";
            Refusal::new(Kind::Gone, "code_expired", detail).into()
        }
        caller_id::Refusal::Locked { until } => {
            let refusal = Refusal::new(Kind::Locked, "caller_id_locked", refusal.to_string());
            Refusal { retry_at: Some(until), ..refusal }.into()
        }
    }
}
