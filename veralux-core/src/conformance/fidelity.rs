//! Every field of every record survives.

use serde_json::json;

use super::Ports;
use super::credential::{credential, export, secret, tenant_key};
use super::make::{
    at, claim, customer, decision, draft, id, instruction, key, message, new_number, new_tenant, new_thread,
    number, phone, settle, tenant, thread, version, window,
};
use super::root_key::keys_put;
use super::{delivery, look};
use crate::access::{ApiKey, KeyDigest, KeyRole};
use crate::audit::{Actor, ActorKind, Draft, Entity, EventType, Label, Name, Payload};
use crate::credential::Provider;
use crate::number::{Number, Quarantine, ThreadKind};
use crate::party::{Direction, NumberClass, NumberStatus, Role, TenantStatus, ThreadStatus};
use crate::phone::SenderName;
use crate::policy::{Kind, Severity};
use crate::port::{
    Body, Change, Check, CheckOutcome, Commit, Credential, CredentialExport, CredentialState, Customer,
    DecisionRecord, Destination, Envelope, ExportState, FindingRecord, MAX_MEDIA, Media, Message, Override,
    Page, ProviderMessage, PublishKind, RefreshLease, RootKey, RuntimeVersion, Sender, Tenant, TenantKey,
    TenantSecret, Thread, Window,
};
use crate::routing::{Action, OverrideTarget};
use crate::seal::KeyState;
use crate::time::{Instant, Span};

/// Texts that stores have been seen to break: quotes, wildcards, escapes, other scripts, combining marks, emoji.
const ODD: &str =
    "O'Reilly \"50%\" _x\\n 日本 e\u{301} 👩\u{200d}👩\u{200d}👧 {\"a\":[null]} ; DROP TABLE tenant; --";

/// An id of 128 bytes, the longest there is, of characters with more than one byte.
fn longest() -> String {
    "😀".repeat(32)
}

fn year_9999() -> Instant {
    Instant::parse("9999-12-31T23:59:59.999999Z").unwrap()
}

fn before_1970() -> Instant {
    Instant::parse("1969-12-31T23:59:59.999999Z").unwrap()
}

pub async fn tenants_numbers_customers(ports: &Ports) {
    let tenant_id = "Z-".to_owned() + &"x".repeat(62);
    let full = Tenant {
        name: ODD.to_owned(),
        status: TenantStatus::Suspended,
        business_number: Some(phone("+123456789012345")),
        created_at: before_1970(),
        updated_at: year_9999(),
        revision: 7,
        ..tenant(&tenant_id)
    };
    let resting = Number {
        id: id(&longest()),
        status: NumberStatus::Quarantined,
        staff: Some(id(ODD)),
        quarantine: Some(Quarantine { reason: ODD.to_owned(), since: before_1970(), until: year_9999() }),
        provider: "telnyx".to_owned(),
        last_used_at: Some(at(1)),
        created_at: before_1970(),
        revision: u64::from(u32::MAX),
        ..number("x", "+12", NumberClass::Staff)
    };
    let bare = number("bare", "+123456789012345", NumberClass::FrontDesk);
    let odd = Customer { id: id(ODD), phone: phone("+19"), created_at: year_9999() };
    let changes = [
        Change::Tenant { after: full.clone(), before: None },
        new_number(resting.clone()),
        new_number(bare.clone()),
        Change::Customer(odd.clone()),
        Change::Customer(customer(&longest(), "+18")),
    ];
    ports.apply(&tenant_id, 0, changes, "odd records").await;
    let (stores, tenant) = (ports, &id(&tenant_id));
    assert_eq!(stores.directory.lookup_tenant(tenant).await.unwrap(), Some(full));
    assert_eq!(stores.numbers.find(tenant, &phone("+12")).await.unwrap(), Some(resting));
    assert_eq!(stores.numbers.lookup(tenant, &id("bare")).await.unwrap(), Some(bare));
    assert_eq!(stores.threads.find_customer(tenant, &phone("+19")).await.unwrap(), Some(odd.clone()));
    assert_eq!(stores.threads.lookup_customer(tenant, &odd.id).await.unwrap(), Some(odd));
    let longest = id(&longest());
    let found = stores.threads.lookup_customer(tenant, &longest).await.unwrap().unwrap();
    assert_eq!(found.id, longest);
}

