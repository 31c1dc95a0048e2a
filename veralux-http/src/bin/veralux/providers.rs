//! Who is out there: the providers' clients, with tenants' own accounts, else the operator's.

use std::sync::Arc;
use std::time::Duration;

use veralux_core::credential::{Policy, TelnyxBody, TwilioBody};
use veralux_core::port::{
    AssistantPlatform, Clock, CredentialVerifier, HandedAccount, HandedSecret, LanguageModel, TokenEndpoint,
};
use veralux_core::secret::Secret;
use veralux_core::service::{CredentialVault, Stores};
use veralux_http::{Providers, VerificationCalls};
use veralux_providers::openai::{ChatModel, LlamaCpp, OpenAi};
use veralux_providers::telnyx::Telnyx;
use veralux_providers::vapi::Vapi;
use veralux_providers::{Accounts, Https, HttpsError, Origins, Outside, Verifier, twilio};

use super::chain;
use super::mock::Mock;
use super::settings::{ModelSettings, PlatformSettings, ProviderSettings, Site};
use super::system::{SystemClock, SystemRandom};

/// Longest answer of most providers, in bytes: a page of numbers or messages.
const MAX_ANSWER_BYTES: usize = 512 * 1024;
/// How long a language model may take to answer a test.
const MODEL_TIMEOUT: Duration = Duration::from_secs(30);

/// Where providers answer, and how they are reached.
#[derive(Debug)]
pub(crate) struct Reach {
    origins: Origins,
    policy: Policy,
    /// The one that instants are from which are asked about later.
    clock: Arc<dyn Clock>,
    mock: Option<Mock>,
}

