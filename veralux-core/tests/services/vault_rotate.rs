//! Root keys changed while serving: nothing is lost, nothing is shown, and the end is proven.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll, Waker};

use veralux_core::credential::{Provider, Purpose, Twilio};
use veralux_core::id::TenantId;
use veralux_core::memory::SeededRandom;
use veralux_core::port::{
    Change, Credential, CredentialState, CredentialStore as _, Envelope, RootKeyStore as _,
};
use veralux_core::seal::{BootError, BootFault, KeyState};
use veralux_core::secret::Secret;
use veralux_core::service::{
    CredentialVault, HeldKeys, Result, Rewrapped, RootKeyDesk, RootKeyFault, Stores,
};
use veralux_core::time::SECOND;

use crate::vault_world::{KEY_1, KEY_2, KEY_3, Safe, drive, grant, kill_after, number, together, twilio};

/// Two credentials and two secrets under root key 1, and a node that holds both keys.
fn rotated() -> (Safe, RootKeyDesk, Arc<CredentialVault>) {
    let safe = Safe::new();
    safe.put(1);
    safe.put_grant("the-refresh-token-of-ann");
    for (key, value) in [("A", "one"), ("B", "two")] {
        drive(safe.vault.put_secret(&safe.context, &safe.tenant, key, &Secret::new(value))).unwrap();
    }
    let (desk, vault) = safe.desk(&[KEY_1, KEY_2]);
    drive(desk.rotate(&safe.context, 2)).unwrap();
    (safe, desk, vault)
}

fn rewrap(safe: &Safe, desk: &RootKeyDesk) -> Result<Rewrapped> {
    drive(desk.rewrap(&safe.context, &safe.tenant, false))
}

/// Everything opens, and lies under root key `id`.
fn all_under(safe: &Safe, vault: &CredentialVault, id: u32, expected: u64) {
    let opened = drive(vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage)).unwrap();
    assert_eq!(number(&opened), expected);
    for (key, value) in [("A", "one"), ("B", "two")] {
        let secret = drive(vault.open_secret(&safe.context, &safe.tenant, key)).unwrap().unwrap();
        assert_eq!(secret.expose(), value);
    }
    for row in drive(safe.memory.list_credentials(&safe.tenant)).unwrap() {
        assert_eq!(row.root_key, id, "{row:?}");
    }
    for row in drive(safe.memory.list_secrets(&safe.tenant)).unwrap() {
        assert_eq!(row.root_key, id, "{}", row.key);
    }
}

fn states(desk: &RootKeyDesk) -> Vec<(u32, KeyState, u64, u64)> {
    let told = drive(desk.status()).unwrap();
    told.iter().map(|key| (key.key.id, key.key.state, key.rows.tenant_keys, key.rows.envelopes)).collect()
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> Option<&'static str> {
    result.unwrap_err().code()
}

