//! Any bytes as the body of a webhook.

use veralux_core::secret::Secret;
use veralux_providers::twilio::webhook::{Form, MAX_FORM_BYTES, MAX_FORM_FIELDS, Signed, verify};

/// Reads a form and holds a signature against it, both taken from the bytes: the first line is the URL.
///
/// # Panics
/// When a form without a message id becomes a message, or an unsigned body passes.
pub fn webhook_form(data: &[u8]) {
    let (url, body) = match data.iter().position(|byte| *byte == b'\n') {
        Some(at) => (&data[..at], &data[at + 1..]),
        None => (&b"https://example.com/hook"[..], data),
    };
    let url = String::from_utf8_lossy(url);
    let Ok(form) = Form::parse(body) else {
        let fields = body.split(|byte| *byte == b'&').count();
        assert!(fields > MAX_FORM_FIELDS || body.len() > MAX_FORM_BYTES);
        return;
    };
    if let Ok(message) = form.inbound_sms() {
        assert!(!message.message_sid.is_empty());
        assert!(!format!("{message:?}").contains("Body(0 bytes)") || message.body.as_str().is_empty());
    }
    // What the other readers make of it is nothing that may panic.
    drop((form.message_status(), form.call(), form.stream(), form.caller_id_validation()));
    let token = Secret::new("fuzz-token");
    for signature in ["", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", &url] {
        assert!(!verify(&token, signature, Signed { url: &url, form: &form, body }));
    }
}
