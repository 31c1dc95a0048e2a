//! What comes of an opening: its error, what a person reads, and its one audit event.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use veralux_core::credential::{Provider, Purpose, Twilio};
use veralux_core::id::TenantId;
use veralux_core::port::{CredentialState, CredentialVerifier, Rejection, Verdict};
use veralux_core::secret::Secret;
use veralux_core::service::{self, CredentialVault, Kind, VaultError, VaultLimits};
use veralux_core::time::SECOND;

use crate::vault_outcomes::{CASES, DAMAGED, DAMAGES};
use crate::vault_world::{Fail, Safe, drive, number, twilio};

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
