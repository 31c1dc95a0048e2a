use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// What a root key may still do.
    pub enum KeyState {
        /// Known to every node, not used yet.
        Staged = "staged",
        /// Wraps and unwraps. There is exactly one.
        Primary = "primary",
        /// Unwraps only: there may be rows under it.
        DecryptOnly = "decrypt_only",
        /// Does nothing; can be taken back into use.
        Disabled = "disabled",
        /// Gone for ever.
        Destroyed = "destroyed",
    }
}

impl KeyState {
    /// Whether a key in this state may come into another. A table: nothing but what is listed.
    ///
    /// A key becomes primary, and ceases to be, together with another ([`super::plan_rotation`]).
    ///
    /// ```
    /// use veralux_core::seal::KeyState;
    /// assert!(KeyState::Staged.may_become(KeyState::Primary));
    /// assert!(!KeyState::Primary.may_become(KeyState::Destroyed));
    /// ```
    pub const fn may_become(self, next: Self) -> bool {
        use KeyState::{DecryptOnly, Destroyed, Disabled, Primary, Staged};
        matches!(
            (self, next),
            (Staged | DecryptOnly, Primary | Disabled)
                | (Primary, DecryptOnly)
                | (Disabled, DecryptOnly | Destroyed)
        )
    }

    /// Whether envelopes under a key in this state are opened.
    pub const fn opens(self) -> bool {
        matches!(self, Self::Primary | Self::DecryptOnly)
    }

    /// Whether every node must hold the key: what opens, and what is about to.
    pub const fn is_required(self) -> bool {
        matches!(self, Self::Staged | Self::Primary | Self::DecryptOnly)
    }
}
