//! What calls and the webhooks of voice providers are told.

use std::net::IpAddr;

use url::{Host, Url};
use veralux_core::secret::Secret;
use veralux_http::TelnyxKey;

use super::{ApiSettings, Reading};

/// Shortest secret of Vapi's messages, in characters.
const MIN_SECRET_CHARS: usize = 16;

impl Reading<'_> {
    /// Fills in what belongs to calls.
    pub(super) fn voice(&mut self, api: ApiSettings) -> ApiSettings {
        ApiSettings {
            voice_stream_url: self.voice_stream_url(),
            telnyx_public_key: self.telnyx_public_key(),
            vapi_webhook_secret: self.vapi_webhook_secret(),
            ..api
        }
    }

    fn voice_stream_url(&mut self) -> Option<String> {
        let text = self.environment.get("VOICE_STREAM_URL")?;
        if !Url::parse(text).is_ok_and(|url| is_stream(&url)) {
            self.fault(
                "VOICE_STREAM_URL must be a wss URL without user, query and fragment, like wss://voice.example.com/streams \
                 (ws only to this machine)",
            );
        }
        if self.environment.get("PUBLIC_BASE_URL").is_none() {
            self.fault("VOICE_STREAM_URL needs PUBLIC_BASE_URL: Twilio signs the URL under which it calls");
        }
        Some(text.to_owned())
    }

    fn telnyx_public_key(&mut self) -> Option<TelnyxKey> {
        let key = TelnyxKey::parse(self.environment.get("TELNYX_PUBLIC_KEY")?);
        if let Err(error) = &key {
            self.fault(format!("TELNYX_PUBLIC_KEY: {error}"));
        }
        key.ok()
    }

    pub(super) fn vapi_webhook_secret(&mut self) -> Option<Secret> {
        let secret = self.environment.get("VAPI_WEBHOOK_SECRET")?;
        if secret.chars().count() < MIN_SECRET_CHARS || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.fault(format!(
                "VAPI_WEBHOOK_SECRET must have at least {MIN_SECRET_CHARS} characters that a header can hold"
            ));
        }
        Some(Secret::new(secret))
    }
}

/// Twilio drops a query, and speaks TLS with everybody but what runs beside an emulator of it.
fn is_stream(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => return false,
    };
    let plain = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    plain && (url.scheme() == "wss" || url.scheme() == "ws" && here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_calls_may_go() {
        for (url, fits) in [
            ("wss://voice.example.com/streams", true),
            ("wss://voice.example.com:8443", true),
            ("ws://127.0.0.1:9000/streams", true),
            ("ws://[::1]:9000/", true),
            ("ws://localhost/", true),
            ("ws://voice.example.com/", false),
            ("ws://10.0.0.1/", false),
            ("https://voice.example.com/", false),
            ("wss://voice.example.com/?tenant=t1", false),
            ("wss://voice.example.com/#x", false),
            ("wss://ann:hunter2@voice.example.com/", false),
        ] {
            assert_eq!(is_stream(&Url::parse(url).unwrap()), fits, "{url}");
        }
    }
}
