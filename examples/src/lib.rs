//! Runnable examples of the VeraLux library, in `examples/`. Each opens with what it shows:
//! `cargo run -p veralux-examples --example route_a_message`.
