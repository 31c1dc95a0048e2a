//! The way to Google's consent page and back.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use sha2::{Digest as _, Sha256};
use veralux_core::credential::Provider;
use veralux_core::id::TenantId;
use veralux_core::port::{CredentialState, CredentialStore as _, GrantError};
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, Error, Result, VaultLimits};
use veralux_core::time::MINUTE;

use crate::vault_world::{Fail, Safe, Script, drive, together};

const CALENDAR: Provider = Provider::GoogleCalendar;

fn begin(safe: &Safe) -> String {
    drive(safe.vault.begin_google(&safe.context, &safe.tenant)).unwrap()
}

fn finish(safe: &Safe, state: &str) -> Result<TenantId> {
    let code = Secret::new("a-code-of-google");
    drive(safe.vault.finish_google(state, &code)).map(|(tenant, _)| tenant)
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Option<&'static str> {
    result.unwrap_err().code()
}

/// A Google that grants.
fn granting() -> Safe {
    let safe = Safe::new();
    let email = Some("ann@example.com");
    let refresh_token = Some("a-refresh-token-of-ann");
    *safe.google.script.lock().unwrap() = Script { refresh_token, email, ..Script::default() };
    safe
}

#[test]
fn a_person_comes_back_and_the_account_is_shown() {
    let safe = granting();
    let state = begin(&safe);
    safe.wait(10 * MINUTE - 1);
    assert_eq!(finish(&safe, &state).unwrap(), safe.tenant);
    let row = safe.row(CALENDAR);
    assert_eq!((row.state, row.account.as_deref()), (CredentialState::Active, Some("ann@example.com")));
    assert_eq!(drive(safe.calendar(&safe.vault)).unwrap(), "access-token-number-1");
    // On whose behalf: who began.
    let events = safe.events_of("credential.connected");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].0.draft.actor.id.as_ref().unwrap().as_str(), "test");
    // RFC 7636, 4.2: the challenge is the hash of the verifier that comes with the code.
    let verifier = safe.google.verifiers.lock().unwrap()[0].clone();
    assert!((43..=128).contains(&verifier.len()));
    let challenge = BASE64.encode(Sha256::digest(verifier.as_bytes()));
    assert_eq!(*safe.google.asked.lock().unwrap(), [(challenge, true)]);
    assert!(!state.contains(&verifier));
}

#[test]
fn a_state_counts_once() {
    let safe = granting();
    let state = begin(&safe);
    finish(&safe, &state).unwrap();
    assert_eq!(code(finish(&safe, &state)), Some("invalid_state"));
    // Also when both come back at once.
    let state = begin(&safe);
    safe.pauses(true);
    let secret = Secret::new("a-code-of-google");
    let both = (0..2).map(|_| {
        let finish = async { safe.vault.finish_google(&state, &secret).await.map(|_| ()) };
        Box::pin(finish) as std::pin::Pin<Box<dyn Future<Output = Result<()>>>>
    });
    let done = together(both.collect());
    assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1);
    assert_eq!(safe.events_of("credential.connected").len(), 2);
}

#[test]
fn a_state_that_is_not_ours_counts_for_nothing() {
    let safe = granting();
    let state = begin(&safe);
    let other = TenantId::parse("t2").unwrap();
    drive(safe.vault.begin_google(&safe.context, &other)).unwrap();
    let parts: Vec<&str> = state.splitn(3, '.').collect();
    let (nonce, sealed) = (parts[1], parts[2]);
    let flipped = |at: usize| {
        let mut bytes = BASE64.decode(sealed).unwrap();
        bytes[at] ^= 1;
        BASE64.encode(bytes)
    };
    for (what, state) in [
        ("nothing", String::new()),
        ("a word", "state".to_owned()),
        ("of another tenant", format!("t2.{nonce}.{sealed}")),
        ("of a tenant that is not there", format!("t3.{nonce}.{sealed}")),
        ("of no tenant", format!("t 1.{nonce}.{sealed}")),
        ("another nonce", format!("t1.{nonce}0.{sealed}")),
        ("no envelope", format!("t1.{nonce}.AAAA")),
        ("not base64", format!("t1.{nonce}.{sealed}=")),
        ("a bit of the tag", format!("t1.{nonce}.{}", flipped(sealed.len() * 3 / 4 - 1))),
        ("a bit of the salt", format!("t1.{nonce}.{}", flipped(20))),
        ("another key version", format!("t1.{nonce}.{}", flipped(13))),
        ("far too long", format!("t1.{nonce}.{}", "A".repeat(5000))),
    ] {
        assert_eq!(code(finish(&safe, &state)), Some("invalid_state"), "{what}");
    }
    assert!(safe.google.verifiers.lock().unwrap().is_empty(), "Google is not asked");
    safe.wait(10 * MINUTE);
    assert_eq!(code(finish(&safe, &state)), Some("invalid_state"), "ten minutes later");
    assert!(drive(safe.memory.find_credential(&safe.tenant, CALENDAR)).unwrap().is_none());
}

