//! Looking at all that a tenant has, to see that nothing changed.

use super::Ports;
use super::make::{at, id};
use crate::credential::Provider;
use crate::id::TenantId;
use crate::port::{
    Body, MAX_PAGE, MessageFilter, NumberFilter, Page, RuntimeHead, RuntimeVersion, ThreadFilter,
    ViolationFilter, WorkKind,
};
use crate::secret::Secret;

/// Everything that reads show of a tenant, as texts that can be compared; secrets and numbers are spelt out.
pub(super) async fn everything(ports: &Ports, tenant: &str) -> Vec<String> {
    let tenant: &TenantId = &id(tenant);
    let stores = ports;
    let page = &Page::first(MAX_PAGE);
    let mut all = Vec::new();
    all.push(format!("{:?}", stores.directory.lookup_tenant(tenant).await.unwrap()));
    for number in stores.numbers.list(tenant, NumberFilter::default(), page).await.unwrap().items {
        let holder = stores.directory.find_tenant_by_number(&number.e164).await.unwrap();
        all.push(format!("{} {number:?} {holder:?}", number.e164));
        let stranger = stores.conversations.find(tenant, &number.e164, None, at(0)).await.unwrap();
        all.push(format!("{stranger:?}"));
    }
    for thread in stores.threads.list(tenant, &ThreadFilter::default(), page).await.unwrap().items {
        all.push(format!("{thread:?}"));
        all.push(format!("{:?}", stores.threads.lookup_customer(tenant, &thread.customer).await.unwrap()));
        let windows = stores.schedule.count_windows(tenant, &thread.id, at(0)).await.unwrap();
        let conversation = stores.conversations.lookup(tenant, &thread.id, at(0)).await.unwrap();
        all.push(format!("{windows} {conversation:?}"));
        let filter = MessageFilter::Thread(thread.id.clone());
        all.push(format!("{:?}", stores.messages.list(tenant, &filter, page).await.unwrap()));
        all.push(format!("{:?}", stores.decisions.list(tenant, &thread.id, page).await.unwrap()));
    }
    all.push(format!("{:?}", stores.schedule.list_windows(tenant, None, page).await.unwrap()));
    all.push(format!("{:?}", stores.schedule.list_overrides(tenant, None, page).await.unwrap()));
    let inbox = stores.messages.list(tenant, &MessageFilter::OwnerInbox, page).await.unwrap();
    all.extend(inbox.items.iter().map(|message| format!("{message:?} {}", message.body.as_str())));
    all.push(format!("{:?}", stores.keys.list(tenant, page).await.unwrap()));
    all.push(format!("{:?}", stores.audit.list(tenant, page).await.unwrap()));
    all.push(format!("{:?}", stores.audit.head(tenant).await.unwrap()));
    for caller_id in stores.caller_ids.list(tenant, false, page).await.unwrap().items {
        all.push(format!("{} {caller_id:?}", caller_id.number));
    }
    for forwarding in stores.forwardings.list(tenant, page).await.unwrap().items {
        all.push(format!("{} {} {forwarding:?}", forwarding.number, forwarding.destination));
    }
    sealed(ports, tenant, &mut all).await;
    provided(ports, tenant, &mut all).await;
    policy(ports, tenant, &mut all).await;
    all.extend(stores.versions.list(tenant, page).await.unwrap().items.iter().map(version));
    all.extend(stores.versions.current(tenant).await.unwrap().iter().map(version));
    if let Some(found) = stores.versions.head(tenant).await.unwrap() {
        all.push(head(&found));
        for did in &found.dids {
            let resolved = stores.runtime.resolve(did).await.unwrap();
            let resolved =
                resolved.map(|resolved| format!("{} {}", resolved.tenant, resolved.document.expose()));
            all.push(format!("{did} {resolved:?}"));
        }
    }
    let config = stores.runtime.find_config(tenant).await.unwrap();
    all.push(format!("{:?}", config.as_ref().map(Secret::expose)));
    all
}