impl Reach {
    /// Starts what stands in for providers where that is asked for. `settings` and `api` then name its accounts, and
    /// `base` as where it reaches this server unless another URL is set.
    ///
    /// # Errors
    /// A sentence.
    pub(crate) async fn open(
        settings: &mut ProviderSettings,
        api: &mut veralux_http::Settings,
        base: std::net::SocketAddr,
        policy: Policy,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, String> {
        let (origins, mock) = match &settings.site {
            Site::Public => (Origins::public(), None),
            Site::Emulator(origin) => (Origins::emulated(origin), None),
            Site::Mock => {
                let mock = Mock::start(settings, api, base).await?;
                (Origins::emulated(mock.origin()), Some(mock))
            }
        };
        Ok(Self { origins, policy, clock, mock })
    }

    /// Has what stands in for providers know what a run before had there.
    ///
    /// # Errors
    /// A sentence, when the database does not answer.
    pub(crate) async fn remember(
        &self,
        settings: &ProviderSettings,
        api: &veralux_http::Settings,
        stores: &Stores,
    ) -> Result<(), String> {
        match &self.mock {
            Some(mock) => mock.remember(settings, api, stores).await,
            None => Ok(()),
        }
    }

    /// Whether what a tenant brings works.
    ///
    /// # Errors
    /// A sentence, when there is no TLS on this machine.
    pub(crate) fn verifier(
        &self,
        settings: &ProviderSettings,
        google: Option<Arc<dyn TokenEndpoint>>,
    ) -> Result<Arc<dyn CredentialVerifier>, String> {
        if let Some(mock) = &self.mock {
            return Ok(mock.verifier());
        }
        let own = Https::new().map_err(|error| chain(&error))?;
        let servers = self.to_tenants_choice(settings).map_err(|error| chain(&error))?;
        let verifier =
            Verifier::at(self.origins.clone(), self.outside(own)).with_servers(servers, self.policy);
        Ok(Arc::new(match google {
            Some(google) => verifier.with_google(google),
            None => verifier,
        }))
    }

    /// The clients, and who brings verification codes to phones. `webhook_secret` is what the voice platform bears.
    ///
    /// # Errors
    /// A sentence, when there is no TLS on this machine.
    pub(crate) fn providers(
        &self,
        settings: &ProviderSettings,
        webhook_secret: Option<&Secret>,
        vault: &Arc<CredentialVault>,
    ) -> Result<(Providers, VerificationCalls), String> {
        self.clients(settings, webhook_secret, vault).map_err(|error| chain(&error))
    }

    fn clients(
        &self,
        settings: &ProviderSettings,
        webhook_secret: Option<&Secret>,
        vault: &Arc<CredentialVault>,
    ) -> Result<(Providers, VerificationCalls), HttpsError> {
        let outside = self.outside(Https::new()?.with_max_answer_bytes(MAX_ANSWER_BYTES));
        let twilio = Arc::new(twilio::Provider::at(
            &self.origins.twilio,
            Accounts::new(vault.clone(), settings.twilio_body()),
            outside.clone(),
        ));
        let telnyx = Arc::new(Telnyx::at(
            &self.origins.telnyx,
            Accounts::new(vault.clone(), settings.telnyx_body()),
            &settings.installation,
            outside,
        ));
        let providers = Providers {
            numbers: vec![twilio.clone(), telnyx.clone()],
            messages: vec![twilio.clone(), telnyx],
            assistants: vapi(&self.origins, settings.vapi.as_ref(), webhook_secret, self.clock.clone())?,
            twilio_account: settings.handed(),
            model: Some(self.model(settings, vault)?),
        };
        let calls = match &self.mock {
            Some(_) => VerificationCalls::MockOver(twilio),
            None => VerificationCalls::Provider(twilio),
        };
        Ok((providers, calls))
    }

    fn model(
        &self,
        settings: &ProviderSettings,
        vault: &Arc<CredentialVault>,
    ) -> Result<Arc<dyn LanguageModel>, HttpsError> {
        let own = self.outside(Https::with_timeout(MODEL_TIMEOUT)?.with_max_answer_bytes(MAX_ANSWER_BYTES));
        Ok(match &settings.model {
            ModelSettings::Local { url, .. } => Arc::new(LlamaCpp::at(url, None, own)),
            ModelSettings::OpenAi { base_url, key, model, .. } => {
                let operators = OpenAi::at(base_url, key.clone(), own);
                let tenants = self.to_tenants_choice(settings)?;
                let operators = (operators, Some(model.clone()));
                Arc::new(ChatModel::new(vault.clone(), operators, self.policy, tenants))
            }
        })
    }

    fn outside(&self, https: Https) -> Outside {
        outside(https, self.clock.clone())
    }

    /// For servers that tenants name: no address of this machine or its network, unless everything is emulated here.
    fn to_tenants_choice(&self, settings: &ProviderSettings) -> Result<Outside, HttpsError> {
        let https = match settings.site {
            Site::Public if !self.policy.loopback => Https::to_public(MODEL_TIMEOUT)?,
            _ => Https::with_timeout(MODEL_TIMEOUT)?,
        };
        Ok(self.outside(https.with_max_answer_bytes(MAX_ANSWER_BYTES)))
    }

    /// What people are told at the start.
    pub(crate) fn lines(&self, settings: &ProviderSettings) -> Vec<String> {
        if let Some(mock) = &self.mock {
            return mock.lines();
        }
        let mut own = vec![
            (settings.twilio.is_some(), "Twilio (TWILIO_ACCOUNT_SID)"),
            (settings.telnyx.is_some(), "Telnyx (TELNYX_API_KEY)"),
            (settings.vapi.is_some(), "Vapi (VAPI_API_KEY)"),
        ];
        own.retain(|(is_set, _)| *is_set);
        let own: Vec<&str> = own.into_iter().map(|(_, name)| name).collect();
        let own = match own.as_slice() {
            [] => {
                "no account of the operator's; tenants connect their own, or try it out with --provider mock"
                    .to_owned()
            }
            own => format!("the operator's accounts with {}; tenants' own go first", own.join(", ")),
        };
        match &settings.site {
            Site::Emulator(origin) => vec![own, format!("all of them emulated at {origin}")],
            _ => vec![own],
        }
    }
}

/// The voice platform alone, for a command.
///
/// # Errors
/// A sentence, when there is no TLS on this machine.
pub(crate) fn platform(settings: &PlatformSettings) -> Result<Option<Arc<dyn AssistantPlatform>>, String> {
    let origins = match &settings.emulator {
        Some(origin) => Origins::emulated(origin),
        None => Origins::public(),
    };
    let secret = settings.webhook_secret.as_ref();
    vapi(&origins, settings.key.as_ref(), secret, Arc::new(SystemClock)).map_err(|error| chain(&error))
}

fn vapi(
    origins: &Origins,
    key: Option<&Secret>,
    webhook_secret: Option<&Secret>,
    clock: Arc<dyn Clock>,
) -> Result<Option<Arc<dyn AssistantPlatform>>, HttpsError> {
    let Some(key) = key else { return Ok(None) };
    let https = Https::new()?.with_max_answer_bytes(Vapi::MAX_ANSWER_BYTES);
    let vapi = Vapi::at(&origins.vapi, key.clone(), outside(https, clock));
    Ok(Some(Arc::new(vapi.with_webhook_secret(webhook_secret.cloned()))))
}

impl ProviderSettings {
    fn twilio_body(&self) -> Option<TwilioBody> {
        let (sid, token) = self.twilio.as_ref()?;
        Some(TwilioBody {
            account_sid: sid.clone(),
            auth_token: Some(token.clone()),
            previous_auth_token: None,
            previous_until: None,
            api_key_sid: None,
            api_key_secret: None,
        })
    }

    fn handed(&self) -> Option<HandedAccount> {
        let (account_sid, token) = self.twilio.clone()?;
        Some(HandedAccount { account_sid, secret: HandedSecret::AuthToken(token) })
    }

    fn telnyx_body(&self) -> Option<TelnyxBody> {
        Some(TelnyxBody { api_key: self.telnyx.clone()?, public_key: None })
    }
}

fn outside(https: Https, clock: Arc<dyn Clock>) -> Outside {
    Outside { transport: Arc::new(https), clock, random: Arc::new(SystemRandom) }
}
