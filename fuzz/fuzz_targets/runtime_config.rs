//! Drives `runtime_config` with libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| veralux_fuzz::runtime::runtime_config(data));
