//! Drives `webhook_form` with libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| veralux_fuzz::webhook::webhook_form(data));
