//! The pure core of the VeraLux control plane.

mod word;

pub mod access;
pub mod audit;
#[cfg(feature = "conformance")]
pub mod conformance;
pub mod credential;
pub mod delivery;
pub mod digest;
pub mod fault;
pub mod forwarding;
pub mod id;
pub mod memory;
pub mod number;
pub mod party;
pub mod phone;
pub mod policy;
pub mod port;
pub mod routing;
pub mod runtime;
pub mod seal;
pub mod secret;
pub mod service;
pub mod time;
