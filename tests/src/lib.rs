//! What tests and benches that need a server share: they start a private one and never skip.
#![expect(clippy::panic, reason = "a harness that cannot do its work fails the test that asked for it")]

pub mod redis;
