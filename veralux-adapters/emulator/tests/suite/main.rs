//! The emulator against the providers' own descriptions.

#[cfg(test)]
mod descriptions;
