//! Sealing: what tenants entrust to us, under keys that only this tenant's rows open with.

mod state;

pub use state::KeyState;
