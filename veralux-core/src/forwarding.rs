//! Call forwarding: the codes that a person dials so that calls reach the receptionist, and those that undo them.
//!
//! [`generate`] turns a carrier, a mode and a destination into [`Codes`]; a person dials what it prints, so each code is
//! a row of data ([`Carrier::codes`]) and is proven in the tests against a model of the line: on reaches the destination
//! in the states it covers, off restores the line. [`Mmi`] reads the grammar of 3GPP TS 22.030, 6.5.2, [`Vertical`] the
//! North American codes like `*72`, and [`explain`] puts either into words. [`transition`] orders the codes of a change,
//! [`check_loop`] refuses circles.
//!
//! [`caller_id`] is the life of a number that a tenant proves to be its own, [`configuration`] that of a forwarding
//! configuration.

mod advice;
pub mod caller_id;
mod carrier;
mod chain;
mod code;
pub mod configuration;
mod country;
mod document;
mod explain;
mod generate;
mod issue;
mod mmi;
mod qr;
mod request;
mod template;
mod timer;
mod transition;
mod variants;
mod vertical;

#[cfg(test)]
mod tests;

pub use advice::{Note, NoteCode, Warning, WarningCode};
pub use carrier::{Carrier, Family, History, Mode, Row};
pub use chain::{Loop, check_loop};
pub use code::{Code, Reading};
pub use document::{RequestDocument, codes_line, read_ring_time};
pub use explain::{Explanation, Kind, Remark, explain};
pub use generate::{Codes, StatusCode, generate};
pub use issue::Issue;
pub use mmi::{Action, BasicService, Mmi, State};
pub use request::{CodeError, Destination, Request};
pub use timer::{RingTime, RingTimeError};
pub use transition::{Purpose, Step, transition};
pub use variants::{Alternative, ExtraStep};
pub use vertical::Vertical;
