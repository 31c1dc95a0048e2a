//! The emulator against the providers' own descriptions, and the providers' clients against the emulator.

#[cfg(test)]
mod descriptions;
#[cfg(test)]
mod openai;
#[cfg(test)]
mod vapi;
