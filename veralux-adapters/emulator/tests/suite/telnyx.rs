//! Our client of Telnyx against the emulator.

mod buying;
mod calls;
mod faults;
mod messages;
mod refusals;
mod steering;
mod world;
