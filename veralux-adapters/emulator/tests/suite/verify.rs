//! Credentials of every provider, asked about at the emulator.

use std::sync::Arc;
use std::time::Duration;

use veralux_core::credential::Provider;
use veralux_core::port::{CredentialVerifier as _, Rejection, Verdict};
use veralux_core::secret::Secret;
use veralux_emulator::aws::Trouble;
use veralux_emulator::elevenlabs::{self, VoiceKey};
use veralux_emulator::google::GoogleClient;
use veralux_emulator::resend::{self, KeyScope};
use veralux_providers::google::{Client, Google};
use veralux_providers::{Origins, Outside, Verifier};

use crate::stage::{Stage, faults};

const VAPI: &str = "01234567-89ab-4def-8123-456789abcdef";
const REFUSED: Verdict = Verdict::Rejected(Rejection::Unauthorised);

fn verifier(stage: &Stage) -> Verifier {
    verifier_over(stage, stage.outside())
}

fn verifier_over(stage: &Stage, outside: Outside) -> Verifier {
    let (id, secret) = ("id.apps.example.com", "GOCSPX-emulated");
    let (own_id, own_secret) = (id.to_owned(), secret.to_owned());
    stage.emulator.google().set_client(GoogleClient { id: own_id, secret: own_secret, redirect_url: None });
    let client = Client {
        id: id.to_owned(),
        secret: Secret::new(secret),
        redirect_url: "https://veralux.example.com/back".to_owned(),
    };
    let google =
        Google::emulated(client, &stage.at("/google"), outside.transport.clone(), stage.clock.clone());
    Verifier::at(Origins::emulated(&stage.at("")), outside).with_google(Arc::new(google))
}

fn aws(id: &str, secret: &str) -> String {
    format!(r#"{{"v":1,"accessKeyId":"{id}","secretAccessKey":"{secret}","region":"eu-central-1"}}"#)
}

fn key(key: &str) -> String {
    format!(r#"{{"v":1,"apiKey":"{key}"}}"#)
}

fn grant(token: &str) -> String {
    format!(r#"{{"v":1,"refreshToken":"{token}"}}"#)
}

/// A good credential of each provider.
async fn good(stage: &Stage) -> Vec<(Provider, String)> {
    let twilio = stage.emulator.twilio().account();
    let telnyx = stage.emulator.telnyx().account();
    stage.emulator.vapi().add_key(VAPI);
    stage.emulator.openai().add_key("sk-emulated-0123456789");
    let url = stage.at("/emulator/google/grants");
    let request = veralux_providers::Request::new(veralux_providers::Method::Post, url);
    let answer = stage.outside().transport.send(request).await.unwrap();
    let grants: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let token = format!(r#"{{"v":1,"accountSid":"{}","authToken":"{}"}}"#, twilio.sid, twilio.auth_token);
    vec![
        (Provider::Twilio, token),
        (Provider::Telnyx, key(&telnyx.api_key)),
        (Provider::Vapi, key(VAPI)),
        (Provider::OpenAi, key("sk-emulated-0123456789")),
        (Provider::Resend, key(resend::KEY)),
        (Provider::ElevenLabs, key(elevenlabs::KEY)),
        (Provider::Aws, aws("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")),
        (Provider::GoogleCalendar, grant(grants["refresh_token"].as_str().unwrap())),
    ]
}

#[tokio::test]
async fn what_providers_say_of_a_credential() {
    let stage = Stage::start().await;
    let verifier = verifier(&stage);
    for (provider, body) in good(&stage).await {
        assert_eq!(verifier.verify(provider, body.as_bytes()).await, Verdict::Verified, "{provider}");
    }
    stage.emulator.resend().add_key("re_sending_only", KeyScope::Sending);
    stage.emulator.elevenlabs().add_key("sk_scoped", VoiceKey::Scoped);
    stage.emulator.elevenlabs().add_key("sk_suspended", VoiceKey::Suspended);
    for (provider, body, verdict) in [
        (Provider::Resend, key("re_sending_only"), Verdict::Verified),
        (Provider::Resend, key("re_wrong"), REFUSED),
        (Provider::ElevenLabs, key("sk_scoped"), Verdict::Verified),
        (Provider::ElevenLabs, key("sk_suspended"), Verdict::Rejected(Rejection::Suspended)),
        (Provider::ElevenLabs, key("sk_wrong"), REFUSED),
        (Provider::Aws, aws("AKIAIOSFODNN7EXAMPLE", "guess"), REFUSED),
        (Provider::Aws, aws("AKIAIOSFODNN7UNKNOWN", "guess"), REFUSED),
        (Provider::GoogleCalendar, grant("1//revoked"), REFUSED),
        (
            Provider::Twilio,
            r#"{"v":1,"accountSid":"AC00000000000000000000000000000009","authToken":"guess"}"#.to_owned(),
            REFUSED,
        ),
        (Provider::Telnyx, key("KEYWRONG"), REFUSED),
        (Provider::Vapi, key("00000000-89ab-4def-8123-456789abcdef"), REFUSED),
        (Provider::OpenAi, key("sk-wrong-0123456789"), REFUSED),
        (
            Provider::OpenAi,
            r#"{"v":1,"apiKey":"sk-a","baseUrl":"https://models.example.com/v1"}"#.to_owned(),
            Verdict::Unreachable,
        ),
        (Provider::Resend, "{}".to_owned(), Verdict::Rejected(Rejection::Other)),
    ] {
        assert_eq!(verifier.verify(provider, body.as_bytes()).await, verdict, "{provider} {body}");
    }
    stage.emulator.aws().account().troubles.push(("ListSecrets", Trouble::Refused("AccessDeniedException")));
    let body = aws("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let verdict = verifier.verify(Provider::Aws, body.as_bytes()).await;
    assert_eq!(verdict, Verdict::Rejected(Rejection::Forbidden));
    stage.is_as_described();
}

#[tokio::test]
async fn trouble_says_nothing_of_a_credential() {
    for (what, fault, _) in faults() {
        let stage = Stage::start().await;
        let verifier = verifier(&stage);
        let impatient = verifier_over(&stage, stage.patient(Duration::from_millis(300)));
        for (provider, body) in good(&stage).await {
            // Some clients ask again by themselves.
            for prefix in ["/resend", "/elevenlabs", "/google", "/twilio", "/telnyx", "/vapi", "/openai"] {
                stage.fail("GET", prefix, 3, &fault);
                stage.fail("POST", prefix, 3, &fault);
            }
            // AWS answers at the root.
            if provider == Provider::Aws {
                stage.fail("POST", "/", 1, &fault);
            }
            let verdict = impatient.verify(provider, body.as_bytes()).await;
            assert_eq!(verdict, Verdict::Unreachable, "{what}: {provider}");
            stage.emulator.faults().clear();
            assert_eq!(
                verifier.verify(provider, body.as_bytes()).await,
                Verdict::Verified,
                "{what}: {provider}"
            );
        }
        stage.is_as_described();
    }
}

#[tokio::test]
async fn nobody_there() {
    let stage = Stage::start().await;
    let good = good(&stage).await;
    let origin = stage.at("");
    let outside = stage.outside();
    drop(stage);
    let verifier = Verifier::at(Origins::emulated(&origin), outside);
    for (provider, body) in good {
        assert_eq!(verifier.verify(provider, body.as_bytes()).await, Verdict::Unreachable, "{provider}");
    }
}
