//! Webhooks as Twilio signs them (twilio.com/docs/usage/webhooks/webhooks-security).

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::state::sid;
use crate::Emulator;
use crate::hooks::{Delivered, Hook};

/// A webhook that waits to go out.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) url: String,
    pub(super) auth_token: String,
    pub(super) fields: Vec<(&'static str, String)>,
}

impl Call {
    /// Posts it; `None` while webhooks are held.
    pub(super) async fn deliver(self, emulator: &Emulator) -> Option<Delivered> {
        let token = if emulator.hooks().are_forged() { "forged" } else { self.auth_token.as_str() };
        let signature = sign(token, &self.url, &self.fields);
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish();
        let hook = Hook {
            url: self.url,
            content_type: "application/x-www-form-urlencoded; charset=UTF-8",
            headers: vec![
                ("x-twilio-signature", signature),
                ("i-twilio-idempotency-token", sid(emulator, "")),
            ],
            body: body.into_bytes(),
        };
        emulator.hooks().deliver(hook).await
    }
}

/// base64 of HMAC-SHA-1 over the URL and each name and value in the byte order of the names.
fn sign(token: &str, url: &str, fields: &[(&'static str, String)]) -> String {
    let mut sorted: Vec<_> = fields.iter().collect();
    sorted.sort();
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.as_bytes()) else {
        unreachable!("HMAC takes keys of any length (RFC 2104)")
    };
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_of_twilios_documentation() {
        let fields = [
            ("CallSid", "CA1234567890ABCDE"),
            ("To", "+18005551212"),
            ("Caller", "+14158675309"),
            ("Digits", "1234"),
            ("From", "+14158675309"),
        ];
        let fields = fields.map(|(name, value)| (name, value.to_owned()));
        let url = "https://mycompany.com/myapp.php?foo=1&bar=2";
        assert_eq!(sign("12345", url, &fields), "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
    }
}
