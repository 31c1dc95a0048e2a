//! Runnable examples of the VeraLux library, in `examples/`. Each opens with what it shows:
//! `cargo run -p veralux-examples --example route_a_message`.

/// The README's Rust blocks, compiled and run as documentation tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
pub struct Readme;
