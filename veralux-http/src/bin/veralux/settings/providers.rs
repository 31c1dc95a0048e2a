//! Whose accounts at providers are used where tenants bring none, and where providers answer.

use url::{Host, Url};
use veralux_core::secret::Secret;

use super::{Environment, Reading};
use crate::command::CallerIdProviderName;

/// Where llama.cpp answers unless told.
const LOCAL_LLM: &str = "http://127.0.0.1:8080/completion";
/// Where a local Ollama speaks `OpenAI`'s protocol.
const OLLAMA: &str = "http://127.0.0.1:11434/v1";
/// A model that it commonly has.
const OLLAMA_MODEL: &str = "llama3.2:3b";

/// The operator's accounts.
#[derive(Debug)]
pub(crate) struct ProviderSettings {
    /// Account and its auth token.
    pub(crate) twilio: Option<(String, Secret)>,
    /// An API key.
    pub(crate) telnyx: Option<Secret>,
    /// The organisation's private key.
    pub(crate) vapi: Option<Secret>,
    pub(crate) model: ModelSettings,
    pub(crate) site: Site,
    /// Tells this installation from others that share the operator's accounts.
    pub(crate) installation: String,
}

/// Where providers answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Site {
    /// Where they are.
    Public,
    /// In this process: an emulator, with accounts made for it.
    Mock,
    /// An emulator of somebody's on this machine: its origin.
    Emulator(String),
}

/// The language model of the test call.
#[derive(Debug)]
#[cfg_attr(not(feature = "mock"), expect(dead_code, reason = "only a mock asks whether an address is set"))]
pub(crate) enum ModelSettings {
    /// A llama.cpp.
    Local { url: String, is_set: bool },
    /// A server with `OpenAI`'s protocol.
    OpenAi { base_url: String, is_set: bool, key: Option<Secret>, model: String },
}

/// The voice platform, for a command.
#[derive(Debug)]
pub(crate) struct PlatformSettings {
    pub(crate) key: Option<Secret>,
    /// What the platform bears when it calls us.
    pub(crate) webhook_secret: Option<Secret>,
    /// An emulator's origin.
    pub(crate) emulator: Option<String>,
}

/// What `veralux tools` is told: the platform, and the URL under which it reaches the server.
///
/// # Errors
/// A sentence for each setting that is missing or malformed.
pub(crate) fn tool_settings(environment: &Environment) -> Result<(PlatformSettings, String), Vec<String>> {
    let mut read = Reading { environment, faults: Vec::new() };
    let settings = PlatformSettings {
        key: read.vapi(),
        webhook_secret: read.vapi_webhook_secret(),
        emulator: read.emulator(),
    };
    let base_url = read.public_base_url();
    if base_url.is_none() && read.faults.is_empty() {
        read.fault("PUBLIC_BASE_URL is not set: the platform must know where to call tools");
    }
    match base_url {
        Some(base_url) if read.faults.is_empty() => Ok((settings, base_url)),
        _ => Err(read.faults),
    }
}

