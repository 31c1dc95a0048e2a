//! Policy: what the detector finds.

pub(crate) mod scan;