pub async fn threads_windows_overrides(ports: &Ports) {
    settle(ports, "a", 1).await;
    let thread = Thread {
        kind: ThreadKind::Recurring,
        status: ThreadStatus::Archived,
        opted_out: true,
        created_at: before_1970(),
        pair_free_at: Some(year_9999()),
        revision: 12,
        ..thread(&longest(), "cus_1", "staff")
    };
    let window = Window {
        id: id(ODD),
        staff: id(&longest()),
        span: Span::new(before_1970(), Some(year_9999())).unwrap(),
        created_at: at(3),
        ..window("x", &longest(), 0, 1)
    };
    let targets = [OverrideTarget::Staff(id(ODD)), OverrideTarget::OwnerInbox, OverrideTarget::Customer];
    let overrides = targets.map(|target| Override {
        id: id(&format!("ovr {target:?}")),
        target,
        removed_at: Some(at(8)),
        reason: ODD.to_owned(),
        created_at: at(2),
        ..instruction("x", &longest(), 1, Some(4))
    });
    let mut changes = vec![new_thread(thread.clone()), Change::Window(window.clone())];
    changes.extend(overrides.clone().map(Change::Override));
    ports.apply("a", 0, changes, "odd records").await;
    let (stores, tenant) = (ports, &id("a"));
    assert_eq!(stores.threads.lookup(tenant, &thread.id).await.unwrap(), Some(thread.clone()));
    let windows = stores.schedule.list_windows(tenant, Some(&thread.id), &Page::first(9)).await.unwrap();
    assert_eq!(windows.items, [window]);
    for expected in overrides {
        let found = stores.schedule.lookup_override(tenant, &expected.id).await.unwrap();
        assert_eq!(found, Some(expected));
    }
}

fn finding(kind: Kind, severity: Severity) -> FindingRecord {
    FindingRecord { kind, start: 3, end: 70_000, rule: "phone.e164".to_owned(), score: 100, severity }
}

/// As many as there may be, each with all that may be known of it or with less.
fn media() -> Vec<Media> {
    let url = format!("https://media.example/{}", "%20'".repeat(500));
    let all = [(Some(url.as_str()), Some("image/jpeg")), (None, Some("text/x-vcard")), (None, None)];
    all.iter().cycle().take(MAX_MEDIA).map(|&(url, content_type)| Media::told(url, content_type)).collect()
}

pub async fn messages(ports: &Ports) {
    settle(ports, "a", 1).await;
    let full = Message {
        id: id(&longest()),
        number: Some(id("pool")),
        direction: Direction::Outbound,
        sender: Sender {
            role: Role::Staff,
            id: Some(ODD.to_owned()),
            phone: Some(phone("+12")),
            name: SenderName::told(ODD),
        },
        body: Body::new(format!("{ODD}\r\n\ttab\u{feff}")),
        media: media(),
        findings: vec![
            finding(Kind::ALL[0], Severity::ALL[0]),
            finding(Kind::ALL[Kind::ALL.len() - 1], Severity::ALL[Severity::ALL.len() - 1]),
        ],
        decision: id(ODD),
        received_at: before_1970(),
        provider: Some(ProviderMessage { provider: "twilio".to_owned(), id: ODD.to_owned() }),
        ..message("x", Some("thr_1"))
    };
    let bare = Message {
        body: Body::new(""),
        target: None,
        action: Action::Block,
        sender: Sender { role: Role::Automation, id: None, phone: None, name: None },
        ..message("bare", None)
    };
    let on_its_way = Message { delivery: Some(delivery::full(9)), id: id("on its way"), ..full.clone() };
    let mut all = vec![full, bare, on_its_way];
    let targets = [
        Destination::Staff(id(ODD)),
        Destination::OwnerInbox,
        Destination::Customer(id("cus_1")),
        Destination::Sender(id(ODD)),
    ];
    for (index, target) in targets.into_iter().enumerate() {
        all.push(Message { target: Some(target), ..message(&format!("target {index}"), Some("thr_1")) });
    }
    for action in Action::ALL {
        all.push(Message { action: *action, ..message(action.as_str(), None) });
    }
    let changes = all.iter().cloned().map(|message| Change::Message(Box::new(message)));
    ports.apply("a", 0, changes, "messages").await;
    for expected in all {
        let found = ports.messages.lookup(&id("a"), &expected.id).await.unwrap();
        assert_eq!(found, Some(expected));
    }
}

pub async fn a_large_message(ports: &Ports) {
    settle(ports, "a", 1).await;
    let body = Body::new("0123456789ä€😀\n".repeat(1024 * 1024 / 20));
    assert!(body.as_str().len() >= 1_000_000, "it is large");
    let large = Message { body, ..message("large", Some("thr_1")) };
    ports.apply("a", 0, [Change::Message(Box::new(large.clone()))], "a large message").await;
    let found = ports.messages.lookup(&id("a"), &id("large")).await.unwrap().unwrap();
    assert!(found == large, "a large message comes back as it was");
}

