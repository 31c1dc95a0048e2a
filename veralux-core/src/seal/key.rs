//! A tenant's data key.

use std::fmt;

use zeroize::Zeroizing;

/// A tenant's key: 32 random bytes, wiped when dropped. Redacted in `Debug`, not comparable, not serialisable.
// Boxed, so that moving the key leaves no copies of it on the stack.
pub struct DataKey(Box<Zeroizing<[u8; 32]>>);

impl DataKey {
    /// From bytes of a cryptographically secure source.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        let bytes = Zeroizing::new(bytes);
        let mut key = Box::new(Zeroizing::new([0; 32]));
        key.copy_from_slice(bytes.as_slice());
        Self(key)
    }

    /// The key itself, for what wraps it elsewhere. Whoever calls this answers for where it goes.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(redacted)")
    }
}
