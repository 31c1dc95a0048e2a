use std::fmt::Debug;

use crate::time::Instant;

/// What time it is.
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present instant. May step backwards when the machine's clock is set.
    fn now(&self) -> Instant;

    /// Microseconds that have passed since some moment of this process. For spans within the process: it goes on when the machine's
    /// clock is set. A clock that is never set may say its instants.
    fn steady(&self) -> i64 {
        self.now().micros()
    }
}

/// Unpredictable bytes.
pub trait Random: Debug + Send + Sync + 'static {
    /// Fills the buffer from a cryptographically secure source.
    fn fill(&self, bytes: &mut [u8]);
}

impl dyn Random {
    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}