#[test]
fn from_one_root_key_to_the_next_and_the_old_one_destroyed() {
    let (safe, desk, vault) = rotated();
    assert_eq!(states(&desk), [(1, KeyState::DecryptOnly, 1, 4), (2, KeyState::Primary, 0, 0)]);
    assert_eq!(code(drive(desk.destroy(&safe.context, 1, false))), Some("root_key_in_use"));
    assert_eq!(code(drive(desk.destroy(&safe.context, 2, false))), Some("root_key_state"));
    assert_eq!(code(drive(desk.rotate(&safe.context, 9))), Some("root_key_not_found"));
    assert_eq!(code(drive(desk.rotate(&safe.context, 2))), Some("root_key_state"));
    all_under(&safe, &vault, 1, 1);
    assert_eq!(drive(desk.list_outdated(None, 10)).unwrap(), std::slice::from_ref(&safe.tenant));
    assert!(drive(desk.list_outdated(Some(&safe.tenant), 10)).unwrap().is_empty());
    assert_eq!(rewrap(&safe, &desk).unwrap(), Rewrapped { moved: 4, quarantined: 0 });
    all_under(&safe, &vault, 2, 1);
    assert!(drive(desk.list_outdated(None, 10)).unwrap().is_empty());
    assert!(drive(desk.left()).unwrap().is_empty());
    let before = safe.events().len();
    assert_eq!(rewrap(&safe, &desk).unwrap(), Rewrapped::default(), "again: nothing to do");
    assert_eq!(safe.events().len(), before, "and nothing to tell");
    drive(desk.destroy(&safe.context, 1, false)).unwrap();
    assert_eq!(states(&desk), [(1, KeyState::Destroyed, 0, 0), (2, KeyState::Primary, 1, 4)]);
    assert_eq!(code(drive(desk.destroy(&safe.context, 1, false))), Some("root_key_state"));
    // A node needs the old key no longer.
    let (_, vault) = safe.desk(&[KEY_2]);
    all_under(&safe, &vault, 2, 1);
    let told = &safe.events_of("tenant_key.rewrapped")[0].1;
    assert_eq!((told["moved"].as_u64(), told["rootKey"].as_u64()), (Some(4), Some(2)));
    let told = safe.events_in(&TenantId::platform()).into_iter();
    let told: Vec<_> = told
        .map(|(event, told)| format!("{} {} {told}", event.draft.event_type.as_str(), event.draft.entity.id))
        .collect();
    assert_eq!(
        told,
        [
            r#"root_key.added 1 {"state":"primary"}"#,
            r#"root_key.added 2 {"state":"staged"}"#,
            r#"root_key.changed 1 {"from":"primary","to":"decrypt_only"}"#,
            r#"root_key.changed 2 {"from":"staged","to":"primary"}"#,
            r#"root_key.changed 1 {"from":"decrypt_only","to":"disabled"}"#,
            r#"root_key.changed 1 {"from":"disabled","to":"destroyed"}"#,
        ],
        "which keys, and nothing of them"
    );
}

#[test]
fn a_dry_run_writes_nothing() {
    let (safe, desk, _) = rotated();
    let (before, events) = (states(&desk), safe.events().len());
    let rows = drive(safe.memory.list_credentials(&safe.tenant)).unwrap();
    let told = drive(desk.rewrap(&safe.context, &safe.tenant, true)).unwrap();
    assert_eq!(told, Rewrapped { moved: 4, quarantined: 0 });
    assert_eq!((states(&desk), safe.events().len()), (before, events));
    assert_eq!(drive(safe.memory.list_credentials(&safe.tenant)).unwrap(), rows);
}

#[test]
fn rows_that_do_not_open_are_put_aside_and_counted() {
    let (safe, desk, vault) = rotated();
    safe.tamper_envelope(|bytes| *bytes.last_mut().unwrap() ^= 1);
    let mut secret = drive(safe.memory.lookup_secret(&safe.tenant, "B")).unwrap().unwrap();
    let before = secret.generation;
    secret.envelope = Envelope::new(*b"VLC1");
    secret.generation += 1;
    safe.commit(Change::TenantSecret { after: Box::new(secret), before: Some(before) });
    let damaged = Rewrapped { moved: 2, quarantined: 2 };
    assert_eq!(drive(desk.rewrap(&safe.context, &safe.tenant, true)).unwrap(), damaged);
    assert_eq!(rewrap(&safe, &desk).unwrap(), damaged);
    let row = safe.row(Provider::Twilio);
    assert_eq!((row.state, row.root_key), (CredentialState::Quarantined, 1));
    assert_eq!(row.last_error.unwrap().0, "tag_mismatch");
    assert_eq!(rewrap(&safe, &desk).unwrap(), Rewrapped { moved: 0, quarantined: 2 });
    assert_eq!(code(drive(desk.destroy(&safe.context, 1, false))), Some("root_key_in_use"));
    // The secret has no state: it counts as left until somebody replaces or removes it.
    assert_eq!(drive(desk.left()).unwrap().len(), 1);
    assert_eq!(code(drive(desk.destroy(&safe.context, 1, true))), Some("root_key_in_use"));
    drive(vault.remove_secret(&safe.context, &safe.tenant, "B")).unwrap();
    assert!(drive(desk.left()).unwrap().is_empty());
    assert_eq!(code(drive(desk.destroy(&safe.context, 1, false))), Some("root_key_in_use"));
    drive(desk.destroy(&safe.context, 1, true)).unwrap();
    // What was abandoned is told as such, and connecting anew replaces it.
    let open = || drive(vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage));
    assert_eq!(open().unwrap_err().code(), "credential_quarantined");
    drive(vault.put(&safe.context, &safe.tenant, Provider::Twilio, &twilio(8), false)).unwrap();
    assert_eq!(number(&open().unwrap()), 8);
}

