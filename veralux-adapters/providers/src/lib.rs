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
#[cfg(feature = "google")]
pub mod google;
#[cfg(feature = "https")]
mod https;
#[cfg(feature = "standard-webhooks")]
pub mod standard_webhooks;
#[cfg(feature = "telnyx")]
pub mod telnyx;
mod transport;

#[cfg(feature = "client")]
pub use accounts::{Account, Accounts};
#[cfg(feature = "client")]
pub use call::Outside;
#[cfg(feature = "https")]
pub use https::{Https, HttpsError};
pub use transport::{Authorization, Body, Method, Request, Response, Transport, TransportError};
