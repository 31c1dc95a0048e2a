//! New access tokens: one attempt at a time, in one node and over several, whatever happens half way.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

use veralux_core::credential::{Provider, Purpose};
use veralux_core::port::{CheckOutcome, CredentialState, GrantError};
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, Result, VaultLimits};
use veralux_core::time::{HOUR, MINUTE, SECOND};

use crate::vault_world::{Fail, KEY_1, KEY_2, Safe, Script, drive, grant, kill_after, together};

const CALENDAR: Provider = Provider::GoogleCalendar;
const TOKEN: &str = "refresh-token-number-one";

fn script(safe: &Safe, script: Script) {
    *safe.google.script.lock().unwrap() = script;
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Option<&'static str> {
    result.unwrap_err().code()
}

/// Polls once.
fn poll<T>(future: &mut Pin<Box<impl Future<Output = T> + ?Sized>>) -> Option<T> {
    match future.as_mut().poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

/// Begins to refresh until the request is on its way to Google, and calls `meanwhile` before it is answered.
fn meanwhile(safe: &Safe, meanwhile: impl FnOnce()) -> Result<String> {
    let mut refresh = Box::pin(safe.calendar(&safe.vault));
    while safe.google.uses() == 0 {
        assert!(poll(&mut refresh).is_none());
    }
    meanwhile();
    drive(refresh)
}

#[test]
fn a_token_is_used_until_a_minute_before_its_end() {
    let safe = Safe::new();
    safe.put_grant(TOKEN);
    let first = drive(safe.calendar(&safe.vault)).unwrap();
    assert_eq!(first, "access-token-number-1");
    safe.wait(59 * MINUTE - 1);
    assert_eq!(drive(safe.calendar(&safe.vault)).unwrap(), first);
    safe.wait(1);
    assert_eq!(drive(safe.calendar(&safe.vault)).unwrap(), "access-token-number-2");
    assert_eq!(
        *safe.google.used.lock().unwrap(),
        [TOKEN, TOKEN],
        "what brought no new refresh token leaves the old"
    );
    assert_eq!(safe.events_of("credential.refreshed").len(), 2);
}

#[test]
fn a_token_that_was_refused_before_its_time_is_replaced_once() {
    let safe = Safe::new();
    safe.put_grant(TOKEN);
    let first = Secret::new(drive(safe.calendar(&safe.vault)).unwrap());
    let anew = |vault: &CredentialVault| {
        let opened = vault.open_calendar_anew(&safe.context, &safe.tenant, Purpose::Calendar, &first);
        drive(opened).unwrap().access_token.as_ref().unwrap().expose().to_owned()
    };
    assert_eq!(anew(&safe.vault), "access-token-number-2");
    // Whoever was refused with the first finds the second.
    assert_eq!(anew(&safe.vault), "access-token-number-2");
    assert_eq!(anew(&safe.other_node()), "access-token-number-2");
    assert_eq!(drive(safe.calendar(&safe.vault)).unwrap(), "access-token-number-2");
    assert_eq!(safe.google.uses(), 2);
}

#[test]
fn many_in_one_node_and_in_two_refresh_once() {
    for single_use in [false, true] {
        let safe = Safe::new();
        script(&safe, Script { single_use, ..Script::default() });
        safe.put_grant(TOKEN);
        safe.pauses(true);
        let other = safe.other_node();
        let attempts = (0..200).map(|index| {
            let vault: &CredentialVault = if index % 2 == 0 { &safe.vault } else { &other };
            Box::pin(safe.calendar(vault)) as Pin<Box<dyn Future<Output = Result<String>>>>
        });
        for got in together(attempts.collect()) {
            match got {
                Ok(token) => assert_eq!(token, "access-token-number-1"),
                Err(error) => assert_eq!(error.code(), Some("refresh_under_way")),
            }
        }
        assert_eq!(safe.google.uses(), 1);
        assert_eq!(drive(safe.calendar(&other)).unwrap(), "access-token-number-1");
        assert_eq!(drive(safe.calendar(&safe.vault)).unwrap(), "access-token-number-1");
        assert!(safe.row(CALENDAR).lease.is_none());
    }
}

#[test]
fn killed_at_each_point_nothing_is_used_twice_nor_lost_after_its_commit() {
    for single_use in [false, true] {
        let mut polls = 0;
        loop {
            polls += 1;
            let safe = Safe::new();
            script(&safe, Script { single_use, ..Script::default() });
            safe.put_grant(TOKEN);
            safe.pauses(true);
            let done = kill_after(polls, safe.calendar(&safe.vault));
            let (uses, refreshed) = (safe.google.uses(), safe.events_of("credential.refreshed").len());
            let what = format!("single use: {single_use}, given up after {polls} polls, {uses} uses");
            // At once, in another node and in this one: nobody hangs.
            for vault in [&safe.other_node(), &*safe.vault] {
                match drive(safe.calendar(vault)) {
                    Ok(_) => {}
                    Err(error) => assert_eq!(error.code(), Some("refresh_under_way"), "{what}"),
                }
            }
            // When the lease has run out.
            safe.wait(2 * MINUTE);
            let after = drive(safe.calendar(&safe.vault));
            if single_use {
                assert!(!safe.google.used_twice(), "{what}");
                if refreshed > 0 {
                    assert!(after.is_ok(), "{what}: what was committed is there");
                }
                if let Err(error) = after {
                    assert_eq!(error.code(), Some("needs_reconnect"), "{what}");
                    assert_eq!(code(drive(safe.calendar(&safe.other_node()))), Some("needs_reconnect"));
                    assert_eq!(safe.events_of("credential.needs_reconnect").len(), 1, "{what}");
                }
            } else {
                assert!(after.is_ok(), "{what}: a token that may be used again is");
            }
            if done.is_some() {
                assert!(polls > 10, "{polls} points");
                break;
            }
        }
    }
}

#[test]
fn a_new_refresh_token_is_kept_and_used_next() {
    let safe = Safe::new();
    script(&safe, Script { single_use: true, ..Script::default() });
    safe.put_grant("one-refresh-token");
    for _ in 0..3 {
        drive(safe.calendar(&safe.vault)).unwrap();
        safe.wait(HOUR);
    }
    let used = safe.google.used.lock().unwrap().clone();
    let next = |token: &str| format!("refresh-token-behind-{token}");
    assert_eq!(
        used,
        ["one-refresh-token".to_owned(), next("one-refresh-token"), next(&next("one-refresh-token"))]
    );
}

#[test]
fn what_others_write_meanwhile_and_the_new_token_are_both_kept() {
    for single_use in [false, true] {
        // Said to be verified.
        let safe = Safe::new();
        script(&safe, Script { single_use, ..Script::default() });
        let generation = safe.put_grant(TOKEN).generation;
        let got = meanwhile(&safe, || {
            drive(safe.vault.mark_verified(&safe.context, &safe.tenant, CALENDAR, generation)).unwrap();
        });
        assert_eq!(got.unwrap(), "access-token-number-1");
        let row = safe.row(CALENDAR);
        assert_eq!(row.check.map(|check| check.outcome), Some(CheckOutcome::Verified));

        // Switched off: stays off, and has the token when it is switched on.
        let safe = Safe::new();
        script(&safe, Script { single_use, ..Script::default() });
        safe.put_grant(TOKEN);
        let got = meanwhile(&safe, || {
            drive(safe.vault.disable(&safe.context, &safe.tenant, CALENDAR)).unwrap();
        });
        assert_eq!(code(got), Some("credential_disabled"));
        assert_eq!((safe.row(CALENDAR).state, safe.row(CALENDAR).generation), (CredentialState::Disabled, 2));
        safe.tamper(CALENDAR, |row| row.state = CredentialState::Active);
        assert_eq!(drive(safe.calendar(&safe.vault)).unwrap(), "access-token-number-1");

        // Moved under another root key.
        let safe = Safe::new();
        script(&safe, Script { single_use, ..Script::default() });
        safe.put_grant(TOKEN);
        let (desk, vault) = safe.desk(&[KEY_1, KEY_2]);
        drive(desk.rotate(&safe.context, 2)).unwrap();
        drive(safe.held.reload(&safe.stores)).unwrap_err();
        let mut refresh = Box::pin(safe.calendar(&vault));
        while safe.google.uses() == 0 {
            assert!(poll(&mut refresh).is_none());
        }
        assert_eq!(drive(desk.rewrap(&safe.context, &safe.tenant, false)).unwrap().moved, 1);
        assert_eq!(drive(refresh).unwrap(), "access-token-number-1");
        assert_eq!(safe.row(CALENDAR).root_key, 2);
        assert_eq!(safe.google.uses(), 1);
    }
}

#[test]
fn who_connects_anew_meanwhile_wins() {
    for fails in [None, Some(GrantError::Ended), Some(GrantError::Lost), Some(GrantError::Unreachable)] {
        for single_use in [false, true] {
            let safe = Safe::new();
            script(&safe, Script { fails, single_use, ..Script::default() });
            safe.put_grant(TOKEN);
            let _ = meanwhile(&safe, || {
                safe.put_grant("the-token-of-another-grant");
                script(&safe, Script::default());
            });
            let row = safe.row(CALENDAR);
            assert_eq!(row.state, CredentialState::Active, "{fails:?}");
            safe.wait(2 * HOUR);
            drive(safe.calendar(&safe.vault)).unwrap();
            assert_eq!(safe.google.used.lock().unwrap().last().unwrap(), "the-token-of-another-grant");
            assert!(safe.events_of("credential.needs_reconnect").is_empty());
        }
    }
}

#[test]
fn who_removes_it_meanwhile_wins() {
    let safe = Safe::new();
    safe.put_grant(TOKEN);
    let got = meanwhile(&safe, || {
        drive(safe.vault.remove(&safe.context, &safe.tenant, CALENDAR)).unwrap();
    });
    assert_eq!(code(got), Some("not_connected"));
}

#[test]
fn a_grant_that_has_ended_is_said_once() {
    let safe = Safe::new();
    script(&safe, Script { fails: Some(GrantError::Ended), ..Script::default() });
    safe.put_grant(TOKEN);
    safe.pauses(true);
    let other = safe.other_node();
    let attempts = (0..20).map(|index| {
        let vault: &CredentialVault = if index % 2 == 0 { &safe.vault } else { &other };
        Box::pin(safe.calendar(vault)) as Pin<Box<dyn Future<Output = Result<String>>>>
    });
    for got in together(attempts.collect()) {
        assert!(["needs_reconnect", "refresh_under_way"].contains(&code(got).unwrap()));
    }
    for vault in [&other, &*safe.vault] {
        assert_eq!(code(drive(safe.calendar(vault))), Some("needs_reconnect"));
    }
    assert_eq!(safe.events_of("credential.needs_reconnect").len(), 1);
    assert_eq!(safe.google.uses(), 1);
    let row = safe.row(CALENDAR);
    assert_eq!(
        (row.state, row.last_error.unwrap().0.as_str()),
        (CredentialState::NeedsReconnect, "invalid_grant")
    );
}

#[test]
fn a_request_that_took_no_effect_may_be_made_again() {
    for (fails, single_use, uses) in [
        (GrantError::Unreachable, false, 2),
        (GrantError::Unreachable, true, 2),
        (GrantError::Refused, false, 2),
        (GrantError::Lost, false, 2),
        // It may have been taken: under the lease nobody asks again.
        (GrantError::Lost, true, 1),
    ] {
        let safe = Safe::new();
        script(&safe, Script { fails: Some(fails), single_use, ..Script::default() });
        let generation = safe.put_grant(TOKEN).generation;
        let got = meanwhile(&safe, || {
            drive(safe.vault.mark_verified(&safe.context, &safe.tenant, CALENDAR, generation)).unwrap();
        });
        assert_eq!(code(got), Some("grant_unavailable"));
        script(&safe, Script { single_use, ..Script::default() });
        let again = drive(safe.calendar(&safe.vault));
        assert_eq!(safe.google.uses(), uses, "{fails:?}, single use: {single_use}");
        if uses == 1 {
            assert_eq!(code(again), Some("refresh_under_way"));
            safe.wait(MINUTE);
            assert_eq!(code(drive(safe.calendar(&safe.vault))), Some("needs_reconnect"));
            assert_eq!(safe.row(CALENDAR).last_error.unwrap().0, "refresh_interrupted");
        } else {
            assert_eq!(again.unwrap(), "access-token-number-1");
        }
    }
}

#[test]
fn a_store_whose_answers_get_lost_loses_no_token() {
    for single_use in [false, true] {
        let safe = Safe::new();
        script(&safe, Script { single_use, ..Script::default() });
        safe.put_grant(TOKEN);
        let got = meanwhile(&safe, || safe.store.fail(Fail::No, Fail::Lost));
        safe.store.fail(Fail::No, Fail::No);
        drop(got);
        assert_eq!(drive(safe.calendar(&safe.vault)).unwrap(), "access-token-number-1");
        assert_eq!(safe.google.uses(), 1);
        assert_eq!(safe.events_of("credential.refreshed").len(), 1);
    }
}

#[test]
fn a_lease_whose_answer_was_lost_is_held() {
    let safe = Safe::new();
    script(&safe, Script { single_use: true, ..Script::default() });
    safe.put_grant(TOKEN);
    safe.pauses(true);
    let mut refresh = Box::pin(safe.calendar(&safe.vault));
    // Once the opening is in the trail, the next commit is that of the lease.
    while safe.openings_written() < 2 {
        assert!(poll(&mut refresh).is_none());
    }
    safe.store.fail(Fail::No, Fail::Lost);
    while safe.row(CALENDAR).lease.is_none() {
        assert!(poll(&mut refresh).is_none());
    }
    assert!(poll(&mut refresh).is_none());
    safe.store.fail(Fail::No, Fail::No);
    assert_eq!(drive(refresh).unwrap(), "access-token-number-1");
    assert_eq!(safe.google.uses(), 1);
}

#[test]
fn clocks_that_jump_do_not_lock_anybody_out() {
    for single_use in [false, true] {
        for jump in [-HOUR, -90 * SECOND, 90 * SECOND, HOUR] {
            let safe = Safe::new();
            script(&safe, Script { single_use, ..Script::default() });
            safe.put_grant(TOKEN);
            // The clock jumps while the request is under way.
            let got = meanwhile(&safe, || safe.wait(jump));
            if jump < HOUR {
                assert_eq!(got.unwrap(), "access-token-number-1", "{jump}");
            }
            assert!(drive(safe.calendar(&safe.vault)).is_ok(), "{jump}");
            assert!(!(single_use && safe.google.used_twice()));

            // And after somebody was killed with a lease.
            let safe = Safe::new();
            safe.put_grant(TOKEN);
            safe.pauses(true);
            let mut refresh = Box::pin(safe.calendar(&safe.vault));
            while safe.row(CALENDAR).lease.is_none() {
                assert!(poll(&mut refresh).is_none());
            }
            drop(refresh);
            safe.wait(jump);
            assert!(drive(safe.calendar(&safe.vault)).is_ok() || jump == -90 * SECOND, "{jump}");
            safe.wait(3 * MINUTE);
            assert!(drive(safe.calendar(&safe.vault)).is_ok(), "{jump}");
        }
    }
}

#[test]
fn each_refresh_is_an_opening_with_its_own_purpose() {
    let safe = Safe::new();
    safe.put_grant(TOKEN);
    drive(safe.calendar(&safe.vault)).unwrap();
    let purposes: Vec<_> =
        safe.openings().into_iter().map(|(_, told)| told["purpose"].as_str().unwrap().to_owned()).collect();
    assert_eq!(purposes, ["calendar", "refresh_token", "calendar"]);
    // Nothing goes to Google when the trail does not take it.
    safe.wait(2 * HOUR);
    safe.store.fail(Fail::No, Fail::Transient);
    assert!(drive(safe.calendar(&safe.vault)).is_err());
    assert_eq!(safe.google.uses(), 1);
}

#[test]
fn without_google_there_is_no_token() {
    let safe = Safe::new();
    let vault = CredentialVault::new(safe.stores.clone(), safe.held.clone(), VaultLimits::default());
    let vault = Arc::new(vault);
    let json = grant(TOKEN);
    drive(vault.put(&safe.context, &safe.tenant, CALENDAR, &json, false)).unwrap();
    assert_eq!(code(drive(safe.calendar(&vault))), Some("grant_unavailable"));
}
