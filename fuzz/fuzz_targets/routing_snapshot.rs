//! Drives `routing_snapshot` with libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| veralux_fuzz::routing::routing_snapshot(data));
