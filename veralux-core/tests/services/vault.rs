//! What comes of an opening: its error, what a person reads, and its one audit event.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use veralux_core::credential::{Provider, Purpose, Twilio};
use veralux_core::id::{CredentialId, TenantId};
use veralux_core::port::{
    Change, Credential, CredentialState, CredentialVerifier, CustodyError, Envelope, Rejection, RootKeys,
    TenantKey, Verdict,
};
use veralux_core::seal::{DataKey, Entropy, OpenError};
use veralux_core::secret::Secret;
use veralux_core::service::{self, CredentialVault, Kind, VaultError, VaultLimits};
use veralux_core::time::SECOND;

use crate::vault_world::{Fail, Safe, drive, number, twilio};

const AGAIN: &str = "Try again shortly.";
const DAMAGED: &str = "Stored credential is damaged. Reconnect.";

/// A key service that does not unwrap.
#[derive(Debug)]
struct Custody(CustodyError);

#[async_trait]
impl RootKeys for Custody {
    async fn primary(&self) -> Result<u32, CustodyError> {
        Err(self.0)
    }

    async fn wrap(
        &self,
        _: &TenantId,
        _: u32,
        _: &DataKey,
        _: Entropy,
    ) -> Result<(u32, Envelope), CustodyError> {
        Err(self.0)
    }

    async fn unwrap(&self, _: &TenantId, _: &TenantKey) -> Result<DataKey, CustodyError> {
        Err(self.0)
    }
}

fn custody(safe: &mut Safe, error: CustodyError) {
    safe.put(1);
    safe.vault = Arc::new(safe.with_root_keys(Arc::new(Custody(error))));
}

/// Puts the row of tenant `t2` in place of ours.
fn move_from_another_tenant(safe: &mut Safe) {
    safe.put(1);
    let other = TenantId::parse("t2").unwrap();
    let json = twilio(2);
    let put = safe.vault.put(&safe.context, &other, Provider::Twilio, &json, false);
    let theirs = drive(put).unwrap().credential.envelope;
    safe.tamper(Provider::Twilio, |row| row.envelope = theirs);
}

fn move_to_another_row(safe: &mut Safe) {
    let row = safe.put(1);
    safe.commit(Change::RemoveCredential { provider: Provider::Twilio, before: row.revision });
    let after = Credential { id: CredentialId::parse("crd_other").unwrap(), revision: 1, ..row };
    safe.commit(Change::Credential { after: Box::new(after), before: None });
}

fn move_to_another_provider(safe: &mut Safe) {
    safe.put(1);
    let row = safe.put_grant("a-refresh-token-of-google");
    safe.tamper(Provider::Twilio, |twilio| twilio.envelope = row.envelope.clone());
}

type Case = (&'static str, fn(&mut Safe), &'static str, Kind, &'static str);

const DAMAGES: &[(&str, fn(&mut Safe), &str)] = &[
    (
        "not an envelope",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| *bytes = b"{\"authToken\":1}".to_vec());
        },
        "envelope_malformed",
    ),
    (
        "cut off",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes.truncate(60));
        },
        "envelope_malformed",
    ),
    (
        "longer than any",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes.resize(70_000, 0));
        },
        "envelope_malformed",
    ),
    (
        "another suite",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes[4] = 2);
        },
        "envelope_malformed",
    ),
    ("of another tenant", move_from_another_tenant, "commitment_mismatch"),
    ("of another row", move_to_another_row, "commitment_mismatch"),
    ("of another provider", move_to_another_provider, "commitment_mismatch"),
    (
        "of another generation",
        |safe| {
            safe.put(1);
            safe.tamper(Provider::Twilio, |row| row.generation += 1);
        },
        "commitment_mismatch",
    ),
    (
        "naming a key that its row does not",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes[13] = 9);
        },
        "commitment_mismatch",
    ),
    (
        "a bit of the salt",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes[20] ^= 1);
        },
        "commitment_mismatch",
    ),
    (
        "a bit of the tag",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| *bytes.last_mut().unwrap() ^= 1);
        },
        "tag_mismatch",
    ),
    (
        "a bit of the ciphertext",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes[91] ^= 1);
        },
        "tag_mismatch",
    ),
];

