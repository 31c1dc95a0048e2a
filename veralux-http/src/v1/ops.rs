//! What the operator looks after.

pub(crate) mod unclaimed;
