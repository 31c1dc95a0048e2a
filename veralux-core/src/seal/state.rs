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
