//! Drives `stored_decision` with libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| veralux_fuzz::routing::stored_decision(data));
