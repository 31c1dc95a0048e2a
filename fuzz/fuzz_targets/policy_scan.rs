//! Drives `policy_scan` with libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| veralux_fuzz::policy::policy_scan(data));
