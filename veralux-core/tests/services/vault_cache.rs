//! What is kept, for how long, and that many who ask at once ask the store once.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll, Waker};

use veralux_core::credential::{Provider, Purpose, Twilio};
use veralux_core::id::TenantId;
use veralux_core::service::{CredentialVault, VaultError, VaultLimits};
use veralux_core::time::{HOUR, SECOND};

use crate::vault_world::{Fail, Safe, drive, number, together, twilio};

/// Changes the stored credential as another node does, without a word to this one.
fn put_elsewhere(safe: &Safe, number: u64) {
    let put = async {
        let json = twilio(number);
        safe.other_node().put(&safe.context, &safe.tenant, Provider::Twilio, &json, false).await
    };
    drive(put).unwrap();
}

#[test]
fn an_opened_credential_lives_for_half_a_minute() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    put_elsewhere(&safe, 2);
    safe.wait(20 * SECOND - 1);
    assert_eq!(number(&safe.open().unwrap()), 1, "a microsecond before it is renewed");
    safe.vault.forget_all();
    assert_eq!(number(&safe.open().unwrap()), 2);
    put_elsewhere(&safe, 3);
    safe.wait(30 * SECOND);
    safe.pauses(true);
    // Too old for anybody: the first one waits for the store.
    assert_eq!(number(&safe.open().unwrap()), 3);
}

#[test]
fn one_loads_ahead_of_the_end_and_the_others_get_the_kept_one() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    put_elsewhere(&safe, 2);
    safe.wait(25 * SECOND);
    safe.pauses(true);
    let finds = safe.finds();
    let mut renewer = Box::pin(safe.open_async());
    let mut context = task::Context::from_waker(Waker::noop());
    assert!(renewer.as_mut().poll(&mut context).is_pending());
    for _ in 0..5 {
        let mut other = Box::pin(safe.open_async());
        let Poll::Ready(opened) = other.as_mut().poll(&mut context) else { panic!("must not wait") };
        assert_eq!(number(&opened.unwrap()), 1);
    }
    assert_eq!(number(&drive(renewer).unwrap()), 2);
    assert_eq!(number(&safe.open().unwrap()), 2);
    assert_eq!(safe.finds(), finds + 1);
}

#[test]
fn a_renewal_that_fails_or_is_given_up_leaves_what_is_kept() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    drive(safe.vault.flush()).unwrap();
    safe.wait(21 * SECOND);
    safe.store.fail(Fail::Transient, Fail::No);
    for _ in 0..3 {
        assert_eq!(number(&safe.open().unwrap()), 1, "the store is away, and what is kept is still good");
    }
    safe.store.fail(Fail::No, Fail::No);
    safe.pauses(true);
    let mut context = task::Context::from_waker(Waker::noop());
    for _ in 0..3 {
        let mut renewer = Box::pin(safe.open_async());
        assert!(renewer.as_mut().poll(&mut context).is_pending(), "somebody tries again");
    }
    put_elsewhere(&safe, 2);
    assert_eq!(number(&safe.open().unwrap()), 2);
    safe.wait(9 * SECOND);
    safe.store.fail(Fail::Transient, Fail::No);
    assert_eq!(number(&safe.open().unwrap()), 2);
    safe.wait(21 * SECOND);
    assert_eq!(safe.open().unwrap_err().code(), "store_unavailable", "but not beyond its life");
}

#[test]
fn nothing_is_kept_for_two_seconds() {
    let safe = Safe::new();
    assert_eq!(safe.open().unwrap_err().code(), "not_connected");
    put_elsewhere(&safe, 1);
    safe.wait(2 * SECOND - 1);
    let finds = safe.finds();
    assert_eq!(safe.open().unwrap_err().code(), "not_connected");
    assert_eq!(safe.finds(), finds);
    safe.wait(1);
    assert_eq!(number(&safe.open().unwrap()), 1);
    // Our own write is known at once.
    drive(safe.vault.disable(&safe.context, &safe.tenant, Provider::Twilio)).unwrap();
    assert_eq!(safe.open().unwrap_err().code(), "credential_disabled");
    safe.put(2);
    assert_eq!(number(&safe.open().unwrap()), 2);
    drive(safe.vault.remove(&safe.context, &safe.tenant, Provider::Twilio)).unwrap();
    assert_eq!(safe.open().unwrap_err().code(), "not_connected");
}

#[test]
fn an_error_is_never_kept() {
    let safe = Safe::new();
    safe.put(1);
    for how in [Fail::Transient, Fail::Permanent, Fail::Denied] {
        safe.store.fail(how, Fail::No);
        assert!(safe.open().unwrap_err().code().starts_with("store_"));
        safe.store.fail(Fail::No, Fail::No);
        assert_eq!(number(&safe.open().unwrap()), 1);
        safe.vault.forget_all();
    }
}

#[test]
fn a_clock_that_is_set_back_makes_everything_old() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    put_elsewhere(&safe, 2);
    safe.wait(-HOUR);
    assert_eq!(number(&safe.open().unwrap()), 2);
    put_elsewhere(&safe, 3);
    safe.wait(HOUR);
    assert_eq!(number(&safe.open().unwrap()), 3);
}

