use sha2::{Digest as _, Sha256};

use crate::seal::{
    Boot, BootFault, KeyChange, KeyChangeError, KeyState, NewKey, RingError, RootKey, RowCount, StoredKey,
    plan_change, plan_rotation,
};

use KeyState::{DecryptOnly, Destroyed, Disabled, Primary, Staged};

/// A key whose bytes follow from a number.
fn key(number: u8) -> RootKey {
    let bytes = Sha256::digest([number]);
    let hex = bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    RootKey::parse(&hex).unwrap()
}

/// The key of id `n` is `key(n)`.
fn stored(keys: &[(u32, KeyState)]) -> Vec<StoredKey> {
    keys.iter()
        .map(|(id, state)| StoredKey {
            id: *id,
            state: *state,
            check: key(u8::try_from(*id).unwrap()).check(*id),
        })
        .collect()
}

fn held(ids: &[u32]) -> Vec<(u32, RootKey)> {
    ids.iter().map(|id| (*id, key(u8::try_from(*id).unwrap()))).collect()
}

const fn rows(root_key: u32, tenant_keys: u64, envelopes: u64) -> RowCount {
    RowCount { root_key, tenant_keys, envelopes }
}

#[test]
fn transitions_are_a_table() {
    let allowed: Vec<_> = KeyState::ALL
        .iter()
        .flat_map(|from| KeyState::ALL.iter().map(move |to| (*from, *to)))
        .filter(|(from, to)| from.may_become(*to))
        .collect();
    let expected = [
        (Staged, Primary),
        (Staged, Disabled),
        (Primary, DecryptOnly),
        (DecryptOnly, Primary),
        (DecryptOnly, Disabled),
        (Disabled, DecryptOnly),
        (Disabled, Destroyed),
    ];
    assert_eq!(allowed, expected);
}

#[test]
fn nodes_that_start() {
    for (what, keys, rows, given, register, primary) in [
        ("the first start, one key", vec![], vec![], vec![1], vec![(1, Primary)], 1),
        ("the first start, two keys", vec![], vec![], vec![1, 2], vec![(1, Staged), (2, Primary)], 2),
        ("all there", vec![(1, DecryptOnly), (2, Primary)], vec![rows(1, 4, 9)], vec![1, 2], vec![], 2),
        ("a new one", vec![(1, Primary)], vec![rows(1, 4, 9)], vec![1, 2], vec![(2, Staged)], 1),
        ("a disabled one is gone", vec![(1, Disabled), (2, Primary)], vec![], vec![2], vec![], 2),
        (
            "a destroyed one, rows and all",
            vec![(1, Destroyed), (2, Primary)],
            vec![rows(1, 1, 1)],
            vec![2],
            vec![],
            2,
        ),
        ("nothing under an unknown id", vec![(2, Primary)], vec![rows(1, 0, 0)], vec![2], vec![], 2),
    ] {
        let boot = Boot::compare(&stored(&keys), &rows, held(&given)).unwrap();
        let expected: Vec<_> = stored(&register)
            .into_iter()
            .map(|StoredKey { id, state, check }| NewKey { id, state, check })
            .collect();
        assert_eq!(boot.register, expected, "{what}");
        assert_eq!(boot.ring.primary().unwrap().0, primary, "{what}");
    }
}

#[test]
fn nodes_that_do_not_start() {
    let missing = |id, state, rows| BootFault::Missing { id, state, rows };
    for (what, keys, counts, given, faults) in [
        ("no key at all", vec![], vec![], vec![], vec![BootFault::NoPrimary]),
        ("only staged ones", vec![(1, Staged)], vec![], vec![1], vec![BootFault::NoPrimary]),
        (
            "an old one is missing",
            vec![(1, DecryptOnly), (2, Primary)],
            vec![rows(1, 3, 8)],
            vec![2],
            vec![missing(1, DecryptOnly, rows(1, 3, 8))],
        ),
        (
            "the staged one is missing: it will be used next",
            vec![(1, Primary), (2, Staged)],
            vec![],
            vec![1],
            vec![missing(2, Staged, rows(2, 0, 0))],
        ),
        (
            "two primaries",
            vec![(1, Primary), (2, Primary)],
            vec![],
            vec![1, 2],
            vec![BootFault::TwoPrimaries(1, 2)],
        ),
        (
            "rows under a key that was never registered, though it is held",
            vec![(2, Primary)],
            vec![rows(1, 0, 5)],
            vec![1, 2],
            vec![BootFault::Unregistered { id: 1, rows: rows(1, 0, 5) }],
        ),
        (
            "an empty table over rows: nothing is taken for the first start",
            vec![],
            vec![rows(1, 2, 5)],
            vec![1],
            vec![BootFault::Unregistered { id: 1, rows: rows(1, 2, 5) }, BootFault::NoPrimary],
        ),
    ] {
        let error = Boot::compare(&stored(&keys), &counts, held(&given)).unwrap_err();
        assert_eq!(error.0, faults, "{what}");
    }
}

