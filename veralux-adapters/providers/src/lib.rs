//! Outside APIs behind the core's ports.
//!
//! One module and one feature a provider. A provider's requests and answers are pure functions around one call of a
//! [`Transport`], so that they are tested without a network; [`Https`] (feature `https`) is the transport that a server
//! uses: rustls with aws-lc-rs, no redirects, limits on time and size.

#[cfg(feature = "client")]
mod accounts;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "client")]
mod call;
#[cfg(feature = "elevenlabs")]
pub mod elevenlabs;
#[cfg(feature = "google")]
pub mod google;
#[cfg(feature = "https")]
mod https;
#[cfg(feature = "openai")]
pub mod openai;
#[cfg(feature = "resend")]
pub mod resend;
#[cfg(feature = "standard-webhooks")]
pub mod standard_webhooks;
#[cfg(feature = "telnyx")]
pub mod telnyx;
#[cfg(test)]
mod testing;
mod transport;
#[cfg(feature = "twilio")]
pub mod twilio;
#[cfg(feature = "vapi")]
pub mod vapi;
#[cfg(any(feature = "openai", feature = "vapi"))]
mod verdict;
#[cfg(feature = "verify")]
mod verify;

#[cfg(feature = "client")]
pub use accounts::{Account, Accounts};
#[cfg(feature = "client")]
pub use call::Outside;
#[cfg(feature = "https")]
pub use https::{Https, HttpsError};
pub use transport::{Authorization, Body, Method, Request, Response, Transport, TransportError};
#[cfg(feature = "verify")]
pub use verify::{Origins, Verifier};