#[test]
fn who_grants_again_keeps_the_lasting_grant() {
    let safe = granting();
    finish(&safe, &begin(&safe)).unwrap();
    // Consent is not asked for again, and Google gives no other refresh token.
    safe.google.script.lock().unwrap().refresh_token = None;
    finish(&safe, &begin(&safe)).unwrap();
    safe.wait(60 * MINUTE);
    drive(safe.calendar(&safe.vault)).unwrap();
    assert_eq!(*safe.google.used.lock().unwrap(), ["a-refresh-token-of-ann"]);
    // Another person's grant does not go with it.
    safe.google.script.lock().unwrap().email = Some("bob@example.com");
    assert_eq!(code(finish(&safe, &begin(&safe))), Some("calendar_not_granted"));
    let consents: Vec<bool> = safe.google.asked.lock().unwrap().iter().map(|(_, consent)| *consent).collect();
    assert_eq!(consents, [true, false, false]);
}

#[test]
fn consent_is_asked_for_unless_a_grant_works() {
    for (state, consent) in [
        (CredentialState::Active, false),
        (CredentialState::Disabled, true),
        (CredentialState::NeedsReconnect, true),
        (CredentialState::Quarantined, true),
    ] {
        let safe = granting();
        safe.put_grant("a-refresh-token-from-elsewhere");
        safe.tamper(CALENDAR, |row| row.state = state);
        let begun = begin(&safe);
        assert_eq!(safe.google.asked.lock().unwrap()[0].1, consent, "{state}");
        finish(&safe, &begun).unwrap();
        assert_eq!(safe.row(CALENDAR).state, CredentialState::Active);
    }
}

#[test]
fn what_google_does_not_grant_is_not_stored() {
    for (fails, expected) in [
        (GrantError::Ended, "grant_refused"),
        (GrantError::Refused, "grant_refused"),
        (GrantError::Unreachable, "grant_unavailable"),
        (GrantError::Lost, "grant_unavailable"),
    ] {
        let safe = granting();
        let state = begin(&safe);
        safe.google.script.lock().unwrap().fails = Some(fails);
        assert_eq!(code(finish(&safe, &state)), Some(expected));
    }
    let safe = granting();
    safe.google.script.lock().unwrap().without_calendar = true;
    assert_eq!(code(finish(&safe, &begin(&safe))), Some("calendar_not_granted"));
    safe.google.script.lock().unwrap().without_calendar = false;
    safe.google.script.lock().unwrap().refresh_token = None;
    assert_eq!(code(finish(&safe, &begin(&safe))), Some("calendar_not_granted"));
    assert!(drive(safe.memory.find_credential(&safe.tenant, CALENDAR)).unwrap().is_none());
    let without = CredentialVault::new(safe.stores.clone(), safe.held.clone(), VaultLimits::default());
    assert_eq!(code(drive(without.begin_google(&safe.context, &safe.tenant))), Some("not_configured"));
}

#[test]
fn a_store_that_is_away_is_not_a_missing_grant() {
    let safe = granting();
    finish(&safe, &begin(&safe)).unwrap();
    safe.google.script.lock().unwrap().refresh_token = None;
    let state = begin(&safe);
    safe.vault.forget_all();
    safe.store.fail(Fail::No, Fail::Transient);
    assert!(matches!(finish(&safe, &state), Err(Error::Port(_))));
    safe.store.fail(Fail::Transient, Fail::No);
    assert!(matches!(finish(&safe, &state), Err(Error::Port(_))));
    safe.store.fail(Fail::No, Fail::No);
    finish(&safe, &state).unwrap();
}

#[test]
fn many_who_begin_at_once_share_the_tenants_first_key() {
    let safe = granting();
    safe.pauses(true);
    let begin = (0..5).map(|_| {
        let begin = safe.vault.begin_google(&safe.context, &safe.tenant);
        Box::pin(begin) as std::pin::Pin<Box<dyn Future<Output = Result<String>>>>
    });
    for state in together(begin.collect()) {
        safe.pauses(false);
        finish(&safe, &state.unwrap()).unwrap();
    }
    assert_eq!(drive(safe.memory.last_key_version(&safe.tenant)).unwrap(), 1);
}
