//! The providers' APIs as they answer, over loopback.
//!
//! An [`Emulator`] keeps state (numbers bought, messages sent, calls), signs its webhooks, refuses what the provider would
//! refuse, and fails when told to ([`Faults`]). Each provider is a module and lies under a path of its own: `/twilio`,
//! `/telnyx/v2`, `/vapi`, ... Every request is kept in the [`Journal`]; with feature `specs` it is checked against the
//! provider's OpenAPI description, and so is every answer.
//!
//! It knows nothing of our clients: what it takes and gives is written down here from the providers' contracts.

pub mod aws;
mod draw;
pub mod elevenlabs;
mod emulator;
mod faults;
pub mod google;
mod hooks;
mod journal;
pub mod openai;
mod provider;
pub mod resend;
#[cfg(feature = "specs")]
mod specs;
mod telnyx;
mod twilio;
pub mod vapi;

pub use emulator::{Emulator, Parts, Served};
pub use faults::{Fault, Faults, Plan};
pub use hooks::{Delivered, HookPlan, Hooks};
pub use journal::{Journal, Seen};
pub use provider::{EmulatedProvider, PROVIDERS};
#[cfg(feature = "specs")]
pub use specs::{Specs, SpecsError};
pub use telnyx::{Telnyx, TelnyxAccount, TelnyxPlan};
pub use twilio::{Twilio, TwilioAccount, TwilioCall, TwilioMessage, TwilioNumber};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
