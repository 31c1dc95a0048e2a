//! The emulator against the providers' own descriptions, and our clients against the emulator.

#[cfg(test)]
mod descriptions;
#[cfg(test)]
mod telnyx;
