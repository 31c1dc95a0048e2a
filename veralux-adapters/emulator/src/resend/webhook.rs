//! Resend's webhooks, signed as Standard Webhooks says, in the headers of Svix.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;
use veralux_core::time::SECOND;

use crate::Emulator;
use crate::draw::{hex, uuid};
use crate::hooks::Hook;

/// Who hears of e-mails.
#[derive(Clone)]
pub(super) struct Webhook {
    pub(super) url: String,
    pub(super) secret: String,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Webhook({})", self.url)
    }
}

/// Tells of what was just sent: `email.sent`, then `email.delivered`, for each. Does not wait.
pub(super) fn tell(emulator: &Emulator, answer: Option<&Value>) {
    let Some(webhook) = emulator.resend().lock().webhook.clone() else { return };
    let Some(answer) = answer else { return };
    let one = std::slice::from_ref(answer);
    let sent = answer.get("data").and_then(Value::as_array).map_or(one, Vec::as_slice);
    let hooks: Vec<Hook> = sent
        .iter()
        .filter_map(|email| email.get("id")?.as_str())
        .flat_map(|id| ["email.sent", "email.delivered"].map(|kind| hook(emulator, &webhook, kind, id)))
        .collect();
    let emulator = emulator.clone();
    tokio::spawn(async move {
        for hook in hooks {
            emulator.hooks().deliver(hook).await;
        }
    });
}

fn hook(emulator: &Emulator, webhook: &Webhook, kind: &str, email: &str) -> Hook {
    let now = emulator.clock().now();
    let stamp = now.stamp();
    let body = json!({"type": kind, "created_at": stamp.as_str(), "data": {"email_id": email, "created_at": stamp.as_str()}});
    let body = body.to_string().into_bytes();
    let id = format!("msg_{}", hex(uuid(emulator.random()).as_bytes()).chars().take(27).collect::<String>());
    let seconds = (now.micros() / SECOND).to_string();
    let key = if emulator.hooks().are_forged() { b"forged".to_vec() } else { key(&webhook.secret) };
    let headers = vec![
        ("svix-signature", format!("v1,{}", signature(&key, &id, &seconds, &body))),
        ("svix-id", id),
        ("svix-timestamp", seconds),
    ];
    Hook { url: webhook.url.clone(), content_type: "application/json", headers, body }
}

fn key(secret: &str) -> Vec<u8> {
    BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap_or(secret)).unwrap_or_default()
}

fn signature(key: &[u8], id: &str, seconds: &str, body: &[u8]) -> String {
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    for part in [id.as_bytes(), b".", seconds.as_bytes(), b".", body] {
        mac.update(part);
    }
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of `https://docs.svix.com/receiving/verifying-payloads/how-manual`.
    #[test]
    fn the_published_example() {
        let key = key("whsec_plJ3nmyCDGBKInavdOK15jsl");
        let body = br#"{"event_type":"ping","data":{"success":true}}"#;
        let signed = signature(&key, "msg_loFOjxBNrRLzqYUf", "1731705121", body);
        assert_eq!(signed, "rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
    }
}