#[test]
fn without_word_of_other_nodes_everything_lives_for_two_seconds() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    put_elsewhere(&safe, 2);
    safe.vault.set_deaf(true);
    assert_eq!(number(&safe.open().unwrap()), 2, "what was kept may be old by now");
    put_elsewhere(&safe, 3);
    safe.wait(2 * SECOND - 1);
    assert_eq!(number(&safe.open().unwrap()), 2);
    safe.wait(1);
    assert_eq!(number(&safe.open().unwrap()), 3);
    put_elsewhere(&safe, 4);
    safe.vault.set_deaf(false);
    assert_eq!(number(&safe.open().unwrap()), 4);
    put_elsewhere(&safe, 5);
    safe.wait(10 * SECOND);
    assert_eq!(number(&safe.open().unwrap()), 4);
    safe.vault.forget(&safe.tenant, Provider::Twilio);
    assert_eq!(number(&safe.open().unwrap()), 5);
}

#[test]
fn no_more_is_kept_than_the_limit_says() {
    for capacity in [0, 1, 2, 20] {
        let safe = Safe::new();
        let limits = VaultLimits { capacity, ..VaultLimits::default() };
        let vault = CredentialVault::new(safe.stores.clone(), safe.held.clone(), limits);
        let tenants: Vec<TenantId> =
            (0..100).map(|index| TenantId::parse(&format!("t{index}")).unwrap()).collect();
        for (index, tenant) in tenants.iter().enumerate() {
            let json = twilio(index as u64);
            drive(vault.put(&safe.context, tenant, Provider::Twilio, &json, false)).unwrap();
        }
        for round in 0..2 {
            for (index, tenant) in tenants.iter().enumerate() {
                let opened =
                    drive(vault.open::<Twilio>(&safe.context, tenant, Purpose::SendMessage)).unwrap();
                assert_eq!(number(&opened), index as u64, "round {round}, room for {capacity}");
            }
        }
        let finds = safe.finds();
        for tenant in &tenants {
            drive(vault.open::<Twilio>(&safe.context, tenant, Purpose::SendMessage)).unwrap();
        }
        let hits = 100 - usize::try_from(safe.finds() - finds).unwrap();
        assert!(hits <= capacity.max(1), "{hits} kept, room for {capacity}");
    }
}

#[test]
fn ten_thousand_who_ask_at_once_ask_the_store_once() {
    for (fail, expected) in [(Fail::No, Ok(1)), (Fail::Transient, Err("store_unavailable"))] {
        let safe = Safe::new();
        safe.put(1);
        safe.pauses(true);
        safe.store.fail(fail, Fail::No);
        let finds = safe.finds();
        let openings = (0..10_000).map(|_| {
            let open = async { safe.open_async().await.map(|opened| number(&opened)) };
            Box::pin(open) as Pin<Box<dyn Future<Output = Result<u64, VaultError>>>>
        });
        for opened in together(openings.collect()) {
            assert_eq!(opened.map_err(|error| error.code()), expected);
        }
        assert_eq!(safe.finds(), finds + 1);
    }
}

#[test]
fn one_who_gives_up_does_not_hold_up_the_others() {
    let safe = Safe::new();
    safe.put(1);
    safe.pauses(true);
    let mut context = task::Context::from_waker(Waker::noop());
    for polls in 1..4 {
        safe.vault.forget_all();
        let open = || async { safe.open_async().await.map(|opened| number(&opened)) };
        let mut openings: Vec<_> = (0..10)
            .map(|_| Box::pin(open()) as Pin<Box<dyn Future<Output = Result<u64, VaultError>>>>)
            .collect();
        for _ in 0..polls {
            for opening in &mut openings {
                assert!(opening.as_mut().poll(&mut context).is_pending(), "{polls}");
            }
        }
        // The loader, and others, some of whom have taken over from it.
        for gone in [0, 0, 7, 3] {
            drop(openings.remove(gone));
            for opening in &mut openings {
                assert!(opening.as_mut().poll(&mut context).is_pending(), "{polls}");
            }
        }
        for opened in together(openings) {
            assert_eq!(opened.unwrap(), 1);
        }
    }
}

#[test]
fn a_write_that_is_given_up_half_way_is_not_hidden_by_what_is_kept() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    safe.pauses(true);
    let mut polls = 0;
    loop {
        polls += 1;
        let disable = safe.vault.disable(&safe.context, &safe.tenant, Provider::Twilio);
        let done = crate::vault_world::kill_after(polls, disable);
        let off = safe.row(Provider::Twilio).state == veralux_core::port::CredentialState::Disabled;
        assert_eq!(safe.open().is_err(), off, "given up after {polls} polls");
        if done.is_some() {
            break;
        }
        if off {
            safe.put(1);
            safe.open().unwrap();
        }
    }
    assert!(polls > 3);
}

#[test]
fn a_failing_write_ends_what_is_kept() {
    let safe = Safe::new();
    safe.put(1);
    safe.open().unwrap();
    safe.store.fail(Fail::No, Fail::Lost);
    let removed = drive(safe.vault.remove(&safe.context, &safe.tenant, Provider::Twilio));
    assert!(removed.is_err());
    safe.store.fail(Fail::No, Fail::No);
    assert_eq!(safe.open().unwrap_err().code(), "not_connected", "it took effect all the same");
}