#[test]
fn a_row_whose_key_is_gone_does_not_hold_up_the_others() {
    let (safe, desk, vault) = rotated();
    safe.commit(Change::DestroyTenantKeys);
    drive(vault.put(&safe.context, &safe.tenant, Provider::Twilio, &twilio(2), false)).unwrap();
    vault.forget_all();
    assert_eq!(rewrap(&safe, &desk).unwrap(), Rewrapped { moved: 0, quarantined: 3 });
    let open = drive(vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage)).unwrap();
    assert_eq!(number(&open), 2);
}

#[test]
fn a_key_that_rows_have_left_by_themselves_goes_too() {
    let (safe, desk, vault) = rotated();
    drive(vault.put(&safe.context, &safe.tenant, Provider::Twilio, &twilio(2), false)).unwrap();
    let json = grant("another-refresh-token");
    drive(vault.put(&safe.context, &safe.tenant, Provider::GoogleCalendar, &json, false)).unwrap();
    for (key, value) in [("A", "one"), ("B", "two")] {
        drive(vault.put_secret(&safe.context, &safe.tenant, key, &Secret::new(value))).unwrap();
    }
    assert_eq!(states(&desk), [(1, KeyState::DecryptOnly, 1, 0), (2, KeyState::Primary, 1, 4)]);
    assert_eq!(drive(desk.list_outdated(None, 10)).unwrap(), std::slice::from_ref(&safe.tenant));
    assert_eq!(rewrap(&safe, &desk).unwrap(), Rewrapped::default());
    drive(desk.destroy(&safe.context, 1, false)).unwrap();
    all_under(&safe, &vault, 2, 2);
}

#[test]
fn given_up_at_each_point_it_is_taken_up_again() {
    let mut polls = 0;
    loop {
        polls += 1;
        let (safe, desk, vault) = rotated();
        safe.pauses(true);
        let done = kill_after(polls, desk.rewrap(&safe.context, &safe.tenant, false));
        // Whatever was done: all of it opens.
        let opened = drive(vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage)).unwrap();
        assert_eq!(number(&opened), 1);
        rewrap(&safe, &desk).unwrap();
        all_under(&safe, &vault, 2, 1);
        assert_eq!(safe.events_of("tenant_key.rewrapped").len(), 1, "{polls}");
        drive(desk.destroy(&safe.context, 1, false)).unwrap();
        if done.is_some() {
            assert!(polls > 10, "{polls} points");
            break;
        }
    }
}

/// Small, and different in each run of a test.
fn dice(random: &dyn veralux_core::port::Random, sides: u8) -> usize {
    usize::from(random.bytes::<1>()[0] % sides)
}

#[test]
fn while_others_write_and_open() {
    for seed in 0..300 {
        let (safe, desk, vault) = rotated();
        safe.pauses(true);
        let random = SeededRandom::new(seed);
        let desk = &desk;
        let (safe, vault) = (&safe, &vault);
        let rewrap = || async move {
            let done = desk.rewrap(&safe.context, &safe.tenant, false).await.unwrap();
            assert_eq!(done.quarantined, 0);
        };
        let put = |number| async move {
            let json = twilio(number);
            vault.put(&safe.context, &safe.tenant, Provider::Twilio, &json, false).await.unwrap();
        };
        let secret = || async move {
            vault.put_secret(&safe.context, &safe.tenant, "A", &Secret::new("one")).await.unwrap();
        };
        let open = || async move {
            let opened =
                vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage).await.unwrap();
            assert!([1, 7].contains(&number(&opened)));
        };
        let mut tasks: Vec<Pin<Box<dyn Future<Output = ()>>>> = vec![
            Box::pin(rewrap()),
            Box::pin(rewrap()),
            Box::pin(put(7)),
            Box::pin(secret()),
            Box::pin(open()),
            Box::pin(open()),
        ];
        let mut context = task::Context::from_waker(Waker::noop());
        while !tasks.is_empty() {
            let turn = dice(&random, u8::try_from(tasks.len()).unwrap());
            if let Poll::Ready(()) = tasks[turn].as_mut().poll(&mut context) {
                drop(tasks.swap_remove(turn));
            }
        }
        all_under(safe, vault, 2, 7);
        assert!(drive(desk.list_outdated(None, 10)).unwrap().is_empty(), "seed {seed}");
        drive(desk.destroy(&safe.context, 1, false)).unwrap();
    }
}

