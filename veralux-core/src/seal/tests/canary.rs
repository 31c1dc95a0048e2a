//! No error and no `Debug` of this engine shows a key or a plaintext, in whatever writing.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

use crate::id::TenantId;
use crate::seal::legacy::{Format, LegacyKey};
use crate::seal::{
    Binding, Boot, Class, DataKey, Entropy, Header, KeyState, RootKey, StoredKey, open, parse_keys, seal,
    unwrap,
};

const CANARY: &[u8; 32] = b"\xf1canary-of-a-secret-~%/+?#\xc3\xa4\x00\x07\x80!";

fn each(bytes: &[u8], write: impl Fn(u8) -> String) -> String {
    bytes.iter().copied().map(write).collect::<Vec<_>>().concat()
}

fn hex(bytes: &[u8]) -> String {
    each(bytes, |byte| format!("{byte:02x}"))
}

fn middle(text: &str) -> String {
    text.chars().skip(text.len() / 4).take(text.len() / 3).collect()
}

/// The canary in every writing in which it could leak; of each a part in the middle is enough.
fn writings() -> Vec<String> {
    let list = each(CANARY, |byte| format!("{byte}, "));
    let url = each(CANARY, |byte| format!("%{byte:02X}"));
    let base64 = [BASE64_STANDARD_NO_PAD.encode(CANARY), BASE64_URL_SAFE_NO_PAD.encode(CANARY)];
    let mut writings: Vec<_> = [hex(CANARY), hex(CANARY).to_uppercase(), list, url]
        .iter()
        .chain(&base64)
        .map(|text| middle(text))
        .collect();
    writings.push("canary".to_owned());
    writings
}

fn is_silent(shown: &str) {
    for writing in writings() {
        assert!(!shown.contains(&writing), "{shown}");
    }
}

#[test]
fn nothing_shows_the_canary() {
    let tenant = TenantId::parse("oak").unwrap();
    let binding = Binding { class: Class::Credential, tenant: &tenant, row: "r", generation: 1, slug: "s" };
    let header = Header { root_key: 1, key_version: 1 };
    let (data, root) = (DataKey::from_bytes(*CANARY), RootKey::parse(&hex(CANARY)).unwrap());
    let mut shown = vec![format!("{data:?} {root:?}")];

    let envelope = seal(&data, header, &binding, Entropy::from_bytes([1; 44]), CANARY).unwrap();
    for place in [0, 4, 5, 6, 20, 60, 95, envelope.len() - 1] {
        let mut changed = envelope.clone();
        changed[place] ^= 1;
        let error = open(&data, &binding, &changed).unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    for bytes in [CANARY.as_slice(), &CANARY.repeat(4000), b"VLC1"] {
        let error = unwrap(&root, &tenant, 1, bytes).unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    let error =
        seal(&data, header, &binding, Entropy::from_bytes([1; 44]), &CANARY.repeat(4000)).unwrap_err();
    shown.push(format!("{error} {error:?}"));

    for text in [
        "canary".repeat(4),
        hex(CANARY),
        format!("canary:{}", hex(CANARY)),
        format!("1:{},1:{}", hex(CANARY), hex(CANARY)),
        format!("1:{}canary", hex(CANARY)),
        format!("1:{}", hex(b"canary-canary-canary-canary-aaaa")),
    ] {
        let error = parse_keys(&text).unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    let stored = StoredKey { id: 1, state: KeyState::Primary, check: [0; 16] };
    let error = Boot::compare(&[stored], &[], vec![(1, RootKey::parse(&hex(CANARY)).unwrap())]).unwrap_err();
    shown.push(format!("{error} {error:?}"));
    let stored = StoredKey { check: root.check(1), ..stored };
    shown.push(format!("{:?}", Boot::compare(&[stored], &[], vec![(1, root)]).unwrap()));

    for format in Format::ALL.iter().copied() {
        let key = LegacyKey::from_setting(format, &hex(CANARY)).unwrap();
        shown.push(format!("{key:?}"));
        for text in ["canary".repeat(40), "canary:canary:canary".to_owned(), "00:00:00".to_owned()] {
            let error = key.open(format, &text).unwrap_err();
            shown.push(format!("{error} {error:?}"));
        }
    }
    let error = LegacyKey::from_setting(Format::ControlPlane, "canary").unwrap_err();
    shown.push(format!("{error} {error:?}"));

    for text in &shown {
        is_silent(text);
    }
    assert!(shown.len() > 30);
}
