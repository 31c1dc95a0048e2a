//! `ElevenLabs`' client against the emulator.

use veralux_core::credential::{self, ElevenLabsBody};
use veralux_core::port::ProviderFault;
use veralux_core::secret::Secret;
use veralux_emulator::elevenlabs::{KEY, VoiceKey};
use veralux_providers::elevenlabs::ElevenLabs;

use crate::stage::{Stage, faults, tenant};

async fn client(stage: &Stage, key: &str) -> ElevenLabs {
    let body = ElevenLabsBody { api_key: Secret::new(key) };
    let accounts = stage.accounts::<credential::ElevenLabs>(body).await;
    ElevenLabs::at(&stage.at("/elevenlabs"), accounts, stage.outside())
}

#[tokio::test]
async fn a_workspace_is_read() {
    let stage = Stage::start().await;
    for index in 0..250 {
        stage.emulator.elevenlabs().add_voice(&format!("extra{index:015}"), &format!("Extra {index} & co"));
    }
    let eleven = client(&stage, KEY).await;
    let plan = eleven.subscription(&tenant()).await.unwrap().unwrap();
    assert_eq!((plan.tier.as_str(), plan.character_count, plan.character_limit), ("creator", 1200, 100_000));
    let voices = eleven.voices(&tenant(), None).await.unwrap();
    assert_eq!((voices.len(), voices[258].name.as_str()), (259, "Extra 249 & co"), "three pages");
    let some = eleven.voices(&tenant(), Some("249 & co")).await.unwrap();
    assert_eq!(some.len(), 1);
    let voice = eleven.voice(&tenant(), &some[0].voice_id).await.unwrap().unwrap();
    assert_eq!(voice, some[0]);
    assert_eq!(eleven.voice(&tenant(), "nobody").await.unwrap(), None);
    let speaks: Vec<bool> =
        eleven.models(&tenant()).await.unwrap().iter().map(|model| model.can_do_text_to_speech).collect();
    assert_eq!(speaks, [true, false]);
    stage.is_as_described();
}

#[tokio::test]
async fn keys_of_each_kind() {
    let stage = Stage::start().await;
    stage.emulator.elevenlabs().add_key("sk_scoped", VoiceKey::Scoped);
    stage.emulator.elevenlabs().add_key("sk_suspended", VoiceKey::Suspended);
    let scoped = client(&stage, "sk_scoped").await;
    assert_eq!(scoped.subscription(&tenant()).await.unwrap(), None, "it may not read the account");
    assert_eq!(scoped.voices(&tenant(), None).await.unwrap().len(), 9);
    for (key, code) in [("sk_suspended", "detected_unusual_activity"), ("sk_wrong", "invalid_api_key")] {
        let error = client(&stage, key).await.voices(&tenant(), None).await.unwrap_err();
        assert_eq!((error.fault, error.code.as_deref()), (ProviderFault::Rejected, Some(code)), "{key}");
    }
}

#[tokio::test]
async fn whatever_goes_wrong_once_is_asked_again() {
    for (what, fault, _) in faults() {
        let stage = Stage::start().await;
        stage.fail("GET", "/elevenlabs/v2/voices", 1, &fault);
        let voices = client(&stage, KEY).await.voices(&tenant(), None).await;
        // A page for people is an answer, and not one that is understood.
        match voices {
            Ok(voices) => assert_eq!(voices.len(), 9, "{what}"),
            Err(error) => assert!(
                error.fault == ProviderFault::Permanent && what == "a page of HTML",
                "{what}: {error:?}"
            ),
        }
        let asked = stage.emulator.journal().of("GET", "/elevenlabs/v2/voices").len();
        assert_eq!(asked, if what == "a page of HTML" { 1 } else { 2 }, "{what}");
    }
}
