//! Providers for a person without accounts: an emulator in this process, which forgets everything but numbers when it ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::credential::{self, Provider};
use veralux_core::port::{CredentialVerifier, MAX_PAGE, NumberFilter, Page, Random, Verdict};
use veralux_core::secret::Secret;
use veralux_core::service::Stores;
use veralux_emulator::{Emulator, Parts, Served, TwilioAccount};
use veralux_http::MockProviders;
use veralux_providers::telnyx::webhook::Key;

use super::chain;
use super::settings::{ModelSettings, ProviderSettings};
use super::system::{SystemClock, SystemRandom};

/// A number of the operator's emulated account that calls with verification codes.
const CALLER: &str = "+15005550006";

/// The emulator; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Mock {
    emulator: Emulator,
    served: Served,
}

impl Mock {
    /// Starts it on a free port of loopback, makes accounts in it, and has the settings name them.
    ///
    /// # Errors
    /// A sentence, when there is no port or no TLS on this machine.
    pub(crate) async fn start(
        settings: &mut ProviderSettings,
        api: &mut veralux_http::Settings,
        address: SocketAddr,
    ) -> Result<Self, String> {
        let parts = Parts::new(Arc::new(SystemClock), Arc::new(SystemRandom));
        let emulator = Emulator::new(parts).map_err(|error| chain(&error))?;
        let served = emulator
            .serve()
            .await
            .map_err(|error| format!("the emulator of providers cannot listen: {error}"))?;
        let mock = Self { emulator, served };
        api.public_base_url.get_or_insert_with(|| reachable(address));
        mock.open_twilio(settings, api);
        mock.open_telnyx(settings, api)?;
        mock.open_vapi(settings, api);
        mock.open_model(&mut settings.model);
        Ok(mock)
    }

    fn open_twilio(&self, settings: &mut ProviderSettings, api: &mut veralux_http::Settings) {
        let twilio = self.emulator.twilio();
        let mut account = twilio.account();
        if let Some((sid, _)) = &settings.twilio {
            account.sid.clone_from(sid);
        }
        // Webhooks that are signed by hand with a token of one's own go on to be taken.
        match &api.twilio_auth_token {
            Some(token) => token.expose().clone_into(&mut account.auth_token),
            None => api.twilio_auth_token = Some(Secret::new(account.auth_token.as_str())),
        }
        twilio.admit(&account);
        twilio.give(&account.sid, CALLER);
        settings.twilio = Some((account.sid, Secret::new(account.auth_token)));
    }

    /// Telnyx' webhooks are signed with the account's own key. A key that is set verifies webhooks that are signed by hand.
    fn open_telnyx(
        &self,
        settings: &mut ProviderSettings,
        api: &mut veralux_http::Settings,
    ) -> Result<(), String> {
        let account = self.emulator.telnyx().account();
        if api.telnyx_public_key.is_none() {
            api.telnyx_public_key = Some(Key::parse(&account.public_key).map_err(|error| chain(&error))?);
        }
        settings.telnyx = Some(Secret::new(account.api_key));
        Ok(())
    }

    /// Vapi tells this server what happens, with the secret that is asked for.
    fn open_vapi(&self, settings: &mut ProviderSettings, api: &mut veralux_http::Settings) {
        let (vapi, key) = (self.emulator.vapi(), uuid());
        vapi.add_key(&key);
        settings.vapi = Some(Secret::new(key));
        let secret = api.vapi_webhook_secret.get_or_insert_with(|| Secret::new(uuid()));
        if let Some(base) = &api.public_base_url {
            let url = format!("{}/api/vapi/webhook", base.trim_end_matches('/'));
            vapi.set_server(&url, Some(secret.expose()));
        }
    }

    fn open_model(&self, settings: &mut ModelSettings) {
        let origin = self.origin();
        match settings {
            ModelSettings::Local { url, is_set: false } => *url = format!("{origin}/llamacpp"),
            ModelSettings::OpenAi { base_url, is_set: false, key, model } => {
                *base_url = format!("{origin}/openai/v1");
                let key = key.get_or_insert_with(|| Secret::new("sk-mock"));
                self.emulator.openai().add_key(key.expose());
                self.emulator.openai().set_models(&[model]);
            }
            // A model is not a provider that costs or calls: one that is named is asked.
            ModelSettings::Local { .. } | ModelSettings::OpenAi { .. } => {}
        }
    }

