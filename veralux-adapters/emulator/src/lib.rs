//! The providers' APIs as they answer, over loopback.
//!
//! An [`Emulator`] keeps state (numbers bought, messages sent, calls), signs its webhooks, refuses what the provider would
//! refuse, and fails when told to ([`Faults`]). Each provider is a module and lies under a path of its own: `/twilio`,
//! `/telnyx/v2`, `/vapi`, ... Every request is kept in the [`Journal`]; with feature `specs` it is checked against the
//! provider's OpenAPI description, and so is every answer.
//!
//! It knows nothing of our clients: what it takes and gives is written down here from the providers' contracts.

mod emulator;
mod faults;
mod hooks;
mod journal;
#[cfg(feature = "specs")]
mod specs;
mod telnyx;

pub use emulator::{Emulator, Parts, Served};
pub use faults::{Fault, Faults, Plan};
pub use hooks::{Delivered, HookPlan, Hooks};
pub use journal::{Journal, Seen};
#[cfg(feature = "specs")]
pub use specs::{Specs, SpecsError};
pub use telnyx::{Telnyx, TelnyxAccount, TelnyxPlan};
