//! The root keys of a node, and what each may be used for.

use std::collections::BTreeMap;
use std::fmt;

use super::root_key::RootKey;
use super::state::KeyState;

/// How much lies under a root key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowCount {
    /// The root key's id.
    pub root_key: u32,
    /// Tenants' keys that it wraps.
    pub tenant_keys: u64,
    /// Envelopes that name it.
    pub envelopes: u64,
}

impl RowCount {
    /// Whether nothing lies under it.
    pub const fn is_empty(self) -> bool {
        self.tenant_keys == 0 && self.envelopes == 0
    }
}

impl fmt::Display for RowCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tenant keys and {} envelopes", self.tenant_keys, self.envelopes)
    }
}

/// Why a key is not given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RingError {
    /// No key of this id was ever seen.
    #[error("root key {0} is not known")]
    Unknown(u32),
    /// Its state forbids it to open anything.
    #[error("root key {0} is {1} and opens nothing")]
    Retired(u32, KeyState),
    /// This node was started without it.
    #[error("root key {0} is not held by this node")]
    NotHeld(u32),
}

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) state: KeyState,
    pub(super) key: Option<RootKey>,
}

/// The root keys: id, state and, where this node holds it, the key. Made by [`super::Boot::compare`].
#[derive(Debug)]
pub struct KeyRing {
    // INVARIANT: exactly one slot is primary, `primary` is its id, and its key is held.
    primary: u32,
    slots: BTreeMap<u32, Slot>,
}

impl KeyRing {
    /// `None` unless exactly one slot is primary and its key is held.
    pub(super) fn new(slots: BTreeMap<u32, Slot>) -> Option<Self> {
        let mut primaries = slots.iter().filter(|(_, slot)| slot.state == KeyState::Primary);
        let (id, slot) = primaries.next()?;
        let (primary, held) = (*id, slot.key.is_some());
        (held && primaries.next().is_none()).then_some(Self { primary, slots })
    }

    /// The key to wrap with, and its id.
    ///
    /// # Errors
    /// None is known: a ring always holds its primary key.
    pub fn primary(&self) -> Result<(u32, &RootKey), RingError> {
        self.for_open(self.primary).map(|key| (self.primary, key))
    }

    /// The key to unwrap with what names it.
    ///
    /// # Errors
    /// [`RingError`].
    pub fn for_open(&self, id: u32) -> Result<&RootKey, RingError> {
        let slot = self.slots.get(&id).ok_or(RingError::Unknown(id))?;
        if !slot.state.opens() {
            return Err(RingError::Retired(id, slot.state));
        }
        slot.key.as_ref().ok_or(RingError::NotHeld(id))
    }

    /// Each id with its state and whether this node holds the key, by id.
    pub fn states(&self) -> impl Iterator<Item = (u32, KeyState, bool)> + '_ {
        self.slots.iter().map(|(id, slot)| (*id, slot.state, slot.key.is_some()))
    }
}
