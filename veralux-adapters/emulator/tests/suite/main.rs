//! The emulator against the providers' own descriptions, and our clients against the emulator.

#[cfg(test)]
mod aws;
#[cfg(test)]
mod descriptions;
#[cfg(test)]
mod elevenlabs;
#[cfg(test)]
mod google;
#[cfg(test)]
mod openai;
#[cfg(test)]
mod resend;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod telnyx;
#[cfg(test)]
mod twilio;
#[cfg(test)]
mod vapi;
#[cfg(test)]
mod verify;
