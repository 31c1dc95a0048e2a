//! Text messages out.

use serde::{Deserialize, Serialize};
use veralux_core::id::MessageId;
use veralux_core::phone::E164;
use veralux_core::port::{Body, Delivery, ProviderResult};
use veralux_core::secret::Secret;

use super::Api;
use super::api::{Written, refused_here, segment};
use super::webhook::delivery;
use crate::Method;
use crate::call::{Repeat, unless_status};

/// Longest idempotency key in bytes.
const MAX_KEY: usize = 255;

/// A message to be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// Our id of it, which is its idempotency key.
    pub id: &'a MessageId,
    /// Our number, which is in a messaging profile.
    pub from: &'a E164,
    /// Whom to.
    pub to: &'a E164,
    /// The text.
    pub text: &'a Body,
    /// Where its states are reported, in place of the profile's URL.
    pub webhook_url: Option<&'a str>,
}

/// A message that Telnyx has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Telnyx's id of it: a UUID.
    pub id: String,
    /// How far it is.
    pub state: Delivery,
    /// Telnyx's code of why it was not delivered.
    pub code: Option<String>,
}

#[derive(Serialize)]
struct New<'a> {
    from: &'a E164,
    to: &'a E164,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    use_profile_webhooks: Option<bool>,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    #[serde(default)]
    to: Recipients,
    #[serde(default)]
    errors: Option<Vec<Fault>>,
}

/// Objects; of an inbound message, which can be read as well, also a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Recipients {
    Several(Vec<Recipient>),
    Other(serde::de::IgnoredAny),
}

impl Default for Recipients {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

#[derive(Deserialize)]
struct Recipient {
    status: Option<String>,
}

#[derive(Deserialize)]
struct Fault {
    code: Option<String>,
}

impl Wire {
    fn read(self) -> Message {
        let status = match &self.to {
            Recipients::Several(all) => all.first().and_then(|one| one.status.as_deref()),
            Recipients::Other(_) => None,
        };
        // Telnyx has it, whatever it calls the state.
        let state = status.and_then(delivery).unwrap_or(Delivery::Sent);
        let code = self.errors.into_iter().flatten().find_map(|fault| fault.code);
        Message { id: self.id, state, code }
    }
}

impl Api {
    /// Sends a message, once. `POST /messages`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Unsettled` when it may have been sent.
    pub async fn send(&self, message: NewMessage<'_>) -> ProviderResult<Message> {
        self.post_message(Repeat::IfRefused, message).await
    }

    /// Sends a message that may have been sent before, within 24 hours and with the very same content: Telnyx gives the
    /// first answer again if it took it, and takes it now if it did not. `POST /messages`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn send_again(&self, message: NewMessage<'_>) -> ProviderResult<Message> {
        self.post_message(Repeat::Always, message).await
    }

    /// The message with Telnyx's id; `None` where there is none. `GET /messages/{id}`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn message(&self, id: &str) -> ProviderResult<Option<Message>> {
        let read = self.read::<Wire>(&format!("/messages/{}", segment(id)?)).await;
        Ok(unless_status(404, read)?.map(Wire::read))
    }

    async fn post_message(&self, repeat: Repeat, message: NewMessage<'_>) -> ProviderResult<Message> {
        let key = idempotency_key(message.id)?;
        let body = New {
            from: message.from,
            to: message.to,
            text: message.text.as_str(),
            webhook_url: message.webhook_url,
            use_profile_webhooks: message.webhook_url.map(|_| false),
        };
        // The same bytes each time: the key stands for them.
        let written = Written::new(Method::Post, "/messages", &body)?;
        let request = || self.written(&written).header("idempotency-key", key.clone());
        let wire: Wire = self.ask(repeat, request).await?;
        Ok(wire.read())
    }
}

/// Our id in Telnyx's alphabet for keys, `[A-Za-z0-9_:-]`; every other byte as `:` and two hexadecimal digits.
fn idempotency_key(id: &MessageId) -> ProviderResult<Secret> {
    let mut key = String::new();
    for byte in id.as_str().bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => key.push(char::from(byte)),
            _ => key.extend(format!(":{byte:02x}").chars()),
        }
    }
    if key.len() > MAX_KEY {
        return Err(refused_here("This message's id is too long for Telnyx. Ask the operator to look."));
    }
    Ok(Secret::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_becomes_a_key_of_its_own() {
        for (id, key) in
            [("msg_018f-A", "msg_018f-A"), ("a b", "a:20b"), ("a:20b", "a:3a20b"), ("ä", ":c3:a4")]
        {
            let own = idempotency_key(&MessageId::parse(id).unwrap()).unwrap();
            assert_eq!(own.expose(), key, "{id}");
        }
        let long = "ä".repeat(64);
        assert!(idempotency_key(&MessageId::parse(&long).unwrap()).is_err());
    }
}