    /// Has the emulator know the numbers again that a run before bought there: those of Twilio lead here and can send, and none
    /// is offered twice.
    ///
    /// # Errors
    /// A sentence, when the database does not answer.
    pub(crate) async fn remember(
        &self,
        settings: &ProviderSettings,
        api: &veralux_http::Settings,
        stores: &Stores,
    ) -> Result<(), String> {
        let account = settings.twilio.as_ref().map_or("", |(sid, _)| sid.as_str());
        let base = api.public_base_url.as_deref().unwrap_or_default().trim_end_matches('/');
        let messages = format!("{base}/webhooks/twilio/inbound-sms");
        let calls = format!("{base}/api/twilio/voice/inbound");
        let mut tenants = Page::first(MAX_PAGE);
        loop {
            let some = stores.directory.list_tenants(&tenants).await.map_err(|error| chain(&error))?;
            for tenant in &some.items {
                let mut numbers = Page::first(MAX_PAGE);
                loop {
                    let own = stores.numbers.list(&tenant.id, NumberFilter::default(), &numbers).await;
                    let own = own.map_err(|error| chain(&error))?;
                    for number in &own.items {
                        let e164 = number.e164.to_string();
                        match number.provider.as_str() {
                            "twilio" => {
                                self.emulator.twilio().give_leading(account, &e164, &messages, &calls);
                            }
                            "telnyx" => self.emulator.telnyx().take_off_sale(&e164),
                            _ => {}
                        }
                    }
                    let Some(next) = own.next else { break };
                    numbers = numbers.after(Some(next));
                }
            }
            let Some(next) = some.next else { return Ok(()) };
            tenants = tenants.after(Some(next));
        }
    }

    /// `http://127.0.0.1:PORT`.
    pub(crate) fn origin(&self) -> &str {
        &self.served.origin
    }

    pub(crate) fn verifier(&self) -> Arc<dyn CredentialVerifier> {
        Arc::new(Doorman { emulator: self.emulator.clone() })
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        let origin = self.origin();
        vec![
            format!(
                "mock: emulated in this process at {origin}, and forgotten when it ends but for numbers; no provider is asked"
            ),
            format!(
                "a message from outside:  POST {origin}/emulator/twilio/sms   {{\"from\",\"to\",\"body\"}}"
            ),
            format!("a call from outside:     POST {origin}/emulator/twilio/call  {{\"from\",\"to\"}}"),
            format!(
                "what happened there:     GET  {origin}/emulator/twilio/messages, .../calls, .../numbers"
            ),
        ]
    }
}

/// Takes what tenants bring as [`MockProviders`] does, and makes an account of it, so that it can be worked with.
#[derive(Debug)]
struct Doorman {
    emulator: Emulator,
}

#[async_trait]
impl CredentialVerifier for Doorman {
    async fn verify(&self, provider: Provider, body: &[u8]) -> Verdict {
        let verdict = MockProviders.verify(provider, body).await;
        if verdict == Verdict::Verified {
            self.admit(provider, body);
        }
        verdict
    }
}

impl Doorman {
    fn admit(&self, provider: Provider, body: &[u8]) {
        match provider {
            Provider::Twilio => {
                if let Ok(body) = credential::read::<credential::Twilio>(body) {
                    let shown = |secret: Option<Secret>| secret.map(|secret| secret.expose().to_owned());
                    // What the tenant did not bring opens nothing.
                    let token = shown(body.auth_token).unwrap_or_else(uuid);
                    let (key, secret) = (body.api_key_sid.unwrap_or_else(uuid), shown(body.api_key_secret));
                    let secret = secret.unwrap_or_else(uuid);
                    self.emulator.twilio().admit(&TwilioAccount {
                        sid: body.account_sid,
                        auth_token: token,
                        api_key_sid: key,
                        api_key_secret: secret,
                        standard_key_sid: uuid(),
                        standard_key_secret: uuid(),
                    });
                }
            }
            Provider::Telnyx => {
                if let Ok(body) = credential::read::<credential::Telnyx>(body) {
                    self.emulator.telnyx().account_with(body.api_key.expose());
                }
            }
            Provider::Vapi => {
                if let Ok(body) = credential::read::<credential::Vapi>(body) {
                    self.emulator.vapi().add_key(body.api_key.expose());
                }
            }
            Provider::OpenAi => {
                if let Ok(body) = credential::read::<credential::OpenAi>(body) {
                    self.emulator.openai().add_key(body.api_key.expose());
                }
            }
            Provider::GoogleCalendar | Provider::Resend | Provider::ElevenLabs | Provider::Aws => {}
        }
    }
}

/// Where the emulator reaches a server that listens there.
fn reachable(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        address.set_ip(Ipv4Addr::LOCALHOST.into());
    }
    format!("http://{address}")
}

/// 32 hexadecimal digits in the form of a UUID.
fn uuid() -> String {
    let bytes: [u8; 16] = (&SystemRandom as &dyn Random).bytes();
    let text = format!("{:032x}", u128::from_be_bytes(bytes));
    let part = |from, to| text.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