impl Reading<'_> {
    pub(super) fn providers(&mut self, argument: Option<CallerIdProviderName>) -> ProviderSettings {
        ProviderSettings {
            twilio: self.twilio_account(),
            telnyx: self.environment.get("TELNYX_API_KEY").map(Secret::new),
            vapi: self.vapi(),
            model: self.model(),
            site: self.site(argument),
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

    fn model(&mut self) -> ModelSettings {
        let text = |name| self.environment.get(name);
        match text("LLM_PROVIDER") {
            None | Some("local") => {
                let url = text("LOCAL_LLM_URL");
                let is_set = url.is_some();
                ModelSettings::Local { url: self.http_url("LOCAL_LLM_URL", LOCAL_LLM), is_set }
            }
            Some("openai") => {
                let is_set = text("OPENAI_BASE_URL").is_some();
                let model = text("OPENAI_MODEL").unwrap_or(OLLAMA_MODEL).to_owned();
                let key = text("OPENAI_API_KEY").map(Secret::new);
                let base_url = self.http_url("OPENAI_BASE_URL", OLLAMA);
                ModelSettings::OpenAi { base_url, is_set, key, model }
            }
            Some(other) => {
                self.fault(format!("LLM_PROVIDER=`{other}` must be local or openai"));
                ModelSettings::Local { url: LOCAL_LLM.to_owned(), is_set: false }
            }
        }
    }

    fn http_url(&mut self, name: &str, default: &str) -> String {
        let text = self.environment.get(name).unwrap_or(default);
        let fits =
            |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none();
        if !Url::parse(text).as_ref().is_ok_and(fits) {
            // It may hold a password.
            self.fault(format!("{name} must be an http or https URL without query, like {default}"));
        }
        text.trim_end_matches('/').to_owned()
    }

    fn vapi(&mut self) -> Option<Secret> {
        let (one, other) = (self.environment.get("VAPI_API_KEY"), self.environment.get("VAPI_PRIVATE_KEY"));
        if one.is_some() && other.is_some() && one != other {
            self.fault("VAPI_API_KEY and VAPI_PRIVATE_KEY differ; set one of them");
        }
        one.or(other).map(Secret::new)
    }

    fn site(&mut self, argument: Option<CallerIdProviderName>) -> Site {
        let is_mock = match (argument, self.environment.get("VERALUX_PROVIDER")) {
            (Some(CallerIdProviderName::Mock), _) | (None, Some("mock")) => true,
            (None, None) => false,
            (None, Some(other)) => {
                self.fault(format!("VERALUX_PROVIDER=`{other}` must be mock"));
                false
            }
        };
        match (self.emulator(), is_mock) {
            (None, true) => Site::Mock,
            (None, false) => Site::Public,
            (Some(origin), false) => Site::Emulator(origin),
            (Some(_), true) => {
                self.fault("--provider mock starts an emulator of its own; leave VERALUX_EMULATOR out");
                Site::Mock
            }
        }
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
        if !Url::parse(text).as_ref().is_ok_and(is_near) {
            self.fault("VERALUX_EMULATOR must be a URL on this machine, like http://127.0.0.1:4010");
        }
        Some(text.trim_end_matches('/').to_owned())
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
        let settings = reading.providers(None);
        let first = |fault: &String| fault.split(' ').next().unwrap_or_default().to_owned();
        let faults: Vec<String> = reading.faults.iter().map(first).collect();
        if faults.is_empty() { Ok(settings) } else { Err(faults) }
    }

    #[test]
    fn accounts_and_emulators() {
        let sid = ("TWILIO_ACCOUNT_SID", SID);
        let token = ("TWILIO_AUTH_TOKEN", "0123");
        let emulator = |origin: &str| Site::Emulator(origin.to_owned());
        for (what, variables, twilio, site) in [
            ("nothing", vec![], false, Site::Public),
            ("a token alone verifies webhooks", vec![token], false, Site::Public),
            ("an account", vec![sid, token], true, Site::Public),
            ("the mock", vec![("VERALUX_PROVIDER", "mock")], false, Site::Mock),
            (
                "an emulator",
                vec![("VERALUX_EMULATOR", "http://127.0.0.1:4010/")],
                false,
                emulator("http://127.0.0.1:4010"),
            ),
            (
                "one by its name",
                vec![("VERALUX_EMULATOR", "http://localhost:4010")],
                false,
                emulator("http://localhost:4010"),
            ),
        ] {
            let settings = read(&variables).unwrap();
            assert_eq!(settings.twilio.is_some(), twilio, "{what}");
            assert_eq!(settings.site, site, "{what}");
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
            (
                "an emulator beside the mock",
                vec![("VERALUX_EMULATOR", "http://127.0.0.1:1"), ("VERALUX_PROVIDER", "mock")],
                "--provider",
            ),
            ("one under a path", vec![("VERALUX_EMULATOR", "http://127.0.0.1:1/x")], "VERALUX_EMULATOR"),
        ] {
            assert_eq!(read(&variables).unwrap_err(), [fault], "{what}");
        }
    }
}