#[test]
fn shredding_leaves_nothing_to_open() {
    let (safe, _, vault) = rotated();
    let open = || drive(vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage));
    open().unwrap();
    drive(vault.shred(&safe.context, &safe.tenant)).unwrap();
    assert_eq!(open().unwrap_err().code(), "not_connected");
    assert!(drive(vault.open_secret(&safe.context, &safe.tenant, "A")).unwrap().is_none());
    assert!(drive(safe.memory.newest_tenant_key(&safe.tenant)).unwrap().is_none());
    assert!(drive(safe.memory.census()).unwrap().is_empty());
    assert_eq!(safe.events_of("tenant_key.destroyed").len(), 1);
    drive(vault.put(&safe.context, &safe.tenant, Provider::Twilio, &twilio(3), false)).unwrap();
    assert_eq!(number(&open().unwrap()), 3);
    assert_eq!(safe.row(Provider::Twilio).key_version, 2, "no version twice");
}

#[test]
fn a_node_that_has_not_heard_of_a_rotation_follows() {
    let safe = Safe::new();
    safe.put(1);
    let (desk, vault) = safe.desk(&[KEY_1, KEY_2]);
    let (_, late) = safe.desk(&[KEY_1, KEY_2]);
    drive(desk.rotate(&safe.context, 2)).unwrap();
    drive(vault.put(&safe.context, &safe.tenant, Provider::Twilio, &twilio(2), false)).unwrap();
    let opened = drive(late.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage)).unwrap();
    assert_eq!(number(&opened), 2);
    drive(late.put(&safe.context, &safe.tenant, Provider::Twilio, &twilio(3), false)).unwrap();
    assert_eq!(safe.row(Provider::Twilio).root_key, 2);
    drive(desk.rewrap(&safe.context, &safe.tenant, false)).unwrap();
    drive(desk.destroy(&safe.context, 1, false)).unwrap();
    let opened = drive(vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage)).unwrap();
    assert_eq!(number(&opened), 3);
}

#[test]
fn a_node_that_was_not_given_the_new_key_seals_nothing_under_the_old_one() {
    let safe = Safe::new();
    safe.put(1);
    let (desk, vault) = safe.desk(&[KEY_1, KEY_2]);
    safe.clock.advance(SECOND);
    safe.put(2);
    drive(desk.rotate(&safe.context, 2)).unwrap();
    // It has looked within the second, and would still go by what it saw then.
    let stranger = TenantId::parse("t2").unwrap();
    let put = |tenant| drive(safe.vault.put(&safe.context, tenant, Provider::Twilio, &twilio(3), false));
    assert_eq!(code(put(&stranger)), Some("key_service_unavailable"), "a tenant's first key");
    assert_eq!(drive(safe.memory.find_credential(&stranger, Provider::Twilio)).unwrap(), None);
    assert_eq!(code(put(&safe.tenant)), Some("key_service_unavailable"), "a key that is there");
    assert_eq!(states(&desk), [(1, KeyState::DecryptOnly, 1, 1), (2, KeyState::Primary, 0, 0)]);
    let opened = drive(safe.vault.open::<Twilio>(&safe.context, &safe.tenant, Purpose::SendMessage)).unwrap();
    assert_eq!(number(&opened), 2, "what lies under the old one opens");
    drive(vault.put(&safe.context, &stranger, Provider::Twilio, &twilio(3), false)).unwrap();
    drive(safe.held.replace(&safe.stores, Secret::new([KEY_1, KEY_2].join(",")))).unwrap();
    assert_eq!(put(&safe.tenant).unwrap().credential.root_key, 2, "it is given the key");
}

