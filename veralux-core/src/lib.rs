//! The pure core of the VeraLux control plane.

mod word;

pub mod id;
pub mod party;
pub mod phone;
pub mod routing;
pub mod secret;
pub mod time;
