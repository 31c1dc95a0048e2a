//! Before a node serves: does it hold the keys under which there are rows?

use std::collections::BTreeMap;

use subtle::ConstantTimeEq as _;

use super::ring::{KeyRing, RowCount, Slot};
use super::root_key::RootKey;
use super::state::KeyState;

/// What the store knows of a root key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredKey {
    /// Its id.
    pub id: u32,
    /// What it may do.
    pub state: KeyState,
    /// The check value of the key that was first seen under this id.
    pub check: [u8; 16],
}

/// A root key that the store does not know yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewKey {
    /// Its id.
    pub id: u32,
    /// What it shall be: staged, or primary when it is the first.
    pub state: KeyState,
    /// Its check value.
    pub check: [u8; 16],
}

/// One reason not to start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BootFault {
    /// The node was started without a key that it needs.
    #[error("root key {id} ({state}) is missing; {rows} lie under it")]
    Missing {
        /// Its id.
        id: u32,
        /// What it may do.
        state: KeyState,
        /// What lies under it.
        rows: RowCount,
    },
    /// The node was started with another key under this id.
    #[error("root key {id} ({state}) is not the key that was used under this id; {rows} lie under it")]
    Wrong {
        /// Its id.
        id: u32,
        /// What it may do.
        state: KeyState,
        /// What lies under it.
        rows: RowCount,
    },
    /// There are rows under an id that the store has no key of.
    #[error("root key {id} was never registered; {rows} lie under it")]
    Unregistered {
        /// The id.
        id: u32,
        /// What lies under it.
        rows: RowCount,
    },
    /// No key wraps.
    #[error("no root key is primary")]
    NoPrimary,
    /// Two keys wrap.
    #[error("the root keys {0} and {1} are both primary")]
    TwoPrimaries(u32, u32),
}

/// Why a node must not start: every reason there is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct BootError(pub Vec<BootFault>);

/// What a node starts with.
#[derive(Debug)]
pub struct Boot {
    /// The keys.
    pub ring: KeyRing,
    /// Keys to be registered first; the ring has them in these states already.
    pub register: Vec<NewKey>,
}

impl Boot {
    /// Compares what is stored, and what lies under it, with the keys that this node was given.
    ///
    /// A key that is not stored yet is to be registered as staged. Where nothing is stored and nothing lies under any key, the
    /// key with the greatest id is to be the first primary one. Of destroyed and disabled keys none is asked for; one that is
    /// held all the same must still be the right one, unless it is destroyed.
    ///
    /// # Errors
    /// [`BootError`] with every fault.
    pub fn compare(
        stored: &[StoredKey],
        rows: &[RowCount],
        held: Vec<(u32, RootKey)>,
    ) -> Result<Self, BootError> {
        let mut held: BTreeMap<u32, RootKey> = held.into_iter().collect();
        let under = |id: u32| {
            let none = RowCount { root_key: id, ..RowCount::default() };
            rows.iter().copied().find(|count| count.root_key == id).unwrap_or(none)
        };
        let (mut slots, mut faults) = (BTreeMap::new(), Vec::new());
        for StoredKey { id, state, check } in stored.iter().copied() {
            let key = held.remove(&id).filter(|_| state != KeyState::Destroyed);
            match &key {
                Some(key) if !bool::from(key.check(id).ct_eq(&check)) => {
                    faults.push(BootFault::Wrong { id, state, rows: under(id) });
                }
                None if state.is_required() => faults.push(BootFault::Missing { id, state, rows: under(id) }),
                _ => {}
            }
            slots.insert(id, Slot { state, key });
        }
        faults.extend(unregistered(stored, rows));
        let first = if stored.is_empty() && faults.is_empty() { held.keys().last().copied() } else { None };
        let mut register = Vec::new();
        for (id, key) in held {
            let state = if first == Some(id) { KeyState::Primary } else { KeyState::Staged };
            register.push(NewKey { id, state, check: key.check(id) });
            slots.insert(id, Slot { state, key: Some(key) });
        }
        faults.extend(primaries(&slots));
        match KeyRing::new(slots) {
            Some(ring) if faults.is_empty() => Ok(Self { ring, register }),
            _ => Err(BootError(faults)),
        }
    }
}

fn unregistered<'a>(stored: &'a [StoredKey], rows: &'a [RowCount]) -> impl Iterator<Item = BootFault> + 'a {
    rows.iter()
        .filter(|count| !count.is_empty() && !stored.iter().any(|key| key.id == count.root_key))
        .map(|count| BootFault::Unregistered { id: count.root_key, rows: *count })
}

fn primaries(slots: &BTreeMap<u32, Slot>) -> Option<BootFault> {
    let mut ids = slots.iter().filter(|(_, slot)| slot.state == KeyState::Primary).map(|(id, _)| *id);
    match (ids.next(), ids.next()) {
        (None, _) => Some(BootFault::NoPrimary),
        (Some(one), Some(two)) => Some(BootFault::TwoPrimaries(one, two)),
        (Some(_), None) => None,
    }
}