const CASES: &[Case] = &[
    (
        "never connected",
        |_| {},
        "not_connected",
        Kind::Conflict,
        "Connect Twilio in Settings > Integrations.",
    ),
    (
        "switched off",
        |safe| {
            safe.put(1);
            drive(safe.vault.disable(&safe.context, &safe.tenant, Provider::Twilio)).unwrap();
        },
        "credential_disabled",
        Kind::Conflict,
        "Reconnect Twilio.",
    ),
    (
        "grant ended",
        |safe| {
            safe.put(1);
            safe.set_state(CredentialState::NeedsReconnect);
        },
        "needs_reconnect",
        Kind::Conflict,
        "Reconnect Twilio.",
    ),
    (
        "put aside before",
        |safe| {
            safe.put(1);
            safe.set_state(CredentialState::Quarantined);
        },
        "credential_quarantined",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "the tenant's key is destroyed",
        |safe| {
            safe.put(1);
            safe.commit(Change::DestroyTenantKeys);
            safe.vault.forget_all();
        },
        "tenant_key_missing",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "a root key that is not here",
        |safe| custody(safe, CustodyError::Unknown(1)),
        "root_key_unknown",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "a root key that is retired",
        |safe| custody(safe, CustodyError::Retired(1)),
        "root_key_retired",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "the tenant's key is damaged",
        |safe| custody(safe, CustodyError::Envelope(OpenError::Tag)),
        "tenant_key_damaged",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "the key service is away",
        |safe| custody(safe, CustodyError::Unavailable),
        "key_service_unavailable",
        Kind::Unavailable,
        AGAIN,
    ),
    (
        "the key service refuses",
        |safe| custody(safe, CustodyError::Denied),
        "key_service_denied",
        Kind::Unavailable,
        DAMAGED,
    ),
    (
        "a body that is no JSON",
        |safe| {
            safe.put(1);
            safe.seal_raw(b"{\"authToken\": hunter2}");
        },
        "body_unreadable",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "a body of nothing",
        |safe| {
            safe.put(1);
            safe.seal_raw(b"");
        },
        "body_invalid",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "a body without a field",
        |safe| {
            safe.put(1);
            safe.seal_raw(br#"{"v":1,"authToken":"00000000000000000000000000000001"}"#);
        },
        "body_invalid",
        Kind::Broken,
        "Field accountSid is not valid.",
    ),
    (
        "a body of a newer version",
        |safe| {
            safe.put(1);
            safe.seal_raw(br#"{"v":99,"accountSid":"x"}"#);
        },
        "schema_too_new",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "the store is away",
        |safe| {
            safe.put(1);
            safe.store.fail(Fail::Transient, Fail::Transient);
        },
        "store_unavailable",
        Kind::Unavailable,
        AGAIN,
    ),
    (
        "the store refuses",
        |safe| safe.store.fail(Fail::Denied, Fail::Denied),
        "store_denied",
        Kind::Broken,
        AGAIN,
    ),
    (
        "the store is broken",
        |safe| safe.store.fail(Fail::Permanent, Fail::No),
        "store_broken",
        Kind::Broken,
        AGAIN,
    ),
    (
        "the trail cannot be written",
        |safe| {
            safe.put(1);
            safe.store.fail(Fail::No, Fail::Transient);
        },
        "audit_unavailable",
        Kind::Unavailable,
        AGAIN,
    ),
    (
        "the trail may not be written",
        |safe| {
            safe.put(1);
            safe.store.fail(Fail::No, Fail::Denied);
        },
        "audit_unavailable",
        Kind::Unavailable,
        AGAIN,
    ),
];

fn check_event(what: &str, events: &[(veralux_core::audit::Event, Value)], expected: &Value) {
    let [(event, told)] = events else { panic!("{what}: {} events", events.len()) };
    assert_eq!(event.draft.actor.id.as_ref().unwrap().as_str(), "test", "{what}");
    assert_eq!(event.draft.request_id.as_ref().unwrap().as_str(), "req_7", "{what}");
    assert_eq!((event.tenant_id.as_str(), event.draft.entity.id.as_str()), ("t1", "twilio"), "{what}");
    let mut told = told.clone();
    assert!(told.as_object_mut().unwrap().remove("at").is_some(), "{what}");
    assert_eq!(&told, expected, "{what}");
}

fn refused(outcome: &str) -> Value {
    json!({
        "provider": "twilio", "purpose": "send_message", "outcome": outcome, "generation": null,
        "rootKey": null, "keyVersion": null, "cache": "miss",
    })
}

#[test]
fn each_error_has_its_code_kind_sentence_and_one_event() {
    for (what, prepare, code, kind, sentence) in CASES {
        let mut safe = Safe::new();
        prepare(&mut safe);
        let error = safe.open().unwrap_err();
        assert_eq!(
            (error.code(), error.kind(), error.sentence().as_str()),
            (*code, *kind, *sentence),
            "{what}"
        );
        safe.store.fail(Fail::No, Fail::No);
        check_event(what, &safe.openings(), &refused(code));
    }
}

#[test]
fn a_damaged_row_is_quarantined_once() {
    for (what, prepare, code) in DAMAGES {
        let mut safe = Safe::new();
        prepare(&mut safe);
        let error = safe.open().unwrap_err();
        assert_eq!(
            (error.code(), error.kind(), error.sentence().as_str()),
            (*code, Kind::Broken, DAMAGED),
            "{what}"
        );
        check_event(what, &safe.openings(), &refused(code));
        let row = safe.row(Provider::Twilio);
        assert_eq!(row.state, CredentialState::Quarantined, "{what}");
        let last = drive(safe.vault.last_error(&safe.tenant, Provider::Twilio)).unwrap().unwrap();
        assert_eq!(last.0, *code, "{what}");
        for _ in 0..3 {
            assert_eq!(safe.open().unwrap_err().code(), "credential_quarantined", "{what}");
            safe.wait(3 * SECOND);
        }
        let verified = drive(safe.vault.verify(&safe.context, &safe.tenant, Provider::Twilio));
        assert_eq!(verified.unwrap_err().code(), Some("credential_quarantined"), "{what}");
        assert_eq!(safe.events_of("credential.quarantined").len(), 1, "{what}");
        assert!(!drive(safe.vault.exists(&safe.tenant, Provider::Twilio)).unwrap());
        // Connecting again replaces it.
        safe.put(5);
        assert_eq!(number(&safe.open().unwrap()), 5, "{what}");
    }
}

#[test]
fn a_row_that_was_replaced_meanwhile_is_not_quarantined() {
    let safe = Safe::new();
    safe.put(1);
    safe.tamper_envelope(|bytes| *bytes.last_mut().unwrap() ^= 1);
    safe.pauses(true);
    let mut opening = Box::pin(safe.open_async());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    // Up to the read of the damaged row.
    for _ in 0..2 {
        assert!(opening.as_mut().poll(&mut context).is_pending());
    }
    safe.put(2);
    assert_eq!(number(&drive(opening).unwrap()), 2, "what replaced it is what it gives");
    assert_eq!(safe.row(Provider::Twilio).state, CredentialState::Active);
    assert!(safe.events_of("credential.quarantined").is_empty());
}

#[test]
fn an_opening_says_what_was_opened_and_whether_the_cache_knew() {
    let safe = Safe::new();
    safe.put(1);
    safe.put(2);
    for (cache, number_of_events) in [("miss", 1), ("hit", 2), ("hit", 3)] {
        let opened = safe.open().unwrap();
        assert_eq!((number(&opened), opened.generation()), (2, 2));
        let events = safe.openings();
        assert_eq!(events.len(), number_of_events);
        let expected = json!({
            "provider": "twilio", "purpose": "send_message", "outcome": "opened", "generation": 2,
            "rootKey": 1, "keyVersion": 1, "cache": cache,
        });
        check_event(cache, &events[number_of_events - 1..], &expected);
    }
}

#[test]
fn nothing_is_given_out_that_the_trail_does_not_take() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    safe.store.fail(Fail::No, Fail::Transient);
    // Events of warm openings wait for a second; then nothing more is given out.
    assert!(safe.open().is_ok());
    safe.wait(SECOND);
    for _ in 0..1000 {
        assert_eq!(safe.open().unwrap_err().code(), "audit_unavailable");
    }
    safe.store.fail(Fail::No, Fail::No);
    assert!(safe.open().is_ok());
    let events = safe.openings();
    let opened = events.iter().filter(|(_, told)| told["outcome"] == "opened").count();
    assert_eq!(opened, 3, "as often as it was given out");
    assert!(events.len() <= 3 + 513, "what is refused does not pile up: {}", events.len());
}

#[test]
fn an_event_whose_answer_was_lost_is_not_written_twice() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    safe.open().unwrap();
    safe.store.fail(Fail::No, Fail::Lost);
    safe.wait(SECOND);
    assert_eq!(safe.open().unwrap_err().code(), "audit_unavailable");
    safe.store.fail(Fail::No, Fail::No);
    let ids: Vec<_> = safe.openings().into_iter().map(|(event, _)| event.id).collect();
    assert_eq!(ids.len(), 3);
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
}

