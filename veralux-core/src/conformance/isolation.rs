//! No method shows or changes what belongs to another tenant.

use super::Ports;
use super::credential::{credential, export, put, put_export, put_secret, resealed, secret, tenant_key};
use super::look::everything;
use super::make::{
    CUSTOMER_1, at, claim, decision, draft, id, instruction, key, message, new_tenant, our, phone, settle,
    version, window,
};
use super::telephony::{forwarding, proved_at_once, put as put_caller_id, put_forwarding};
use crate::credential::Provider;
use crate::port::{
    Body, Change, Commit, Conflict, Credential, CredentialExport, DecisionRecord, Envelope, Message,
    Override, Page, TenantKey, TenantSecret, Window,
};
use crate::secret::Secret;

/// A settled tenant with one of everything else; all ids are the same in each tenant, all contents differ.
async fn furnish(ports: &Ports, name: &str, place: u8) {
    settle(ports, name, place).await;
    let staff = id(&format!("stf of {name}"));
    let body = Body::new(format!("for {name} only"));
    let (document, did) = (format!("{{\"of\":\"{name}\"}}"), our(place, 1));
    let mut commit = Commit::new(id(name), at(1)).event(id(&format!("evt_{name}")), draft("thread.opened"));
    commit.changes.extend([
        Change::Window(Window { staff, ..window("win_1", "thr_1", 0, 9) }),
        Change::Override(Override { reason: name.to_owned(), ..instruction("ovr_1", "thr_1", 0, None) }),
        Change::Message(Box::new(Message { body, ..message("msg_1", Some("thr_1")) })),
        Change::Decision(DecisionRecord { snapshot: document.clone(), ..decision("dec_1", Some("thr_1")) }),
        Change::Claim(claim("SM1")),
        Change::PublishRuntime(Box::new(version(1, &document, &[&did]))),
        Change::ApiKey(key("key_1", Some(name), place)),
        put_caller_id(proved_at_once("cid_1", &our(place, 4))),
        put_forwarding(forwarding("fwd_1", "cid_1", &our(place, 4))),
    ]);
    commit.changes.extend(sealed(name));
    ports.ledger.commit(commit).await.unwrap();
}

/// One of everything that is sealed; the envelopes tell whose it is.
fn sealed(name: &str) -> [Change; 4] {
    let envelope = || Envelope::new(name.as_bytes());
    let twilio = Provider::Twilio;
    let handed_on = CredentialExport { remote_id: Some(name.to_owned()), ..export(twilio, Provider::Vapi) };
    [
        Change::AddTenantKey(TenantKey { wrapped: envelope(), ..tenant_key(1, 1) }),
        put(Credential { envelope: envelope(), ..credential(twilio) }),
        put_secret(TenantSecret { envelope: envelope(), ..secret("S") }),
        put_export(handed_on),
    ]
}

/// What of [`sealed`] a tenant has, each as the text that tells whose it is.
async fn seen(ports: &Ports, name: &str) -> Vec<String> {
    let (tenant, stores) = (&id(name), &ports.credentials);
    let mut envelopes = Vec::new();
    let keys =
        [stores.lookup_tenant_key(tenant, 1).await.unwrap(), stores.newest_tenant_key(tenant).await.unwrap()];
    envelopes.extend(keys.into_iter().flatten().map(|found| found.wrapped));
    let credentials = stores.list_credentials(tenant).await.unwrap().into_iter();
    let credentials = credentials.chain(stores.find_credential(tenant, Provider::Twilio).await.unwrap());
    envelopes.extend(credentials.map(|found| found.envelope));
    let secrets = stores.list_secrets(tenant).await.unwrap().into_iter();
    let secrets = secrets.chain(stores.lookup_secret(tenant, "S").await.unwrap());
    envelopes.extend(secrets.map(|found| found.envelope));
    let export = stores.find_export(tenant, Provider::Twilio, Provider::Vapi).await.unwrap();
    let texts = envelopes.iter().map(|found| String::from_utf8_lossy(found.as_bytes()).into_owned());
    texts.chain(export.and_then(|found| found.remote_id)).collect()
}

pub async fn the_same_ids_in_two_tenants(ports: &Ports) {
    furnish(ports, "a", 1).await;
    let alone = everything(ports, "a").await;
    furnish(ports, "b", 2).await;
    assert_eq!(everything(ports, "a").await, alone, "a second tenant changes nothing for the first");
    let stores = ports;
    for (name, place) in [("a", 1), ("b", 2)] {
        let tenant = &id(name);
        let message = stores.messages.lookup(tenant, &id("msg_1")).await.unwrap().unwrap();
        assert_eq!(message.body.as_str(), format!("for {name} only"), "message");
        let decision = stores.decisions.lookup(tenant, &id("dec_1")).await.unwrap().unwrap();
        assert_eq!(decision.snapshot, format!("{{\"of\":\"{name}\"}}"), "decision");
        let found = stores.schedule.lookup_override(tenant, &id("ovr_1")).await.unwrap().unwrap();
        assert_eq!(found.reason, name, "override");
        let number = stores.numbers.lookup(tenant, &id("pool")).await.unwrap().unwrap();
        assert_eq!(number.e164, phone(&our(place, 2)), "number");
        assert_eq!(stores.schedule.count_windows(tenant, &id("thr_1"), at(0)).await.unwrap(), 1, "windows");
        let pool = stores.numbers.list_free_pool(tenant, &phone("+19"), at(0), 9).await.unwrap();
        assert_eq!(pool.len(), 1, "pool");
        let party = phone(CUSTOMER_1);
        let found = stores
            .conversations
            .find(tenant, &phone(&our(place, 2)), Some(&party), at(5))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.tenant.id, *tenant, "conversation");
        assert_eq!(found.windows[0].staff.as_str(), format!("stf of {name}"), "conversation's window");
        assert_eq!(found.overrides[0].reason, name, "conversation's override");
        let resolved = stores.runtime.resolve(&phone(&our(place, 1))).await.unwrap().unwrap();
        assert_eq!(resolved.tenant, *tenant, "resolved");
        assert_eq!(resolved.document.expose(), format!("{{\"of\":\"{name}\"}}"), "resolved");
        let events = stores.audit.list(tenant, &Page::first(9)).await.unwrap().items;
        assert_eq!(seen(ports, name).await, [name; 7], "what is sealed");
        assert_eq!(events.len(), 1, "events");
        assert_eq!(events[0].id.as_str(), format!("evt_{name}"), "events");
    }
}

