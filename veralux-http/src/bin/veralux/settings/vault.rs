//! What the vault of tenants' credentials is told.

use std::path::PathBuf;
use std::time::Duration;

use url::{Host, Url};
use veralux_core::secret::Secret;

use super::DatabaseUrl;
use super::{Environment, Reading};
use crate::command::{RootKeyArguments, ServeArguments};

/// Between two looks at the root keys, where nothing else is set.
const DEFAULT_RELOAD: Duration = Duration::from_secs(10);

/// What the vault runs on.
#[derive(Debug)]
pub(crate) struct VaultSettings {
    pub(crate) root_keys: RootKeySource,
    /// How long it takes at most until a server hears that the root keys have changed.
    pub(crate) reload_every: Duration,
    /// Tenants may bring their own Vapi key.
    pub(crate) tenant_vapi: bool,
    pub(crate) google: Option<GoogleClient>,
}

/// Where the root keys are.
#[derive(Debug)]
pub(crate) enum RootKeySource {
    /// In the settings themselves.
    List(Secret),
    /// In a file that the operator keeps.
    File(PathBuf),
    /// In the file beside the database, which the first start makes.
    Beside(PathBuf),
}

/// The operator's client at Google.
#[derive(Debug)]
#[cfg_attr(not(feature = "google"), expect(dead_code, reason = "refused in a build without it"))]
pub(crate) struct GoogleClient {
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) redirect_url: String,
}

impl RootKeySource {
    /// # Errors
    /// A sentence that says what contradicts what.
    pub(crate) fn read(
        arguments: &RootKeyArguments,
        environment: &Environment,
        database: &DatabaseUrl,
    ) -> Result<Self, String> {
        let list = arguments.root_keys.as_deref().or_else(|| environment.get("VERALUX_ROOT_KEYS"));
        let file = arguments.root_keys_file.as_deref().or_else(|| environment.get("VERALUX_ROOT_KEYS_FILE"));
        match (list, file) {
            (Some(_), Some(_)) => Err("give the root keys as --root-keys (VERALUX_ROOT_KEYS) or as \
                                       --root-keys-file (VERALUX_ROOT_KEYS_FILE), not both"
                .to_owned()),
            (Some(list), None) => Ok(Self::List(Secret::new(list))),
            (None, Some(file)) => Ok(Self::File(file.into())),
            (None, None) => {
                let Some(file) = database.file() else {
                    return Err(
                        "with PostgreSQL every server is given the same root keys: --root-keys-file \
                                (VERALUX_ROOT_KEYS_FILE), a line `1:KEY` made by `openssl rand -hex 32`"
                            .to_owned(),
                    );
                };
                let mut beside = file.as_os_str().to_owned();
                beside.push(".keys");
                Ok(Self::Beside(beside.into()))
            }
        }
    }
}

impl Reading<'_> {
    pub(super) fn vault(&mut self, arguments: &ServeArguments, database: &DatabaseUrl) -> VaultSettings {
        let root_keys = match RootKeySource::read(&arguments.root_keys, self.environment, database) {
            Ok(source) => source,
            Err(fault) => {
                self.fault(fault);
                RootKeySource::Beside(PathBuf::new())
            }
        };
        VaultSettings {
            root_keys,
            reload_every: reload_every(self.environment).unwrap_or_else(|fault| {
                self.fault(fault);
                DEFAULT_RELOAD
            }),
            tenant_vapi: arguments.tenant_vapi || self.switch("VERALUX_TENANT_VAPI"),
            google: self.google(arguments),
        }
    }

    fn switch(&mut self, name: &str) -> bool {
        match self.environment.get(name) {
            None | Some("false") => false,
            Some("true") => true,
            Some(other) => {
                self.fault(format!("{name}=`{other}` must be true or false"));
                false
            }
        }
    }

    fn google(&mut self, arguments: &ServeArguments) -> Option<GoogleClient> {
        let environment = self.environment;
        let one = |argument: &Option<String>, name| {
            argument.clone().or_else(|| environment.get(name).map(ToOwned::to_owned))
        };
        let id = one(&arguments.google_client_id, "GOOGLE_CLIENT_ID");
        let secret = one(&arguments.google_client_secret, "GOOGLE_CLIENT_SECRET").map(Secret::new);
        let redirect_url = one(&arguments.google_redirect_url, "GOOGLE_REDIRECT_URL");
        let (id, secret, redirect_url) = match (id, secret, redirect_url) {
            (None, None, None) => return None,
            (Some(id), Some(secret), Some(redirect_url)) => (id, secret, redirect_url),
            _ => {
                self.fault("GOOGLE_CLIENT_ID, GOOGLE_CLIENT_SECRET and GOOGLE_REDIRECT_URL go together");
                return None;
            }
        };
        if !cfg!(feature = "google") {
            self.fault("this build has no client for Google; build it with the feature `google`");
        }
        if !is_redirect_url(&redirect_url) {
            self.fault(
                "GOOGLE_REDIRECT_URL must be https (http on this machine only) and end with \
                 /api/google/oauth/callback",
            );
        }
        Some(GoogleClient { id, secret, redirect_url })
    }
}

/// How often servers look at the root keys; `veralux keys` waits for that long where they must have looked.
pub(crate) fn reload_every(environment: &Environment) -> Result<Duration, String> {
    let Some(text) = environment.get("ROOT_KEYS_SECONDS") else { return Ok(DEFAULT_RELOAD) };
    match text.parse() {
        Ok(seconds @ 1..=60) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("ROOT_KEYS_SECONDS=`{text}` must be a whole number from 1 to 60")),
    }
}

fn is_redirect_url(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    let secure = url.scheme() == "https" || url.scheme() == "http" && local;
    secure
        && url.path().ends_with("/api/google/oauth/callback")
        && url.query().is_none()
        && url.fragment().is_none()
}
