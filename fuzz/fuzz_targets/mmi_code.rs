//! Drives `mmi_code` with libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| veralux_fuzz::forwarding::mmi_code(data));
