//! The memory stores against the suite that every adapter must pass.
#![cfg(test)]

use std::sync::Arc;

use veralux_core::conformance::Ports;
use veralux_core::memory::{MemoryProjection, MemoryRateCounter, MemoryStore};

veralux_core::store_conformance!(async { Ports::from_one(&Arc::new(MemoryStore::new())) });
veralux_core::projection_conformance!(async { Arc::new(MemoryProjection::new()) });
veralux_core::rate_conformance!(async { Arc::new(MemoryRateCounter::new()) }, async |_| {});
