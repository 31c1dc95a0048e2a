//! Numbers, keys, audit and tenants over the memory stores, without HTTP and without a database.

#[path = "services/audit_trail.rs"]
mod audit_trail;
#[path = "services/keys.rs"]
mod keys;
#[path = "services/meanwhile.rs"]
mod meanwhile;
#[path = "services/numbers.rs"]
mod numbers;
#[path = "services/tenants.rs"]
mod tenants;
#[path = "services/world.rs"]
#[expect(dead_code, reason = "other tests of the services use more of it")]
mod world;
