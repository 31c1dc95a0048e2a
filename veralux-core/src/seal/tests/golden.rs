//! Envelopes of each released version open for ever. Lines are added to the file, never changed.

use crate::id::TenantId;
use crate::seal::{Binding, Class, DataKey, Entropy, Header, RootKey, open, seal, unwrap, wrap};

const GOLDEN: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/seal/golden.jsonl"));

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Golden {
    what: String,
    class: u8,
    key: String,
    root_key: u32,
    key_version: u32,
    tenant: String,
    row: String,
    generation: u64,
    slug: String,
    entropy: String,
    plaintext: String,
    envelope: String,
}

fn hex(text: &str) -> Vec<u8> {
    crate::seal::hex::decode(text).unwrap().to_vec()
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

#[test]
fn golden_envelopes_open() {
    let mut classes = Vec::new();
    for line in GOLDEN.lines() {
        let golden: Golden = serde_json::from_str(line).unwrap();
        let what = &golden.what;
        let tenant = TenantId::parse(&golden.tenant).unwrap();
        let class = *Class::ALL.iter().find(|class| class.number() == golden.class).unwrap();
        let header = Header { root_key: golden.root_key, key_version: golden.key_version };
        let entropy = || Entropy::from_bytes(hex(&golden.entropy).try_into().unwrap());
        let (envelope, plaintext) = (hex(&golden.envelope), hex(&golden.plaintext));
        assert_eq!(Header::read(&envelope), Ok(header), "{what}");
        let sealed = if class == Class::TenantKey {
            let root = RootKey::parse(&golden.key).unwrap();
            let key = unwrap(&root, &tenant, golden.key_version, &envelope).unwrap();
            assert_eq!(key.expose().as_slice(), plaintext, "{what}");
            wrap(golden.root_key, &root, &tenant, golden.key_version, &key, entropy()).unwrap()
        } else {
            let key = DataKey::from_bytes(hex(&golden.key).try_into().unwrap());
            let (row, slug) = (golden.row.as_str(), golden.slug.as_str());
            let binding = Binding { class, tenant: &tenant, row, generation: golden.generation, slug };
            assert_eq!(open(&key, &binding, &envelope).unwrap().as_slice(), plaintext, "{what}");
            seal(&key, header, &binding, entropy(), &plaintext).unwrap()
        };
        // While there is one version, sealing makes the very same bytes, with every back end.
        assert_eq!(digits(&sealed), golden.envelope, "{what}");
        classes.push(class);
    }
    for class in Class::ALL {
        assert!(classes.contains(class), "no golden envelope of {class:?}");
    }
}
