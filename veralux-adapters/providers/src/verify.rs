//! Whether a credential works, asked of its provider with one harmless request.
//!
//! A verdict is a refusal only when the provider clearly refuses: trouble with the network, too many requests, a server
//! that is broken and answers that are not understood say nothing of the credential.

use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::credential::{self, Aws, ElevenLabs, GoogleCalendar, Kind, Provider, Resend, Twilio};
use veralux_core::port::{CredentialVerifier, Rejection, TokenEndpoint, Verdict};

use crate::{Outside, aws, elevenlabs, google, resend, twilio};

/// Where providers answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origins {
    /// `ElevenLabs`.
    pub elevenlabs: String,
    /// Resend.
    pub resend: String,
    /// Twilio.
    pub twilio: String,
    /// AWS Secrets Manager; its own address of the credential's region when absent.
    pub aws: Option<String>,
}

impl Origins {
    /// The providers themselves.
    pub fn public() -> Self {
        Self {
            elevenlabs: elevenlabs::ORIGIN.to_owned(),
            resend: resend::ORIGIN.to_owned(),
            twilio: twilio::ORIGIN.to_owned(),
            aws: None,
        }
    }

    /// Under the paths of an emulator: `http://127.0.0.1:4010`.
    pub fn emulated(origin: &str) -> Self {
        let at = |path: &str| format!("{origin}{path}");
        Self {
            elevenlabs: at("/elevenlabs"),
            resend: at("/resend"),
            twilio: at("/twilio"),
            aws: Some(origin.to_owned()),
        }
    }
}

/// Asks every provider.
#[derive(Debug, Clone)]
pub struct Verifier {
    outside: Outside,
    origins: Origins,
    google: Option<Arc<dyn TokenEndpoint>>,
}

impl Verifier {
    /// The providers themselves; answers of 512 KiB should be taken.
    pub fn new(outside: Outside) -> Self {
        Self::at(Origins::public(), outside)
    }

    /// Others that behave like them: for the emulator and for tests.
    pub fn at(origins: Origins, outside: Outside) -> Self {
        Self { outside, origins, google: None }
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
            Provider::Telnyx | Provider::Vapi | Provider::OpenAi => Verdict::Unreachable,
        })
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
