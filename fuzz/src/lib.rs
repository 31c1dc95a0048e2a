//! Fuzz targets as plain functions: `cargo fuzz` drives them, and their corpora replay under `cargo test`.
//!
//! Each function panics when an invariant does not hold, and on nothing else. To fuzz one:
//!
//! ```text
//! RUSTC_BOOTSTRAP=1 cargo fuzz run --features libfuzzer routing_snapshot
//! ```

pub mod forwarding;
pub mod phone;
pub mod policy;
pub mod routing;
pub mod runtime;
pub mod sealed;
pub mod webhook;

/// A target: any bytes, no answer.
pub type Target = fn(&[u8]);

/// Every target by the name of its corpus.
pub const TARGETS: &[(&str, Target)] = &[
    ("credential_body", sealed::credential_body),
    ("e164", phone::e164),
    ("envelope", sealed::envelope),
    ("mmi_code", forwarding::mmi_code),
    ("policy_scan", policy::policy_scan),
    ("routing_snapshot", routing::routing_snapshot),
    ("runtime_config", runtime::runtime_config),
    ("stored_decision", routing::stored_decision),
    ("webhook_form", webhook::webhook_form),
];
