//! Signatures that are checked with a credential: what of that is in the trail, and what strangers can put there.

use serde_json::Value;
use veralux_core::credential::{Provider, Twilio, TwilioBody};
use veralux_core::port::CredentialState;
use veralux_core::service::VaultError;
use veralux_core::time::{HOUR, SECOND};

use crate::vault_world::{Fail, Safe, drive, token, twilio};

/// Whether a message counts that is signed with the token of this number.
fn check(safe: &Safe, number: u64) -> Result<Option<Result<(), ()>>, VaultError> {
    let fits = |own: &TwilioBody| {
        let fits = own.auth_token.as_ref().is_some_and(|own| own.expose() == token(number));
        fits.then_some(()).ok_or(())
    };
    drive(safe.vault.verify_signed::<Twilio, ()>(&safe.context, &safe.tenant, fits))
}

/// What the trail tells by now: outcome, and for how many it stands.
fn told(safe: &Safe) -> Vec<(String, Option<u64>)> {
    let told = |(_, told): (_, Value)| (told["outcome"].as_str().unwrap().to_owned(), told["times"].as_u64());
    safe.openings().into_iter().map(told).collect()
}

fn one(outcome: &str) -> (String, Option<u64>) {
    (outcome.to_owned(), None)
}

fn many(outcome: &str, times: u64) -> (String, Option<u64>) {
    (outcome.to_owned(), Some(times))
}

#[test]
fn without_a_credential_nothing_is_opened_and_nothing_told() {
    let safe = Safe::new();
    let finds = safe.finds();
    assert!(matches!(check(&safe, 1), Ok(None)));
    safe.wait(2 * SECOND - 1);
    assert!(matches!(check(&safe, 1), Ok(None)), "as long as `not connected` is kept");
    assert_eq!(safe.finds(), finds + 1, "the store is asked once");
    assert!(safe.openings().is_empty(), "nothing was opened");
    let json = twilio(1);
    let put =
        async { safe.other_node().put(&safe.context, &safe.tenant, Provider::Twilio, &json, false).await };
    drive(put).unwrap();
    safe.wait(1);
    assert!(matches!(check(&safe, 1), Ok(Some(Ok(())))), "and no longer");
    assert_eq!(told(&safe), [one("opened")], "an opening is in the trail");
    safe.set_state(CredentialState::Disabled);
    safe.vault.forget(&safe.tenant, Provider::Twilio);
    assert!(matches!(check(&safe, 1), Err(VaultError::Disabled(_))), "what is switched off is not nothing");
    safe.store.fail(Fail::Transient, Fail::No);
    safe.vault.forget_all();
    assert!(matches!(check(&safe, 1), Err(VaultError::Store(_))), "nor is a store that is away");
}

#[test]
fn what_fits_is_in_the_trail_before_it_is_said() {
    let safe = Safe::new();
    safe.put(1);
    safe.store.fail(Fail::No, Fail::Transient);
    assert!(matches!(check(&safe, 1), Err(VaultError::Audit(_))));
    safe.store.fail(Fail::No, Fail::No);
    safe.vault.forget_all();
    assert!(matches!(check(&safe, 1), Ok(Some(Ok(())))));
    assert_eq!(safe.openings_written(), 1, "without a flush");
    let (event, told) = &safe.events_of("credential.opened")[0];
    assert_eq!(told["purpose"], "verify_webhook");
    assert_eq!((told["generation"].as_u64(), told["times"].as_u64()), (Some(1), None));
    assert_eq!(event.draft.actor, safe.context.actor);
}

#[test]
fn strangers_do_not_write_the_trail() {
    let safe = Safe::new();
    safe.put(1);
    let strangers = |times: u64| {
        for _ in 0..times {
            assert!(matches!(check(&safe, 2), Ok(Some(Err(())))));
        }
    };
    strangers(1);
    let mut expected = vec![many("signature_mismatch", 1)];
    assert_eq!(told(&safe), expected, "the first is told at once");
    strangers(500);
    safe.wait(HOUR - 1);
    strangers(200);
    assert_eq!(told(&safe), expected);
    safe.wait(1);
    expected.push(many("signature_mismatch", 700));
    assert_eq!(told(&safe), expected, "then once an hour");
    safe.wait(2 * HOUR);
    assert_eq!(told(&safe), expected, "nothing is told of nothing");
    assert!(matches!(check(&safe, 1), Ok(Some(Ok(())))));
    expected.push(one("opened"));
    assert_eq!(told(&safe), expected, "what fits is told each time");

    safe.set_state(CredentialState::Disabled);
    safe.vault.forget(&safe.tenant, Provider::Twilio);
    for _ in 0..50 {
        assert!(matches!(check(&safe, 1), Err(VaultError::Disabled(_))));
    }
    expected.push(many("credential_disabled", 50));
    assert_eq!(told(&safe), expected, "each outcome by itself");
    check(&safe, 1).unwrap_err();
    drive(safe.vault.finish()).unwrap();
    expected.push(many("credential_disabled", 1));
    assert_eq!(told(&safe), expected, "the end of the process waits for no hour");
}