#[test]
fn one_who_asked_the_store_waits_for_his_own_event() {
    // Somebody else takes what waits and gets stuck: the event of who asked the store must not be among it.
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    safe.open().unwrap();
    safe.pauses(true);
    let mut flush = Box::pin(safe.vault.flush());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(flush.as_mut().poll(&mut context).is_pending());
    let other = TenantId::parse("t2").unwrap();
    let error = drive(safe.vault.open::<Twilio>(&safe.context, &other, Purpose::SendMessage)).unwrap_err();
    assert_eq!(error.code(), "not_connected");
    let page = veralux_core::port::Page::first(9);
    let listed = drive(veralux_core::port::AuditStore::list(&*safe.memory, &other, &page)).unwrap();
    assert_eq!(listed.items.len(), 1);
    drop(flush);
    assert_eq!(safe.openings().len(), 2, "a flush that is given up loses nothing");
}

#[test]
fn reads_that_open_nothing_tell_a_failing_store_from_nothing() {
    let safe = Safe::new();
    assert!(!drive(safe.vault.exists(&safe.tenant, Provider::Twilio)).unwrap());
    assert!(drive(safe.vault.status(&safe.tenant, Provider::Twilio)).unwrap().is_none());
    assert!(drive(safe.vault.list(&safe.tenant)).unwrap().is_empty());
    assert!(drive(safe.vault.open_secret(&safe.context, &safe.tenant, "A")).unwrap().is_none());
    safe.store.fail(Fail::Transient, Fail::No);
    let code = |error: VaultError| error.code();
    assert_eq!(
        drive(safe.vault.exists(&safe.tenant, Provider::Twilio)).map_err(code),
        Err("store_unavailable")
    );
    assert!(drive(safe.vault.status(&safe.tenant, Provider::Twilio)).is_err());
    assert!(drive(safe.vault.list(&safe.tenant)).is_err());
    assert!(drive(safe.vault.last_error(&safe.tenant, Provider::Twilio)).is_err());
    let secret = drive(safe.vault.open_secret(&safe.context, &safe.tenant, "A"));
    assert!(matches!(secret, Err(service::Error::Port(_))));
    let removed = drive(safe.vault.remove(&safe.context, &safe.tenant, Provider::Twilio));
    assert!(matches!(removed, Err(service::Error::Port(_))));
}

