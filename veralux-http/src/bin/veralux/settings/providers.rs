//! Whose accounts at providers are used where tenants bring none.

use url::{Host, Url};
use veralux_core::secret::Secret;

use super::Reading;

/// The operator's accounts.
#[derive(Debug)]
pub(crate) struct ProviderSettings {
    /// Account and its auth token.
    pub(crate) twilio: Option<(String, Secret)>,
    /// An API key.
    pub(crate) telnyx: Option<Secret>,
    /// An emulator that stands in for every provider: its origin.
    pub(crate) emulator: Option<String>,
    /// Tells this installation from others that share the operator's accounts.
    pub(crate) installation: String,
}

impl Reading<'_> {
    pub(super) fn providers(&mut self) -> ProviderSettings {
        ProviderSettings {
            twilio: self.twilio_account(),
            telnyx: self.environment.get("TELNYX_API_KEY").map(Secret::new),
            emulator: self.emulator(),
            installation: self.installation(),
        }
    }

    fn twilio_account(&mut self) -> Option<(String, Secret)> {
        let sid = self.environment.get("TWILIO_ACCOUNT_SID")?;
        let digits = sid.strip_prefix("AC").filter(|digits| digits.len() == 32);
        if !digits.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())) {
            self.fault("TWILIO_ACCOUNT_SID must be `AC` and 32 hexadecimal digits");
        }
        let Some(token) = self.environment.get("TWILIO_AUTH_TOKEN") else {
            self.fault("TWILIO_ACCOUNT_SID needs TWILIO_AUTH_TOKEN, which opens the account");
            return None;
        };
        Some((sid.to_owned(), Secret::new(token)))
    }

    /// Only on this machine: it is told the accounts' secrets.
    fn emulator(&mut self) -> Option<String> {
        let text = self.environment.get("VERALUX_EMULATOR")?;
        let is_near = |url: &Url| {
            let near = match url.host() {
                Some(Host::Ipv4(address)) => address.is_loopback(),
                Some(Host::Ipv6(address)) => address.is_loopback(),
                Some(Host::Domain(name)) => name == "localhost",
                None => false,
            };
            near && url.scheme() == "http" && url.path() == "/" && url.query().is_none()
        };
        if Url::parse(text).as_ref().is_ok_and(is_near) {
            return Some(text.trim_end_matches('/').to_owned());
        }
        self.fault("VERALUX_EMULATOR must be a URL on this machine, like http://127.0.0.1:4010");
        None
    }

    fn installation(&self) -> String {
        let url = self.environment.get("PUBLIC_BASE_URL").and_then(|text| Url::parse(text).ok());
        let host = url.and_then(|url| url.host_str().map(ToOwned::to_owned));
        host.unwrap_or_else(|| "installation".to_owned())
    }
}