#[test]
fn a_wrong_key_is_named_with_its_rows() {
    let keys = stored(&[(1, Disabled), (2, Primary)]);
    let error = Boot::compare(&keys, &[rows(2, 3, 8)], vec![(1, key(9)), (2, key(8))]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "root key 1 (disabled) is not the key that was used under this id; 0 tenant keys and 0 envelopes lie under it; \
         root key 2 (primary) is not the key that was used under this id; 3 tenant keys and 8 envelopes lie under it"
    );
}

#[test]
fn a_ring_gives_out_what_opens() {
    let keys = stored(&[(1, DecryptOnly), (2, Primary), (3, Staged), (4, Disabled), (5, Destroyed)]);
    let ring = Boot::compare(&keys, &[], held(&[1, 2, 3, 4, 5])).unwrap().ring;
    assert_eq!(ring.primary().unwrap().0, 2);
    for (id, expected) in [
        (1, Ok(())),
        (2, Ok(())),
        (3, Err(RingError::Retired(3, Staged))),
        (4, Err(RingError::Retired(4, Disabled))),
        (5, Err(RingError::Retired(5, Destroyed))),
        (6, Err(RingError::Unknown(6))),
    ] {
        assert_eq!(ring.for_open(id).map(|_| ()), expected, "{id}");
    }
    let held: Vec<_> = ring.states().filter(|(_, _, held)| *held).map(|(id, _, _)| id).collect();
    assert_eq!(held, [1, 2, 3, 4], "a destroyed key is not kept");
}

#[test]
fn a_rotation_moves_two_keys_at_once() {
    let keys = [(1, DecryptOnly), (2, Primary), (3, Staged), (4, Disabled)];
    let falls = KeyChange { id: 2, from: Primary, to: DecryptOnly };
    let not_allowed = |id, from| KeyChangeError::NotAllowed { id, from, to: Primary };
    for (to, plan) in [
        (3, Ok([falls, KeyChange { id: 3, from: Staged, to: Primary }])),
        (1, Ok([falls, KeyChange { id: 1, from: DecryptOnly, to: Primary }])),
        (2, Err(not_allowed(2, Primary))),
        (4, Err(not_allowed(4, Disabled))),
        (9, Err(KeyChangeError::Unknown(9))),
    ] {
        assert_eq!(plan_rotation(&keys, to), plan, "{to}");
    }
    let broken = [(1, Staged), (2, Primary), (3, Primary)];
    assert_eq!(plan_rotation(&broken, 1), Err(KeyChangeError::NotOnePrimary));
    assert_eq!(plan_rotation(&broken[..1], 1), Err(KeyChangeError::NotOnePrimary));
}

#[test]
fn other_changes_leave_the_primary_alone_and_no_row_behind() {
    let keys = [(1, DecryptOnly), (2, Primary), (3, Staged), (4, Disabled)];
    let change = |id, from, to| Ok(KeyChange { id, from, to });
    let none = rows(0, 0, 0);
    for (what, id, to, under, plan) in [
        ("disable, empty", 1, Disabled, none, change(1, DecryptOnly, Disabled)),
        ("disable, rows left", 1, Disabled, rows(1, 0, 2), Err(KeyChangeError::RowsLeft(rows(1, 0, 2)))),
        (
            "destroy, tenant keys left",
            4,
            Destroyed,
            rows(4, 2, 0),
            Err(KeyChangeError::RowsLeft(rows(4, 2, 0))),
        ),
        ("destroy, empty", 4, Destroyed, none, change(4, Disabled, Destroyed)),
        ("take back", 4, DecryptOnly, rows(4, 2, 0), change(4, Disabled, DecryptOnly)),
        ("drop a staged one", 3, Disabled, none, change(3, Staged, Disabled)),
        ("primary by the side door", 3, Primary, none, Err(KeyChangeError::ByRotation)),
        ("the primary", 2, DecryptOnly, none, Err(KeyChangeError::ByRotation)),
        ("unknown", 7, Disabled, none, Err(KeyChangeError::Unknown(7))),
        (
            "destroy at once",
            1,
            Destroyed,
            none,
            Err(KeyChangeError::NotAllowed { id: 1, from: DecryptOnly, to: Destroyed }),
        ),
    ] {
        assert_eq!(plan_change(&keys, id, to, under), plan, "{what}");
    }
}