pub async fn a_tenant_sees_nothing_of_another(ports: &Ports) {
    ports.apply("b", 0, [new_tenant("b")], "a tenant without anything").await;
    let bare = everything(ports, "b").await;
    furnish(ports, "a", 1).await;
    assert_eq!(everything(ports, "b").await, bare, "it still has nothing");
    let (stores, tenant) = (ports, &id("b"));
    assert!(stores.messages.lookup(tenant, &id("msg_1")).await.unwrap().is_none(), "message");
    assert!(stores.decisions.lookup(tenant, &id("dec_1")).await.unwrap().is_none(), "decision");
    assert!(stores.schedule.lookup_override(tenant, &id("ovr_1")).await.unwrap().is_none(), "override");
    assert!(stores.numbers.lookup(tenant, &id("pool")).await.unwrap().is_none(), "number");
    assert!(stores.numbers.find(tenant, &phone(&our(1, 2))).await.unwrap().is_none(), "number by digits");
    assert!(stores.numbers.list_free_pool(tenant, &phone("+19"), at(0), 9).await.unwrap().is_empty(), "pool");
    assert!(stores.threads.lookup(tenant, &id("thr_1")).await.unwrap().is_none(), "thread");
    assert!(stores.threads.lookup_customer(tenant, &id("cus_1")).await.unwrap().is_none(), "customer");
    assert!(stores.threads.find_customer(tenant, &phone(CUSTOMER_1)).await.unwrap().is_none(), "phone");
    assert!(
        stores.conversations.lookup(tenant, &id("thr_1"), at(5)).await.unwrap().is_none(),
        "conversation"
    );
    assert_eq!(stores.schedule.count_windows(tenant, &id("thr_1"), at(0)).await.unwrap(), 0, "windows");
    assert!(stores.versions.lookup(tenant, 1).await.unwrap().is_none(), "version");
    assert!(seen(ports, "b").await.is_empty(), "what is sealed");
    assert_eq!(stores.credentials.last_key_version(tenant).await.unwrap(), 0, "its keys' versions");
    let config: Option<Secret> = stores.runtime.find_config(tenant).await.unwrap();
    assert!(config.is_none(), "configuration");
    let party = phone(CUSTOMER_1);
    let found =
        stores.conversations.find(tenant, &phone(&our(1, 2)), Some(&party), at(5)).await.unwrap().unwrap();
    assert!(
        found.number.is_none() && found.thread.is_none() && found.customer.is_none(),
        "conversation by pair"
    );
    assert!(found.windows.is_empty() && found.overrides.is_empty() && !found.mapped, "conversation by pair");
}

pub async fn changes_do_not_reach_another_tenant(ports: &Ports) {
    furnish(ports, "a", 1).await;
    ports.apply("a", 1, [Change::AddTenantKey(tenant_key(2, 1))], "a second key").await;
    let another = [new_tenant("b"), Change::AddTenantKey(tenant_key(1, 1))];
    ports.apply("b", 0, another, "another tenant").await;
    let before = everything(ports, "a").await;
    let (stale, dangling) = (Conflict::Stale, Conflict::Dangling);
    for (what, change, conflict) in [
        ("removing an override", Change::RemoveOverride { id: id("ovr_1"), at: at(5) }, stale.clone()),
        ("revoking a key", Change::RevokeApiKey { id: id("key_1"), at: at(5) }, stale.clone()),
        ("removing a caller id", Change::RemoveCallerId { id: id("cid_1"), before: 1 }, stale.clone()),
        ("a configuration", put_forwarding(forwarding("fwd_9", "cid_1", &our(1, 4))), dangling.clone()),
        ("a window", Change::Window(window("win_9", "thr_1", 0, 9)), dangling.clone()),
        ("an override", Change::Override(instruction("ovr_9", "thr_1", 0, None)), dangling.clone()),
        ("changing a credential", put(resealed(credential(Provider::Twilio), 1, 1)), stale.clone()),
        (
            "removing a credential",
            Change::RemoveCredential { provider: Provider::Twilio, before: 1 },
            stale.clone(),
        ),
        ("removing a secret", Change::RemoveTenantSecret { key: "S".to_owned(), before: 1 }, stale.clone()),
        ("removing a key", Change::RemoveTenantKey(2), stale),
        ("sealing under a key", put(Credential { key_version: 2, ..credential(Provider::Aws) }), dangling),
        ("a mapping", Change::MapDid(phone(&our(1, 1))), Conflict::DidTaken(phone(&our(1, 1)))),
    ] {
        ports.refuse("b", 5, [change], conflict, what).await;
    }
    ports.apply("b", 5, [Change::DestroyTenantKeys], "destroying one's own keys").await;
    ports.apply("b", 5, [Change::UnmapDid(phone(&our(1, 1)))], "unmapping what leads elsewhere").await;
    let noted = ports.commit("b", 5, [Change::NumberUsed { id: id("pool"), at: at(5) }]).await;
    drop(noted);
    assert_eq!(everything(ports, "a").await, before, "nothing of it reached the other tenant");
}
