use std::mem;
use std::sync::Arc;

use super::rows::{Mapping, holds_pair};
use super::write::{Outcome, Writer};
use crate::access::ApiKey;
use crate::id::{ApiKeyId, NumberId, OverrideId, ThreadId};
use crate::number::Number;
use crate::party::{NumberClass, NumberStatus, ThreadStatus};
use crate::phone::E164;
use crate::port::{
    Change, Conflict, Customer, DecisionRecord, Destination, Error, Message, Override, Requirement, Result,
    RuntimeVersion, Tenant, Thread, WebhookClaim, Window,
};
use crate::time::Instant;

impl Writer<'_> {
    pub(super) fn apply(&mut self, change: Change) -> Result<()> {
        match change {
            Change::Tenant { after, before } => return self.put_tenant(after, before),
            Change::Window(window) => return self.add_window(window),
            Change::ApiKey(key) => return self.add_key(key),
            Change::Work { kind, id, due } => return self.schedule(kind, id, due),
            Change::WorkDone { kind, id, until } => self.work_done(kind, id, until),
            Change::WorkHeld { kind, id, until, due } => self.hold_work(kind, id, until, due),
            Change::WorkWoken(kind) => self.wake_work(kind, self.at),
            Change::Call { after, before } => return self.put_call(*after, before),
            Change::Operation { after, before } => return self.put_operation(*after, before),
            Change::AssistantLink { after, before } => return self.put_assistant(*after, before),
            Change::RootKeys(changes) => return self.put_root_keys(changes),
            Change::Number { after, before } => self.put_number(after, before)?,
            Change::Require(requirement) => self.require(&requirement)?,
            Change::NumberUsed { id, e164, at } => self.note_use(&id, &e164, at)?,
            Change::Customer(customer) => self.add_customer(customer)?,
            Change::Thread { after, before } => self.put_thread(after, before)?,
            Change::Override(instruction) => self.add_override(instruction)?,
            Change::RemoveOverride { id, at } => self.remove_override(&id, at)?,
            Change::Claim(claim) => self.claim(claim)?,
            Change::Act(attempt) => self.act(attempt)?,
            Change::Message(message) => self.add_message(*message)?,
            Change::Delivery { message, provider, after, before } => {
                self.put_delivery(&message, provider, *after, before)?;
            }
            Change::RemoveAssistantLink { platform, assistant, before } => {
                self.remove_assistant(platform, assistant, before)?;
            }
            Change::Violation { after, before } => self.put_violation(*after, before)?,
            Change::ScanMemory { thread, sender, after, before } => {
                self.remember((thread, sender), after, before)?;
            }
            Change::AllowList { after, before } => self.allow(after, before)?,
            Change::Decision(decision) => self.add_decision(decision)?,
            Change::PublishRuntime(version) => self.publish(*version)?,
            Change::MapDid(did) => {
                self.move_on();
                self.map_did(did, |mapping| mapping.by_hand = true)?;
            }
            Change::UnmapDid(did) => {
                self.move_on();
                self.unmap_did(did);
            }
            Change::RevokeApiKey { id, at } => self.revoke_key(&id, at)?,
            Change::IssueCode(number) => self.issue_code(number)?,
            Change::CallerId { after, before } => self.put_caller_id(*after, before)?,
            Change::RemoveCallerId { id, before } => self.remove_caller_id(&id, before)?,
            Change::Forwarding { after, before } => self.put_forwarding(*after, before)?,
            Change::Credential { after, before } => self.put_credential(*after, before)?,
            Change::RemoveCredential { provider, before } => self.remove_credential(provider, before)?,
            Change::AddTenantKey(key) => self.add_tenant_key(key)?,
            Change::RemoveTenantKey(version) => self.remove_tenant_key(version)?,
            Change::DestroyTenantKeys => self.destroy_tenant_keys(),
            Change::CredentialExport { after, before } => self.put_export(*after, before)?,
            Change::TenantSecret { after, before } => self.put_secret(*after, before)?,
            Change::RemoveTenantSecret { key, before } => self.remove_secret(&key, before)?,
        }
        Ok(())
    }

    fn put_tenant(&mut self, after: Tenant, before: Option<u64>) -> Result<()> {
        if after.id != *self.tenant {
            return Err(Error::Invalid("a commit changes its own tenant only"));
        }
        check_revision(self.reach.own.tenant.as_ref().map(|tenant| tenant.revision), before)?;
        let old = self.reach.own.tenant.replace(after);
        self.note(move |reach| reach.own.tenant = old);
        Ok(())
    }

    fn put_number(&mut self, mut after: Number, before: Option<u64>) -> Outcome {
        let old = self.reach.own.numbers.get(&after.id);
        let used_at = old.and_then(|number| number.last_used_at);
        let held = old.filter(|number| number.given_back_at.is_none()).map(|number| number.e164);
        check_revision(old.map(|number| number.revision), before)?;
        after.last_used_at = after.last_used_at.max(used_at);
        let holds = after.given_back_at.is_none().then_some(after.e164);
        let mut own = self.reach.own.numbers.values();
        if own.any(|number| number.e164 == after.e164 && number.id != after.id) {
            return Err(Conflict::NumberTaken);
        }
        let is_taken = |e164| self.reach.shared.numbers.contains_key(&e164) || self.leads_elsewhere(&e164);
        if holds != held && holds.is_some_and(is_taken) {
            return Err(Conflict::NumberTaken);
        }
        if let Some(e164) = held.filter(|_| holds != held) {
            self.remove(|reach| &mut reach.shared.numbers, &e164);
        }
        if let Some(e164) = holds {
            let holder = (self.tenant.clone(), after.id.clone());
            self.put(|reach| &mut reach.shared.numbers, e164, holder);
        }
        self.put(|reach| &mut reach.own.numbers, after.id.clone(), after);
        Ok(())
    }

    fn require(&self, requirement: &Requirement) -> Outcome {
        let rows = &self.reach.own;
        let holds = match requirement {
            Requirement::FrontDesk => rows.numbers.values().any(|number| {
                number.class == NumberClass::FrontDesk && number.status == NumberStatus::Active
            }),
            Requirement::OpenThreads(number, expected) => {
                let ids = rows.threads_on.get(number).into_iter().flat_map(|ids| ids.keys());
                let open = ids.filter_map(|id| rows.threads.get(id)).filter(|thread| is_open(thread));
                open.map(|thread| &thread.id).eq(expected)
            }
            Requirement::CallsBelow { concurrent, since, started, started_after } => {
                rows.open_calls(*since) < *concurrent as usize
                    && rows.calls_behind(*started_after) < *started as usize
            }
        };
        if holds { Ok(()) } else { Err(Conflict::Stale) }
    }

    fn note_use(&mut self, id: &NumberId, e164: &E164, at: Instant) -> Outcome {
        let number = self.reach.own.numbers.get(id).filter(|number| number.e164 == *e164);
        let number = number.ok_or(Conflict::Stale)?;
        if number.last_used_at < Some(at) {
            let after = Number { last_used_at: Some(at), ..number.clone() };
            self.put(|reach| &mut reach.own.numbers, id.clone(), after);
        }
        Ok(())
    }

    fn add_customer(&mut self, customer: Customer) -> Outcome {
        let rows = &self.reach.own;
        if rows.customers.contains_key(&customer.id) || rows.customer_by_phone.contains_key(&customer.phone) {
            return Err(Conflict::Exists);
        }
        self.put(|reach| &mut reach.own.customer_by_phone, customer.phone, customer.id.clone());
        self.put(|reach| &mut reach.own.customers, customer.id.clone(), customer);
        Ok(())
    }

    fn put_thread(&mut self, after: Thread, before: Option<u64>) -> Outcome {
        let old = self.reach.own.threads.get(&after.id).cloned();
        check_revision(old.as_ref().map(|thread| thread.revision), before)?;
        let number = self.reach.own.numbers.get(&after.number).ok_or(Conflict::Dangling)?;
        let usable = old.is_some() || number.status == NumberStatus::Active;
        if !usable || !self.reach.own.customers.contains_key(&after.customer) {
            return Err(Conflict::Dangling);
        }
        if let Some(old) = old {
            self.leave_pair(&old, &after);
        }
        self.take_pair(&after)?;
        self.link(|reach| &mut reach.own.threads_on, &after.number, &after.id);
        self.link(|reach| &mut reach.own.threads_of, &after.customer, &after.id);
        self.put(|reach| &mut reach.own.threads, after.id.clone(), after);
        Ok(())
    }

    fn leave_pair(&mut self, old: &Thread, after: &Thread) {
        let pair = (old.number.clone(), old.customer.clone());
        self.unlink(|reach| &mut reach.own.threads_on, &old.number, &old.id);
        self.unlink(|reach| &mut reach.own.threads_of, &old.customer, &old.id);
        let moves = old.number != after.number || old.customer != after.customer;
        if moves && self.reach.own.pairs.get(&pair) == Some(&old.id) {
            self.remove(|reach| &mut reach.own.pairs, &pair);
        }
    }

    /// A thread whose tail is over asks for nothing: its pair may be another's by now.
    fn take_pair(&mut self, after: &Thread) -> Outcome {
        let rows = &self.reach.own;
        let holder = rows.thread_of_pair(&after.number, &after.customer, self.at);
        match holder.filter(|holder| holder.id != after.id) {
            Some(holder) if holds_pair(after, self.at) => Err(Conflict::PairTaken(holder.id.clone())),
            Some(_) => Ok(()),
            None => {
                let pair = (after.number.clone(), after.customer.clone());
                self.put(|reach| &mut reach.own.pairs, pair, after.id.clone());
                Ok(())
            }
        }
    }

    fn add_window(&mut self, window: Window) -> Result<()> {
        let end = window.span.end().ok_or(Error::Invalid("an assignment window has an end"))?;
        self.require_thread(&window.thread)?;
        if self.reach.own.windows.contains_key(&window.id) {
            return Err(Conflict::Exists.into());
        }
        self.link(|reach| &mut reach.own.windows_of, &window.thread, &window.id);
        self.link(|reach| &mut reach.own.window_ends, &window.thread, &(end, window.id.clone()));
        self.put(|reach| &mut reach.own.windows, window.id.clone(), window);
        Ok(())
    }

    fn add_override(&mut self, instruction: Override) -> Outcome {
        self.require_thread(&instruction.thread)?;
        if self.reach.own.overrides.contains_key(&instruction.id) {
            return Err(Conflict::Exists);
        }
        self.link(|reach| &mut reach.own.overrides_of, &instruction.thread, &instruction.id);
        self.put(|reach| &mut reach.own.overrides, instruction.id.clone(), instruction);
        Ok(())
    }

    fn require_thread(&self, thread: &ThreadId) -> Outcome {
        if self.reach.own.threads.contains_key(thread) { Ok(()) } else { Err(Conflict::Dangling) }
    }

    fn remove_override(&mut self, id: &OverrideId, at: Instant) -> Outcome {
        let instruction = self.reach.own.overrides.get(id);
        let instruction =
            instruction.filter(|found| found.removed_at.is_none()).ok_or(Conflict::Stale)?.clone();
        let after = Override { removed_at: Some(at), ..instruction };
        self.put(|reach| &mut reach.own.overrides, id.clone(), after);
        Ok(())
    }

    fn claim(&mut self, claim: WebhookClaim) -> Outcome {
        if self.reach.own.claims.contains_key(&claim) {
            return Err(Conflict::Claimed);
        }
        self.put(|reach| &mut reach.own.claims, claim, ());
        Ok(())
    }

    fn add_message(&mut self, message: Message) -> Outcome {
        if self.reach.own.messages.contains_key(&message.id) {
            return Err(Conflict::Exists);
        }
        self.is_free(&message)?;
        if let Some(thread) = &message.thread {
            self.link(|reach| &mut reach.own.messages_of, thread, &message.id);
        }
        if message.target == Some(Destination::OwnerInbox) {
            self.put(|reach| &mut reach.own.owner_inbox, message.id.clone(), ());
        }
        self.index(&message);
        self.put(|reach| &mut reach.own.messages, message.id.clone(), message);
        Ok(())
    }

    fn add_decision(&mut self, decision: DecisionRecord) -> Outcome {
        if self.reach.own.decisions.contains_key(&decision.id) {
            return Err(Conflict::Exists);
        }
        if let Some(thread) = &decision.thread {
            self.link(|reach| &mut reach.own.decisions_of, thread, &decision.id);
        }
        self.put(|reach| &mut reach.own.decisions, decision.id.clone(), decision);
        Ok(())
    }

    fn publish(&mut self, version: RuntimeVersion) -> Outcome {
        let current = self.reach.own.version();
        if current.checked_add(1) != Some(version.version) {
            return Err(Conflict::VersionMoved { current });
        }
        self.move_on();
        let before = self.reach.own.versions.get(&current).map(|before| before.dids.clone());
        for did in before.unwrap_or_default().into_iter().filter(|did| !version.dids.contains(did)) {
            self.leave_did(did);
        }
        let published = Some(Arc::new(version.document.clone()));
        let old = mem::replace(&mut self.reach.own.published, published);
        self.note(move |reach| reach.own.published = old);
        for did in &version.dids {
            self.map_did(*did, |mapping| mapping.by_document = true)?;
        }
        let others = self.reach.own.dids.keys().filter(|did| !version.dids.contains(did));
        for did in others.copied().collect::<Vec<_>>() {
            self.map_did(did, |_| {})?;
        }
        self.put(|reach| &mut reach.own.versions, version.version, version);
        Ok(())
    }

    /// The document no longer names a DID; it stays if somebody mapped it by hand.
    fn leave_did(&mut self, did: E164) {
        let Some(mapping) = self.reach.shared.dids.get(&did).filter(|found| found.tenant == *self.tenant)
        else {
            return;
        };
        if mapping.by_hand {
            let after = Mapping { by_document: false, ..mapping.clone() };
            self.put(|reach| &mut reach.shared.dids, did, after);
        } else {
            self.unmap_did(did);
        }
    }

    fn leads_elsewhere(&self, did: &E164) -> bool {
        self.reach.shared.dids.get(did).is_some_and(|mapping| mapping.tenant != *self.tenant)
    }

    /// Leads a DID to the tenant and its document; `because` notes why.
    fn map_did(&mut self, did: E164, because: fn(&mut Mapping)) -> Outcome {
        if self.reach.shared.numbers.get(&did).is_some_and(|(holder, _)| holder != self.tenant) {
            return Err(Conflict::DidTaken(did));
        }
        let (tenant, document) = (self.tenant.clone(), self.reach.own.published.clone());
        let mut mapping = match self.reach.shared.dids.get(&did) {
            Some(mapping) if mapping.tenant != tenant => return Err(Conflict::DidTaken(did)),
            Some(mapping) => Mapping { document, ..mapping.clone() },
            None => Mapping { tenant, document, by_document: false, by_hand: false },
        };
        because(&mut mapping);
        self.put(|reach| &mut reach.shared.dids, did, mapping);
        self.put(|reach| &mut reach.own.dids, did, ());
        Ok(())
    }

    fn unmap_did(&mut self, did: E164) {
        if self.reach.shared.dids.get(&did).is_some_and(|mapping| mapping.tenant == *self.tenant) {
            self.remove(|reach| &mut reach.shared.dids, &did);
            self.remove(|reach| &mut reach.own.dids, &did);
            self.note_left(did);
        }
    }

    fn add_key(&mut self, key: ApiKey) -> Result<()> {
        if key.home() != *self.tenant {
            return Err(Error::Invalid("an API key is kept under the tenant that it is bound to"));
        }
        if self.reach.own.keys.contains_key(&key.id) || self.reach.shared.keys.contains_key(&key.digest) {
            return Err(Conflict::Exists.into());
        }
        let owner = (self.tenant.clone(), key.id.clone());
        self.put(|reach| &mut reach.shared.keys, key.digest, owner);
        self.put(|reach| &mut reach.own.keys, key.id.clone(), key);
        Ok(())
    }

    fn revoke_key(&mut self, id: &ApiKeyId, at: Instant) -> Outcome {
        let key = self.reach.own.keys.get(id).filter(|key| key.revoked_at.is_none());
        let after = ApiKey { revoked_at: Some(at), ..key.ok_or(Conflict::Stale)?.clone() };
        self.put(|reach| &mut reach.own.keys, id.clone(), after);
        Ok(())
    }
}

pub(super) fn check_revision(found: Option<u64>, before: Option<u64>) -> Outcome {
    match (found, before) {
        (Some(_), None) => Err(Conflict::Exists),
        (found, before) if found == before => Ok(()),
        _ => Err(Conflict::Stale),
    }
}

fn is_open(thread: &Thread) -> bool {
    matches!(thread.status, ThreadStatus::Active | ThreadStatus::Blocked)
}
