//! How many faults of one document are told.

/// Faults that are listed for one document; the rest are counted in a last line without a path.
pub const MAX_FAULTS: usize = 1000;
