//! The memory stores against the suite that every adapter must pass.
#![cfg(test)]

use std::sync::Arc;

use veralux_core::conformance::Ports;
use veralux_core::memory::{MemoryProjection, MemoryStore};

veralux_core::store_conformance!(async { Ports::from_one(&Arc::new(MemoryStore::new())) });
veralux_core::projection_conformance!(async { Arc::new(MemoryProjection::new()) });
