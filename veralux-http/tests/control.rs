//! Keys, audit and numbers: the router in process over the memory stores.

#[path = "api/audit.rs"]
mod audit;
#[path = "api/keys.rs"]
mod keys;
#[path = "api/numbers.rs"]
mod numbers;
#[path = "api/server.rs"]
#[expect(dead_code, reason = "other tests of the API use more of it")]
mod server;