#[test]
fn other_secrets_are_opened_by_their_key_and_noted_each_time() {
    let safe = Safe::new();
    let (vault, context, tenant) = (&safe.vault, &safe.context, &safe.tenant);
    for key in ["", "a", "1A", "A-B", "Ä", &"A".repeat(65)] {
        let put = drive(vault.put_secret(context, tenant, key, &Secret::new("x")));
        assert_eq!(put.unwrap_err().code(), Some("invalid_secret_key"), "{key}");
    }
    for value in [String::new(), "x".repeat(70_000)] {
        let put = drive(vault.put_secret(context, tenant, "A", &Secret::new(value)));
        assert_eq!(put.unwrap_err().code(), Some("invalid_secret"));
    }
    drive(vault.put_secret(context, tenant, "A", &Secret::new("one"))).unwrap();
    drive(vault.put_secret(context, tenant, "A", &Secret::new("two"))).unwrap();
    let opened = drive(vault.open_secret(context, tenant, "A")).unwrap().unwrap();
    assert_eq!(opened.expose(), "two");
    assert!(drive(vault.open_secret(context, tenant, "B")).unwrap().is_none());
    let outcomes: Vec<_> =
        safe.events_of("secret.opened").into_iter().map(|(_, told)| told["outcome"].clone()).collect();
    assert_eq!(outcomes, ["opened", "secret_not_found"]);
    safe.store.fail(Fail::No, Fail::Transient);
    assert!(drive(vault.open_secret(context, tenant, "A")).is_err(), "nothing without its event");
    safe.store.fail(Fail::No, Fail::No);
    assert_eq!(drive(vault.list_secrets(tenant)).unwrap(), ["A"]);
    drive(vault.remove_secret(context, tenant, "A")).unwrap();
    let gone = drive(vault.remove_secret(context, tenant, "A"));
    assert_eq!(gone.unwrap_err().code(), Some("secret_not_found"));
}

/// A provider that says what it is told to say.
#[derive(Debug)]
struct Says(Verdict);

#[async_trait]
impl CredentialVerifier for Says {
    async fn verify(&self, _: Provider, _: &[u8]) -> Verdict {
        self.0
    }
}

#[test]
fn network_trouble_never_marks_a_credential_bad() {
    for (verdict, put, class) in [
        (Verdict::Verified, Ok(()), None),
        (Verdict::Unreachable, Ok(()), None),
        (Verdict::Rejected(Rejection::Suspended), Err(Some("credential_rejected")), Some("suspended")),
    ] {
        let safe = Safe::new();
        safe.put(1);
        let vault = CredentialVault::new(safe.stores.clone(), safe.held.clone(), VaultLimits::default())
            .with_verifier(Arc::new(Says(verdict)));
        let verified = drive(vault.verify(&safe.context, &safe.tenant, Provider::Twilio)).unwrap();
        assert_eq!(verified.verdict, Some(verdict));
        let row = safe.row(Provider::Twilio);
        assert_eq!(row.state, CredentialState::Active);
        assert_eq!(row.check.as_ref().and_then(|check| check.class.as_deref()), class);
        assert_eq!(row.check.is_some(), verdict != Verdict::Unreachable);
        let told = &safe.openings()[0].1;
        assert_eq!((&told["purpose"], &told["outcome"]), (&json!("verify_credential"), &json!("opened")));
        let stored = drive(vault.put(&safe.context, &safe.tenant, Provider::Twilio, &twilio(2), true));
        assert_eq!(stored.map(|_| ()).map_err(|error| error.code()), put);
    }
}
