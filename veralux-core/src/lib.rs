//! The pure core of the VeraLux control plane.

mod word;

pub mod audit;
pub mod digest;
pub mod id;
pub mod number;
pub mod party;
pub mod phone;
pub mod policy;
pub mod secret;
pub mod time;
