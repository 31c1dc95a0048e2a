use crate::id::TenantId;
use crate::seal::legacy::{Format, LegacyError, LegacyKey};
use crate::seal::{DataKey, Entropy, Header, Malformed, OpenError, RootKey, rewrap, unwrap, wrap};

const ONE: &str = "9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";
const TWO: &str = "8f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806b";

fn tenant(id: &str) -> TenantId {
    TenantId::parse(id).unwrap()
}

#[test]
fn a_tenant_key_unwraps_for_its_tenant_version_and_root_only() {
    let (one, two) = (RootKey::parse(ONE).unwrap(), RootKey::parse(TWO).unwrap());
    let key = DataKey::from_bytes([9; 32]);
    let wrapped = wrap(7, &one, &tenant("oak"), 3, &key, Entropy::from_bytes([1; 44])).unwrap();
    assert_eq!(Header::read(&wrapped), Ok(Header { root_key: 7, key_version: 3 }));
    assert_eq!(unwrap(&one, &tenant("oak"), 3, &wrapped).unwrap().expose(), &[9; 32]);
    for (what, root, id, version) in
        [("root", &two, "oak", 3), ("tenant", &one, "elm", 3), ("version", &one, "oak", 4)]
    {
        let refused = unwrap(root, &tenant(id), version, &wrapped).unwrap_err();
        assert_eq!(refused, OpenError::Commitment, "{what}");
    }
    assert_eq!(
        unwrap(&one, &tenant("oak"), 3, &[]).unwrap_err(),
        OpenError::Malformed(Malformed::Length),
        "nothing"
    );
}

#[test]
fn a_tenant_key_is_wrapped_again_under_another_root() {
    let (one, two) = (RootKey::parse(ONE).unwrap(), RootKey::parse(TWO).unwrap());
    let oak = tenant("oak");
    let old = wrap(1, &one, &oak, 1, &DataKey::from_bytes([9; 32]), Entropy::from_bytes([1; 44])).unwrap();
    let new = rewrap(&old, &one, (2, &two), &oak, 1, Entropy::from_bytes([2; 44])).unwrap();
    assert_eq!(Header::read(&new).unwrap().root_key, 2);
    assert_eq!(unwrap(&two, &oak, 1, &new).unwrap().expose(), &[9; 32]);
    assert!(unwrap(&one, &oak, 1, &new).is_err());
    assert!(rewrap(&old, &two, (2, &two), &oak, 1, Entropy::from_bytes([2; 44])).is_err());
}

/// Texts made by Node's `crypto` in the way of each product; see `tests/vectors/seal/README.md`.
const LEGACY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors/seal/legacy.json"));

#[derive(serde::Deserialize)]
struct Case {
    what: String,
    format: Format,
    setting: String,
    text: String,
    plaintext: Option<String>,
    error: Option<String>,
}

fn legacy(case: &Case) -> Result<String, LegacyError> {
    let key = LegacyKey::from_setting(case.format, &case.setting)?;
    let plaintext = key.open(case.format, &case.text)?;
    Ok(String::from_utf8(plaintext.to_vec()).unwrap())
}

#[test]
fn legacy_texts() {
    let cases: Vec<Case> = serde_json::from_str(LEGACY).unwrap();
    assert!(cases.len() >= 15 && cases.iter().filter(|case| case.plaintext.is_some()).count() >= 5);
    for case in &cases {
        let found = legacy(case).map_err(|error| format!("{error:?}"));
        match (&case.plaintext, &case.error) {
            (Some(plaintext), None) => assert_eq!(found.as_ref(), Ok(plaintext), "{}", case.what),
            (None, Some(error)) => assert_eq!(found.as_ref(), Err(error), "{}", case.what),
            _ => panic!("{} expects one of two", case.what),
        }
    }
}