pub async fn decisions(ports: &Ports) {
    settle(ports, "a", 1).await;
    let full = DecisionRecord {
        id: id(&longest()),
        message: Some(id(ODD)),
        at: before_1970(),
        snapshot: format!(r#"{{"z":1,"a":"{}", "n":1.0}}"#, "x".repeat(100_000)),
        decision: r#"{"b":2,  "a":"ü\u0000"}"#.to_owned(),
        detector_version: "1.2.3-rc.4".to_owned(),
        ..decision("x", Some("thr_1"))
    };
    let bare = decision("bare", None);
    let changes = [Change::Decision(full.clone()), Change::Decision(bare.clone())];
    ports.apply("a", 0, changes, "decisions").await;
    let found = ports.decisions.lookup(&id("a"), &full.id).await.unwrap();
    assert_eq!(found, Some(full), "byte for byte: a replay depends on it");
    assert_eq!(ports.decisions.lookup(&id("a"), &bare.id).await.unwrap(), Some(bare));
    assert_eq!(ports.decisions.lookup(&id("a"), &id("none")).await.unwrap(), None);
}

pub async fn versions_and_keys(ports: &Ports) {
    ports.apply("a", 0, [new_tenant("a")], "a tenant").await;
    let first = version(1, &format!("{{\"greeting\": \"{ODD}\"}}"), &["+12", "+123456789012345"]);
    let second = RuntimeVersion {
        kind: PublishKind::Rollback,
        actor: ODD.to_owned(),
        published_at: year_9999(),
        ..version(2, "", &[])
    };
    let full = ApiKey {
        id: id(&longest()),
        name: ODD.to_owned(),
        role: KeyRole::Viewer,
        digest: KeyDigest::from_bytes(std::array::from_fn(|index| u8::try_from(index * 8).unwrap())),
        expires_at: Some(year_9999()),
        revoked_at: Some(before_1970()),
        ..key("x", Some("a"), 0)
    };
    let changes = [
        Change::PublishRuntime(Box::new(first.clone())),
        Change::PublishRuntime(Box::new(second.clone())),
        Change::ApiKey(full.clone()),
    ];
    ports.apply("a", 0, changes, "versions and a key").await;
    for expected in [first, second] {
        let found = ports.versions.lookup(&id("a"), expected.version).await.unwrap().unwrap();
        assert_eq!(look::version(&found), look::version(&expected));
        assert_eq!(found.digest, expected.digest);
    }
    let found = ports.directory.find_key(&full.digest).await.unwrap();
    assert_eq!(found, Some(full.clone()));
    assert_eq!(found.unwrap().digest.as_bytes(), full.digest.as_bytes());
}

/// Every byte there is, then as many as a plaintext of 64 KiB needs.
fn envelope() -> Envelope {
    Envelope::new((0..=255).cycle().take(64 * 1024 + 106).collect::<Vec<u8>>())
}

/// A credential with every field, one with none, and one of each state and outcome.
fn credentials() -> Vec<Credential> {
    let check = |outcome, class: Option<&str>| {
        Some(Check { at: year_9999(), outcome, class: class.map(str::to_owned) })
    };
    let full = Credential {
        id: id(&longest()),
        generation: u64::from(u32::MAX),
        envelope: envelope(),
        root_key: u32::MAX,
        state: CredentialState::Quarantined,
        hint: Some(ODD.to_owned()),
        account: Some(ODD.to_owned()),
        expires_at: Some(year_9999()),
        check: check(CheckOutcome::Rejected, Some(ODD)),
        last_error: Some((ODD.to_owned(), before_1970())),
        lease: Some(RefreshLease { holder: ODD.to_owned(), until: year_9999() }),
        created_at: before_1970(),
        sealed_at: at(7),
        revision: u64::from(u32::MAX),
        ..credential(Provider::Twilio)
    };
    let bare = Credential { envelope: Envelope::new([]), hint: None, ..credential(Provider::Telnyx) };
    let verified = Credential {
        state: CredentialState::NeedsReconnect,
        check: check(CheckOutcome::Verified, None),
        ..credential(Provider::Vapi)
    };
    let unreachable = Credential {
        state: CredentialState::Disabled,
        check: check(CheckOutcome::Unreachable, Some("")),
        ..credential(Provider::OpenAi)
    };
    vec![full, bare, verified, unreachable]
}

fn exports() -> Vec<CredentialExport> {
    let full = CredentialExport {
        remote_id: Some(ODD.to_owned()),
        generation: u64::from(u32::MAX),
        state: ExportState::Failed,
        error: Some(ODD.to_owned()),
        at: before_1970(),
        revision: u64::from(u32::MAX),
        ..export(Provider::Twilio, Provider::Vapi)
    };
    let in_state = |state, target| CredentialExport { state, ..export(Provider::Twilio, target) };
    vec![
        full,
        in_state(ExportState::Pending, Provider::Telnyx),
        in_state(ExportState::Synced, Provider::Resend),
        in_state(ExportState::Revoked, Provider::Aws),
    ]
}

pub async fn sealed_rows(ports: &Ports) {
    let key =
        TenantKey { root_key: u32::MAX, wrapped: envelope(), created_at: before_1970(), ..tenant_key(1, 0) };
    let kept = TenantSecret {
        key: "A".repeat(64),
        generation: u64::from(u32::MAX),
        envelope: envelope(),
        root_key: 0,
        sealed_at: year_9999(),
        ..secret("x")
    };
    let mut changes = vec![new_tenant("a"), Change::AddTenantKey(key.clone())];
    changes.extend(
        credentials().into_iter().map(|after| Change::Credential { after: Box::new(after), before: None }),
    );
    changes.extend(
        exports().into_iter().map(|after| Change::CredentialExport { after: Box::new(after), before: None }),
    );
    changes.push(Change::TenantSecret { after: Box::new(kept.clone()), before: None });
    ports.apply("a", 0, changes, "odd records").await;
    let (stores, tenant) = (&ports.credentials, &id("a"));
    assert_eq!(stores.lookup_tenant_key(tenant, 1).await.unwrap(), Some(key));
    for expected in credentials() {
        let found = stores.find_credential(tenant, expected.provider).await.unwrap();
        assert_eq!(found, Some(expected));
    }
    for expected in exports() {
        let found = stores.find_export(tenant, expected.provider, expected.target).await.unwrap();
        assert_eq!(found, Some(expected));
    }
    assert_eq!(stores.lookup_secret(tenant, &kept.key).await.unwrap(), Some(kept));
}

pub async fn root_keys(ports: &Ports) {
    let all = (0..).zip(KeyState::ALL).map(|(index, state)| RootKey {
        id: u32::MAX - index,
        state: *state,
        check: std::array::from_fn(|byte| u8::try_from(byte * 17).unwrap()),
        created_at: if index == 0 { before_1970() } else { year_9999() },
        revision: u64::from(u32::MAX),
    });
    let mut all = all.collect::<Vec<_>>();
    let put = keys_put(all.iter().map(|key| (key.clone(), None)).collect());
    ports.ledger.commit(put).await.unwrap();
    all.reverse();
    assert_eq!(ports.root_keys.list_root_keys().await.unwrap(), all);
}

pub async fn events(ports: &Ports) {
    let label = |text: &str| Some(Label::parse(text).unwrap());
    let payload = json!({"z": [1, -2, true, null, {"q": ODD}], "a": "", "größe": u64::from(u32::MAX)});
    let full = Draft {
        event_type: EventType::parse("number.quarantined").unwrap(),
        actor: Actor {
            kind: ActorKind::ApiKey,
            id: label("key_1"),
            role: Some(Name::parse("admin").unwrap()),
        },
        entity: Entity { kind: Name::parse("number").unwrap(), id: Label::parse(&longest()).unwrap() },
        request_id: label("req 1"),
        correlation_id: label("日本"),
        payload: Payload::parse(&payload).unwrap(),
    };
    let bare = Draft { payload: Payload::empty(), ..draft("thread.opened") };
    let commit = Commit::new(id("a"), before_1970())
        .change(Change::Claim(claim("SM1")))
        .event(id(&longest()), full.clone())
        .event(id("evt_2"), bare.clone());
    ports.ledger.commit(commit).await.unwrap();
    let events = ports.audit.list(&id("a"), &Page::first(9)).await.unwrap().items;
    let drafts: Vec<_> = events.iter().map(|event| event.draft.clone()).collect();
    assert_eq!(drafts, [full, bare]);
    assert_eq!((events[0].id.to_string(), events[0].at), (longest(), before_1970()));
    assert!(events.iter().all(|event| event.hash == event.expected_hash()), "hashed as it was sealed");
}
