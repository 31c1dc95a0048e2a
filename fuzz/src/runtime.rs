//! Any bytes as a document of the runtime contract.

use serde_json::Value;
use veralux_core::runtime::{MAX_FAULTS, RuntimeTenantConfig, check, report};

/// Checks a document, and what must hold for every document that is accepted or refused.
///
/// # Panics
/// When it does not hold.
pub fn runtime_config(data: &[u8]) {
    let report = report(data);
    assert_eq!(report.valid, report.errors.is_empty());
    assert!(report.errors.len() <= MAX_FAULTS);
    if serde_json::from_slice::<Value>(data).is_ok() {
        let malformed =
            |message: &str| message.starts_with("must be JSON") || message.starts_with("must be UTF-8");
        assert!(!report.errors.iter().any(|fault| malformed(&fault.message)));
    }
    if let Ok(document) = check(data) {
        assert_eq!(document.for_runtime().as_bytes(), data);
        assert_eq!(digest(document.for_runtime()), Some(document.digest()));
        without_secret(&document.redacted());
        typed_values_survive(data);
    }
}

fn digest(text: &str) -> Option<veralux_core::digest::Digest> {
    check(text.as_bytes()).ok().map(|document| document.digest())
}

/// What is left of an accepted document is still one, unless the secret was all it had.
fn without_secret(redacted: &str) {
    match RuntimeTenantConfig::read(redacted.as_bytes()) {
        Ok(config) => assert!(config.webhook_secret.is_none()),
        Err(faults) => assert!(faults.iter().all(|fault| fault.path == "webhookSecretRef"), "{faults:?}"),
    }
}

/// Values that were read are written as a document that reads the same.
fn typed_values_survive(data: &[u8]) {
    let written = RuntimeTenantConfig::read(data).and_then(|config| config.document());
    let again = written.clone().and_then(|document| document.config()).and_then(|config| config.document());
    let text =
        |document: Result<veralux_core::runtime::Document, _>| document.map(|d| d.for_runtime().to_owned());
    let written = text(written);
    assert!(written.is_ok(), "{written:?}");
    assert_eq!(written, text(again));
}