#[test]
fn a_key_that_was_wrapped_before_a_rotation_is_wrapped_anew() {
    let safe = Safe::new();
    let (desk, _) = safe.desk(&[KEY_1, KEY_2]);
    let (_, late) = safe.desk(&[KEY_1, KEY_2]);
    let put = |tenant: &str| {
        let tenant = TenantId::parse(tenant).unwrap();
        drive(late.put(&safe.context, &tenant, Provider::Twilio, &twilio(1), false)).unwrap().credential
    };
    assert_eq!(put("t2").root_key, 1);
    drive(desk.rotate(&safe.context, 2)).unwrap();
    assert_eq!(put("t3").root_key, 2, "within the same second");
}

fn start(stores: &Stores, keys: &[&str]) -> std::result::Result<HeldKeys, RootKeyFault> {
    drive(HeldKeys::start(stores, Secret::new(keys.join(","))))
}

#[test]
fn nodes_that_start_at_once_agree() {
    for (one, other) in [([KEY_2, KEY_3], [KEY_2, KEY_3]), ([KEY_2, KEY_3], [KEY_3, KEY_2])] {
        let safe = Safe::new();
        let nodes = [one, other].map(|keys| {
            let start = HeldKeys::start(&safe.stores, Secret::new([&[KEY_1], &keys[..]].concat().join(",")));
            Box::pin(start) as Pin<Box<dyn Future<Output = std::result::Result<HeldKeys, RootKeyFault>>>>
        });
        for held in together(nodes.into()) {
            let ring = held.unwrap().ring();
            assert_eq!(ring.primary().unwrap().0, 1);
            assert_eq!(ring.states().count(), 3);
        }
    }
}

#[test]
fn a_node_without_the_right_keys_does_not_start() {
    let (safe, ..) = rotated();
    let faults = |keys: &[&str]| match start(&safe.stores, keys) {
        Err(RootKeyFault::Boot(BootError(faults))) => faults,
        other => panic!("{other:?}"),
    };
    let missing = faults(&[KEY_2]);
    let [BootFault::Missing { id: 1, rows, .. }] = missing.as_slice() else { panic!("{missing:?}") };
    assert_eq!((rows.tenant_keys, rows.envelopes), (1, 4));
    let wrong = KEY_3.replace("3:", "1:");
    assert!(matches!(faults(&[&wrong, KEY_2]).as_slice(), [BootFault::Wrong { id: 1, .. }]));
    assert!(matches!(start(&safe.stores, &["1:changeme"]), Err(RootKeyFault::List(_))));
    assert!(start(&safe.stores, &[KEY_1, KEY_2, KEY_3]).is_ok());
    // A key that was never registered here, under rows that somebody restored.
    let row = safe.row(Provider::Twilio);
    let after = Credential { root_key: 9, revision: row.revision + 1, ..row.clone() };
    safe.commit(Change::Credential { after: Box::new(after), before: Some(row.revision) });
    assert!(matches!(faults(&[KEY_1, KEY_2, KEY_3]).as_slice(), [BootFault::Unregistered { id: 9, .. }]));
}

#[test]
fn a_node_without_the_new_key_does_not_rotate_to_it() {
    let safe = Safe::new();
    safe.put(1);
    let (with, _) = safe.desk(&[KEY_1, KEY_2]);
    let without = RootKeyDesk::new(safe.stores.clone(), safe.held.clone(), safe.vault.clone());
    assert_eq!(code(drive(without.rotate(&safe.context, 2))), Some("root_key_not_held"));
    drive(with.rotate(&safe.context, 2)).unwrap();
    let held: Vec<bool> = drive(without.status()).unwrap().iter().map(|key| key.held).collect();
    assert_eq!(held, [true, false]);
}

#[test]
fn many_tenants_are_listed_in_pages() {
    let safe = Safe::new();
    let tenants: Vec<TenantId> =
        (10..60).map(|index| TenantId::parse(&format!("t{index}")).unwrap()).collect();
    let json = twilio(1);
    for tenant in &tenants {
        drive(safe.vault.put(&safe.context, tenant, Provider::Twilio, &json, false)).unwrap();
    }
    let (desk, _) = safe.desk(&[KEY_1, KEY_2]);
    drive(desk.rotate(&safe.context, 2)).unwrap();
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let page = drive(desk.list_outdated(after.as_ref(), 7)).unwrap();
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 7);
        after = Some(last.clone());
        seen.extend(page);
    }
    assert_eq!(seen, tenants);
    assert_eq!(drive(desk.left()).unwrap()[0].envelopes, 50);
}
