//! Whatever is wrong with a credential, no error and no `Debug` shows it.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{FULL, OPEN};
use crate::credential::{
    Aws, ElevenLabs, GoogleCalendar, OpenAi, Provider, Resend, Telnyx, TenantVapi, Twilio, import_json, read,
    review, validate_json,
};

const CANARY: &str = "canary~of/a+secret?with=all&kinds#of%marks";

fn each(text: &str, write: impl Fn(u8) -> String) -> String {
    text.bytes().map(write).collect::<Vec<_>>().concat()
}

fn middle(text: &str) -> String {
    text.chars().skip(text.len() / 4).take(text.len() / 3).collect()
}

fn writings() -> Vec<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'~';
    let url = each(CANARY, |byte| if plain(byte) { char::from(byte).into() } else { format!("%{byte:02X}") });
    let hex = each(CANARY, |byte| format!("{byte:02x}"));
    let list = each(CANARY, |byte| format!("{byte}, "));
    let base64 = [BASE64_STANDARD_NO_PAD.encode(CANARY), BASE64_URL_SAFE_NO_PAD.encode(CANARY)];
    let mut writings: Vec<_> =
        [url, hex.to_uppercase(), hex, list].iter().chain(&base64).map(|w| middle(w)).collect();
    writings.push("canary".to_owned());
    writings
}

/// The full body with the canary in every place and every shape that is wrong somewhere.
fn spoiled(json: &str) -> Vec<String> {
    let full: Value = serde_json::from_str(json).unwrap();
    let mut texts = vec![
        CANARY.to_owned(),
        format!("\"{CANARY}\""),
        format!("{{\"{CANARY}\":1}}"),
        format!("[\"{CANARY}\"]"),
    ];
    for name in full.as_object().unwrap().keys() {
        for value in [
            json!(CANARY),
            json!(format!("AC{CANARY} ")),
            json!([CANARY]),
            json!({ CANARY: CANARY }),
            json!(format!("https://{CANARY}@10.0.0.1/{CANARY}")),
            json!(CANARY.repeat(120)),
        ] {
            let mut changed = full.clone();
            changed[name] = value;
            let text = changed.to_string();
            texts.extend([text.replacen(&format!("\"{name}\""), &format!("\"{CANARY}\""), 1), text.clone()]);
            texts.extend((0..text.len()).step_by(7).filter_map(|end| text.get(..end)).map(str::to_owned));
        }
    }
    texts
}

#[test]
fn no_error_shows_the_canary() {
    let (writings, mut refused) = (writings(), 0);
    for provider in Provider::ALL.iter().copied() {
        for (_, json) in FULL {
            for text in spoiled(json) {
                let stored = text.replacen('{', "{\"v\":1,", 1);
                for result in [
                    validate_json(provider, text.as_bytes(), OPEN),
                    import_json(provider, text.as_bytes(), OPEN),
                    review(provider, stored.as_bytes(), OPEN),
                ] {
                    let shown = match result {
                        Ok(checked) => format!("{checked:?}"),
                        Err(error) => {
                            refused += 1;
                            format!("{error} {error:?}")
                        }
                    };
                    for writing in &writings {
                        assert!(!shown.contains(writing), "{provider}: {shown}");
                    }
                }
            }
        }
    }
    assert!(refused > 10_000, "{refused} refused");
}

#[test]
fn no_body_shows_itself() {
    for (provider, json) in FULL {
        let bytes = validate_json(*provider, json.as_bytes(), OPEN).unwrap().body;
        let shown = match provider {
            Provider::Twilio => format!("{:?}", read::<Twilio>(&bytes).unwrap()),
            Provider::Telnyx => format!("{:?}", read::<Telnyx>(&bytes).unwrap()),
            Provider::Vapi => format!("{:?}", read::<TenantVapi>(&bytes).unwrap()),
            Provider::OpenAi => format!("{:?}", read::<OpenAi>(&bytes).unwrap()),
            Provider::GoogleCalendar => format!("{:?}", read::<GoogleCalendar>(&bytes).unwrap()),
            Provider::Resend => format!("{:?}", read::<Resend>(&bytes).unwrap()),
            Provider::ElevenLabs => format!("{:?}", read::<ElevenLabs>(&bytes).unwrap()),
            Provider::Aws => format!("{:?}", read::<Aws>(&bytes).unwrap()),
        };
        assert!(shown.ends_with("Body(redacted)"), "{shown}");
    }
}