/// Credentials, secrets, exports and keys, envelopes spelt out.
async fn sealed(ports: &Ports, tenant: &TenantId, all: &mut Vec<String>) {
    let stores = &ports.credentials;
    for found in stores.list_credentials(tenant).await.unwrap() {
        all.push(format!("{found:?} {:?} {:?}", found.account, found.envelope.as_bytes()));
    }
    for found in stores.list_secrets(tenant).await.unwrap() {
        all.push(format!("{found:?} {:?}", found.envelope.as_bytes()));
    }
    let last = stores.last_key_version(tenant).await.unwrap();
    all.push(format!("keys up to {last}"));
    for version in 0..=last {
        if let Some(found) = stores.lookup_tenant_key(tenant, version).await.unwrap() {
            all.push(format!("{found:?} {:?}", found.wrapped.as_bytes()));
        }
    }
    for provider in Provider::ALL {
        let found = stores.find_export(tenant, *provider, Provider::Vapi).await.unwrap();
        all.extend(found.map(|found| format!("{found:?}")));
    }
}

/// Deliveries that failed, calls, operations and assistants, callers spelt out.
async fn provided(ports: &Ports, tenant: &TenantId, all: &mut Vec<String>) {
    let page = &Page::first(MAX_PAGE);
    all.push(format!("{:?}", ports.messages.list_dead_letters(tenant, page).await.unwrap()));
    for number in ports.numbers.list(tenant, NumberFilter::default(), page).await.unwrap().items {
        let failures = ports.messages.list_failures(tenant, &number.id, at(-9), MAX_PAGE).await.unwrap();
        all.push(format!("{failures:?}"));
    }
    for found in ports.calls.list(tenant, false, page).await.unwrap().items {
        all.push(format!("{found:?} {:?} {}", found.caller, found.called));
    }
    all.push(format!("{}", ports.calls.count_open(tenant, at(-9)).await.unwrap()));
    for found in ports.operations.list(tenant, page).await.unwrap().items {
        let running = ports.operations.find_running(tenant, &found.number).await.unwrap();
        all.push(format!("{found:?} {} {}", found.number, running.is_some()));
    }
    for found in ports.assistants.list(tenant).await.unwrap() {
        let holder = ports.directory.find_tenant_by_assistant(&found.platform, &found.assistant).await;
        all.push(format!("{found:?} {:?}", holder.unwrap()));
    }
}

/// Violations, what is allowed, what is remembered of the customer `cus_1`, texts spelt out.
async fn policy(ports: &Ports, tenant: &TenantId, all: &mut Vec<String>) {
    let page = &Page::first(MAX_PAGE);
    for found in ports.policy.list(tenant, &ViolationFilter::default(), page).await.unwrap().items {
        all.push(format!("{found:?} {:?} {:?}", found.draft.as_ref().map(Body::as_str), found.ruling));
    }
    for thread in ports.threads.list(tenant, &ThreadFilter::default(), page).await.unwrap().items {
        let found = ports.policy.scan_context(tenant, Some(&thread.id), "customer:cus_1").await.unwrap();
        all.push(format!("{found:?} {:?}", found.memory.as_ref().map(|memory| &memory.state)));
    }
}

/// What work there is, of all tenants.
pub(super) async fn work(ports: &Ports) -> Vec<String> {
    let mut all = vec![format!("{:?}", ports.work.next_due().await.unwrap())];
    for kind in WorkKind::ALL {
        all.push(format!("{kind} {}", ports.work.count(*kind).await.unwrap()));
    }
    all
}

/// A version with all its fields.
pub(super) fn version(version: &RuntimeVersion) -> String {
    let dids: Vec<_> = version.dids.iter().map(ToString::to_string).collect();
    format!("{version:?} {} {dids:?}", version.document.expose())
}

/// A head with all its fields, its DIDs sorted.
pub(super) fn head(head: &RuntimeHead) -> String {
    let mut dids: Vec<_> = head.dids.iter().map(ToString::to_string).collect();
    dids.sort();
    let document = head.document.as_ref().map(Secret::expose);
    format!("{} {} {document:?} {dids:?}", head.tenant, head.version)
}
