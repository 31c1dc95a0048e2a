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

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use super::*;

    const SID: &str = "AC0123456789abcdef0123456789abcdef";

    /// What is read, shown without secrets, or the first word of each fault.
    fn read(variables: &[(&str, &str)]) -> Result<ProviderSettings, Vec<String>> {
        let own = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment = Environment(own.collect());
        let mut reading = Reading { environment: &environment, faults: Vec::new() };
        let settings = reading.providers();
        let first = |fault: &String| fault.split(' ').next().unwrap_or_default().to_owned();
        let faults: Vec<String> = reading.faults.iter().map(first).collect();
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    #[test]
    fn accounts_and_emulators() {
        let sid = ("TWILIO_ACCOUNT_SID", SID);
        let token = ("TWILIO_AUTH_TOKEN", "0123");
        for (what, variables, twilio, emulator) in [
            ("nothing", vec![], false, None),
            ("a token alone verifies webhooks", vec![token], false, None),
            ("an account", vec![sid, token], true, None),
            (
                "an emulator",
                vec![("VERALUX_EMULATOR", "http://127.0.0.1:4010/")],
                false,
                Some("http://127.0.0.1:4010"),
            ),
            (
                "one by its name",
                vec![("VERALUX_EMULATOR", "http://localhost:4010")],
                false,
                Some("http://localhost:4010"),
            ),
        ] {
            let settings = read(&variables).unwrap();
            assert_eq!(settings.twilio.is_some(), twilio, "{what}");
            assert_eq!(settings.emulator.as_deref(), emulator, "{what}");
            assert_eq!(settings.installation, "installation", "{what}");
        }
        let named = read(&[("PUBLIC_BASE_URL", "https://us.example/api")]).unwrap();
        assert_eq!(named.installation, "us.example");
    }

    #[test]
    fn what_is_refused() {
        for (what, variables, fault) in [
            ("an account without a token", vec![("TWILIO_ACCOUNT_SID", SID)], "TWILIO_ACCOUNT_SID"),
            (
                "no account",
                vec![("TWILIO_ACCOUNT_SID", "SK01"), ("TWILIO_AUTH_TOKEN", "0123")],
                "TWILIO_ACCOUNT_SID",
            ),
            (
                "an emulator elsewhere",
                vec![("VERALUX_EMULATOR", "http://192.0.2.1:4010")],
                "VERALUX_EMULATOR",
            ),
            (
                "one that only sounds near",
                vec![("VERALUX_EMULATOR", "http://127.0.0.1.example:1")],
                "VERALUX_EMULATOR",
            ),
            ("one under a path", vec![("VERALUX_EMULATOR", "http://127.0.0.1:1/x")], "VERALUX_EMULATOR"),
        ] {
            assert_eq!(read(&variables).unwrap_err(), [fault], "{what}");
        }
    }
}
