//! Credentials that tenants bring: which providers there are, what each one's credential holds and how it is checked.
//!
//! Each provider is a type ([`Kind`]) in a file of its own, with the body of its credential. Whoever opens a credential names
//! the provider as a type and the [`Purpose`], so that what must not be is not compiled:
//!
//! ```
//! use veralux_core::credential::{Purpose, TenantScoped, Twilio};
//! fn open<P: TenantScoped>(purpose: Purpose) -> Option<P::Body> {
//!     # let _ = purpose; None
//! }
//! assert!(open::<Twilio>(Purpose::SendMessage).is_none());
//! ```
//!
//! A provider that is not there:
//!
//! ```compile_fail,E0425
//! # use veralux_core::credential::{Purpose, TenantScoped};
//! # fn open<P: TenantScoped>(purpose: Purpose) {}
//! open::<Twillio>(Purpose::SendMessage);
//! ```
//!
//! A provider that is the operator's, asked for by a tenant:
//!
//! ```compile_fail,E0271
//! # use veralux_core::credential::{Purpose, TenantScoped, Vapi};
//! # fn open<P: TenantScoped>(purpose: Purpose) {}
//! open::<Vapi>(Purpose::RuntimeConfig);
//! ```
//!
//! No purpose:
//!
//! ```compile_fail,E0061
//! # use veralux_core::credential::{Purpose, TenantScoped, Twilio};
//! # fn open<P: TenantScoped>(purpose: Purpose) {}
//! open::<Twilio>();
//! ```
//!
//! A provider of somebody else's making:
//!
//! ```compile_fail,E0603
//! enum Mine {}
//! impl veralux_core::credential::kind::Sealed for Mine {}
//! ```
//!
//! A new provider is a row of `providers!` in `provider.rs` and a file beside it.

pub mod address;
mod aws;
mod body;
mod codec;
mod elevenlabs;
mod error;
mod google_calendar;
mod kind;
mod older;
mod openai;
mod provider;
mod purpose;
mod registry;
mod resend;
mod rule;
mod telnyx;
mod twilio;
mod vapi;

pub use aws::{Aws, AwsBody};
pub use codec::{Checked, read, write};
pub use elevenlabs::{ElevenLabs, ElevenLabsBody};
pub use error::{BodyError, ParseClass};
pub use google_calendar::{GoogleCalendar, GoogleCalendarBody};
pub use kind::{Body, Kind, LifeCycle, OfPlatform, OfTenant, Policy, Scope, ScopeOf, TenantScoped};
pub use openai::{OpenAi, OpenAiBody};
pub use provider::Provider;
pub use purpose::Purpose;
pub use registry::{import_json, review, validate_json};
pub use resend::{Resend, ResendBody};
pub use telnyx::{Telnyx, TelnyxBody};
pub use twilio::{Twilio, TwilioBody};
pub use vapi::{TenantVapi, Vapi, VapiBody};

/// Longest body in bytes, as JSON.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

#[cfg(test)]
mod tests;
