//! Whether a credential works, asked of its provider with one harmless request.
//!
//! A verdict is a refusal only when the provider clearly refuses: trouble with the network, too many requests, a server
//! that is broken and answers that are not understood say nothing of the credential.

use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::credential::{
    self, Aws, ElevenLabs, GoogleCalendar, Kind, OpenAi, OpenAiBody, Policy, Provider, Resend, Telnyx,
    Twilio, Vapi,
};
use veralux_core::port::{CredentialVerifier, Rejection, TokenEndpoint, Verdict};

use crate::{Outside, aws, elevenlabs, google, openai, resend, telnyx, twilio, vapi};

/// Where providers answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// `ElevenLabs`.
    pub elevenlabs: String,
    /// Resend.
    pub resend: String,
    /// Telnyx.
    pub telnyx: String,
    /// Twilio.
    pub twilio: String,
    /// Vapi.
    pub vapi: String,
    /// `OpenAI`, for credentials that name no other server; its own when absent.
    pub openai: Option<String>,
    /// AWS Secrets Manager; its own address of the credential's region when absent.
    pub aws: Option<String>,
}

impl Origins {
    /// The providers themselves.
    pub fn public() -> Self {
        Self {
            elevenlabs: elevenlabs::ORIGIN.to_owned(),
            resend: resend::ORIGIN.to_owned(),
            telnyx: telnyx::ORIGIN.to_owned(),
            twilio: twilio::ORIGIN.to_owned(),
            vapi: vapi::Vapi::ORIGIN.to_owned(),
            openai: None,
            aws: None,
        }
    }

    /// Under the paths of an emulator: `http://127.0.0.1:4010`.
    pub fn emulated(origin: &str) -> Self {
        let at = |path: &str| format!("{origin}{path}");
        Self {
            elevenlabs: at("/elevenlabs"),
            resend: at("/resend"),
            telnyx: at("/telnyx"),
            twilio: at("/twilio"),
            vapi: at("/vapi"),
            openai: Some(at("/openai/v1")),
            aws: Some(origin.to_owned()),
        }
    }
}

/// Asks every provider.
#[derive(Debug, Clone)]
pub struct Verifier {
    outside: Outside,
    origins: Origins,
    servers: Option<(Outside, Policy)>,
    google: Option<Arc<dyn TokenEndpoint>>,
}

impl Verifier {
    /// The providers themselves; answers of 512 KiB should be taken.
    pub fn new(outside: Outside) -> Self {
        Self::at(Origins::public(), outside)
    }

    /// Others that behave like them: for the emulator and for tests.
    pub fn at(origins: Origins, outside: Outside) -> Self {
        Self { outside, origins, servers: None, google: None }
    }

    /// With what OpenAI-compatible servers of tenants' choosing are asked with, which should reach the public Internet only
    /// ([`Https::to_public`](crate::Https::to_public)) unless the operator allows more. Without it, they are not asked.
    #[must_use]
    pub fn with_servers(self, outside: Outside, policy: Policy) -> Self {
        Self { servers: Some((outside, policy)), ..self }
    }

    /// With Google's authorization server; without it, grants cannot be asked about.
    #[must_use]
    pub fn with_google(self, google: Arc<dyn TokenEndpoint>) -> Self {
        Self { google: Some(google), ..self }
    }

    async fn asked(&self, provider: Provider, body: &[u8]) -> Result<Verdict, Unreadable> {
        let (outside, origins) = (&self.outside, &self.origins);
        Ok(match provider {
            Provider::GoogleCalendar => {
                let body = read::<GoogleCalendar>(body)?;
                let Some(google) = &self.google else { return Ok(Verdict::Unreachable) };
                google::check(google.as_ref(), &body).await
            }
            Provider::Resend => resend::check(outside, &origins.resend, &read::<Resend>(body)?).await,
            Provider::ElevenLabs => {
                elevenlabs::check(outside, &origins.elevenlabs, &read::<ElevenLabs>(body)?).await
            }
            Provider::Aws => aws::check(outside, origins.aws.as_deref(), &read::<Aws>(body)?).await,
            Provider::Twilio => twilio::check(outside, &origins.twilio, &read::<Twilio>(body)?).await,
            Provider::Vapi => {
                let body = read::<Vapi>(body)?;
                vapi::Vapi::at(origins.vapi.as_str(), body.api_key.clone(), outside.clone()).check().await
            }
            Provider::OpenAi => match self.openai(&read::<OpenAi>(body)?)? {
                Some(openai) => openai.check().await,
                None => Verdict::Unreachable,
            },
            Provider::Telnyx => telnyx::check(outside, &origins.telnyx, &read::<Telnyx>(body)?).await,
        })
    }
}

impl Verifier {
    /// `None` for a server that nobody may ask.
    fn openai(&self, body: &OpenAiBody) -> Result<Option<openai::OpenAi>, Unreadable> {
        let made = match (&body.base_url, &self.origins.openai, &self.servers) {
            (None, Some(origin), _) => {
                Ok(openai::OpenAi::at(origin, Some(body.api_key.clone()), self.outside.clone()))
            }
            (None, None, _) => openai::OpenAi::new(body, Policy::default(), self.outside.clone()),
            (Some(_), _, Some((outside, policy))) => openai::OpenAi::new(body, *policy, outside.clone()),
            (Some(_), _, None) => return Ok(None),
        };
        made.map(Some).map_err(|_| Unreadable)
    }
}

#[async_trait]
impl CredentialVerifier for Verifier {
    async fn verify(&self, provider: Provider, body: &[u8]) -> Verdict {
        self.asked(provider, body).await.unwrap_or(Verdict::Rejected(Rejection::Other))
    }
}

/// The body is none of the provider's.
struct Unreadable;

fn read<K: Kind>(body: &[u8]) -> Result<K::Body, Unreadable> {
    credential::read::<K>(body).map_err(|_| Unreadable)
}
