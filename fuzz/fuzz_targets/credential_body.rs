//! Drives `credential_body` with libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| veralux_fuzz::sealed::credential_body(data));
