//! Webhooks as Twilio sends them, signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use crate::server::{AUTH_TOKEN, Answer, BASE_URL, Server};

/// Where inbound messages go.
pub const INBOUND_SMS: &str = "/webhooks/twilio/inbound-sms";

/// Where calls go.
pub const INBOUND_CALL: &str = "/api/twilio/voice/inbound";

/// A signed form.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// Where it goes.
    pub target: &'static str,
    /// The form, encoded.
    pub body: String,
    /// `X-Twilio-Signature`.
    pub signature: String,
}

/// An inbound message, signed with the servers' token for their base URL.
pub fn inbound_sms(sid: &str, from: &str, to: &str, text: &str) -> Webhook {
    inbound_sms_signed(AUTH_TOKEN, sid, from, to, text)
}

/// The same, signed with another token.
pub fn inbound_sms_signed(token: &str, sid: &str, from: &str, to: &str, text: &str) -> Webhook {
    let mut fields = [
        ("AccountSid", "AC00000000000000000000000000000001"),
        ("ApiVersion", "2010-04-01"),
        ("Body", text),
        ("From", from),
        ("FromCountry", "US"),
        ("MessageSid", sid),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("SmsMessageSid", sid),
        ("SmsSid", sid),
        ("SmsStatus", "received"),
        ("To", to),
    ];
    signed(token, INBOUND_SMS, &mut fields)
}

/// A call that rings, signed with the servers' token for their base URL.
pub fn inbound_call(sid: &str, from: &str, to: &str) -> Webhook {
    let mut fields = [
        ("AccountSid", "AC00000000000000000000000000000001"),
        ("ApiVersion", "2010-04-01"),
        ("CallSid", sid),
        ("CallStatus", "ringing"),
        ("Direction", "inbound"),
        ("From", from),
        ("To", to),
    ];
    signed(AUTH_TOKEN, INBOUND_CALL, &mut fields)
}

fn signed(token: &str, target: &'static str, fields: &mut [(&str, &str)]) -> Webhook {
    fields.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).unwrap();
    mac.update(format!("{BASE_URL}{target}").as_bytes());
    for (name, value) in &*fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    Webhook {
        target,
        body: form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish(),
        signature: STANDARD.encode(mac.finalize().into_bytes()),
    }
}

impl Webhook {
    /// Delivers it. `None` when the server is away or is cut off.
    pub fn deliver(&self, server: &Server) -> Option<Answer> {
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-twilio-signature", self.signature.as_str()),
        ];
        server.try_call("POST", self.target, &headers, &self.body)
    }
}
