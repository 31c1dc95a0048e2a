//! The Twilio client against the emulator.

mod faults;
mod journeys;
mod refusals;
mod steering;
mod webhooks;
mod world;
