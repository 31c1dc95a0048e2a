//! Outside APIs behind the core's ports.
//!
//! One module and one feature a provider. A provider's requests and answers are pure functions around one call of a
//! [`Transport`], so that they are tested without a network; [`Https`] (feature `https`) is the transport that a server
//! uses: rustls with aws-lc-rs, no redirects, limits on time and size.

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "google")]
pub mod google;
#[cfg(feature = "https")]
mod https;
mod transport;

#[cfg(feature = "https")]
pub use https::{Https, HttpsError};
pub use transport::{Body, Request, Response, Transport, TransportError};
