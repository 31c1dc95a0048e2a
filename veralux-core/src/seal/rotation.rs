//! Changes of root keys' states, planned over the whole table so that exactly one stays primary.

use super::ring::RowCount;
use super::state::KeyState;

/// One change of a plan. All changes of a plan become durable together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyChange {
    /// Whose state changes.
    pub id: u32,
    /// From this.
    pub from: KeyState,
    /// To this.
    pub to: KeyState,
}

/// Why a change of root keys was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyChangeError {
    /// There is no such key.
    #[error("root key {0} is not known")]
    Unknown(u32),
    /// The table of transitions does not have it.
    #[error("root key {id} is {from} and cannot become {to}")]
    NotAllowed {
        /// Its id.
        id: u32,
        /// What it is.
        from: KeyState,
        /// What it was to be.
        to: KeyState,
    },
    /// Only together with another key: by [`plan_rotation`].
    #[error("a root key becomes primary, and ceases to be, by a rotation only")]
    ByRotation,
    /// The table of keys has none or several primary keys.
    #[error("not exactly one root key is primary")]
    NotOnePrimary,
    /// What lies under the key would no longer open.
    #[error("{} lie under root key {}; rewrap them first", .0, .0.root_key)]
    RowsLeft(RowCount),
}

/// Makes `to` the primary key; the one that was becomes `decrypt_only`.
///
/// # Errors
/// [`KeyChangeError::Unknown`], `NotAllowed` unless it is staged or `decrypt_only`, `NotOnePrimary`.
pub fn plan_rotation(keys: &[(u32, KeyState)], to: u32) -> Result<[KeyChange; 2], KeyChangeError> {
    let rises = change(keys, to, KeyState::Primary)?;
    let mut primaries = keys.iter().filter(|(_, state)| *state == KeyState::Primary);
    match (primaries.next(), primaries.next()) {
        (Some((id, from)), None) => {
            Ok([KeyChange { id: *id, from: *from, to: KeyState::DecryptOnly }, rises])
        }
        _ => Err(KeyChangeError::NotOnePrimary),
    }
}

/// Any other change of one key: to disable it, to take it back, to destroy it.
///
/// # Errors
/// [`KeyChangeError`]; `RowsLeft` when it is to be disabled or destroyed and something lies under it.
pub fn plan_change(
    keys: &[(u32, KeyState)],
    id: u32,
    to: KeyState,
    rows: RowCount,
) -> Result<KeyChange, KeyChangeError> {
    let change = change(keys, id, to)?;
    if change.from == KeyState::Primary || to == KeyState::Primary {
        return Err(KeyChangeError::ByRotation);
    }
    if matches!(to, KeyState::Disabled | KeyState::Destroyed) && !rows.is_empty() {
        return Err(KeyChangeError::RowsLeft(RowCount { root_key: id, ..rows }));
    }
    Ok(change)
}

fn change(keys: &[(u32, KeyState)], id: u32, to: KeyState) -> Result<KeyChange, KeyChangeError> {
    let (_, from) = *keys.iter().find(|(known, _)| *known == id).ok_or(KeyChangeError::Unknown(id))?;
    if from.may_become(to) {
        Ok(KeyChange { id, from, to })
    } else {
        Err(KeyChangeError::NotAllowed { id, from, to })
    }
}
