//! Any bytes as an envelope, and as what an envelope may hold.

use veralux_core::credential::{
    BodyError, MAX_BODY_BYTES, Policy, Provider, import_json, review, validate_json,
};
use veralux_core::id::TenantId;
use veralux_core::seal::{
    Binding, Class, DataKey, Entropy, Header, MAX_PLAINTEXT_BYTES, OVERHEAD_BYTES, OpenError, open, seal,
};

/// Reads an envelope, and seals the same bytes.
///
/// # Panics
/// When an envelope opens that was not sealed with this key, a header is read of what is none, or what was sealed does not
/// open.
pub fn envelope(data: &[u8]) {
    let tenant = TenantId::parse("oak").expect("is an id");
    let binding =
        Binding { class: Class::Credential, tenant: &tenant, row: "crd_1", generation: 1, slug: "twilio" };
    let key = DataKey::from_bytes([42; 32]);
    let header = Header::read(data);
    let error = open(&key, &binding, data).err();
    assert!(error.is_some(), "an envelope from nowhere opened");
    match header {
        Ok(_) => assert_eq!(error, Some(OpenError::Commitment)),
        Err(refused) => assert_eq!(error, Some(refused)),
    }
    let lengths = OVERHEAD_BYTES..=OVERHEAD_BYTES + MAX_PLAINTEXT_BYTES;
    assert!(header.is_err() || lengths.contains(&data.len()) && data.starts_with(b"VLC1\x01\x00"));

    let header = Header { root_key: 1, key_version: 1 };
    let Ok(sealed) = seal(&key, header, &binding, Entropy::from_bytes([7; 44]), data) else {
        assert!(data.len() > MAX_PLAINTEXT_BYTES);
        return;
    };
    assert_eq!(open(&key, &binding, &sealed).expect("opens").as_slice(), data);
}

/// Reads the body of each provider's credential in the three ways there are.
///
/// # Panics
/// When what was accepted does not survive its bytes, or an error says more than it may.
pub fn credential_body(data: &[u8]) {
    let policy = Policy { tenant_vapi: true, loopback: true };
    for provider in Provider::ALL.iter().copied() {
        for read in [validate_json, import_json, review] {
            match read(provider, data, policy) {
                Ok(checked) => {
                    assert!(checked.body.len() <= MAX_BODY_BYTES);
                    let again = review(provider, &checked.body, policy).expect("what was written is read");
                    assert_eq!(*again.body, *checked.body);
                    assert_eq!((again.hint, again.account), (checked.hint, checked.account));
                }
                Err(BodyError::Fields(faults)) => {
                    assert!(!faults.is_empty() && faults.iter().all(|fault| fault.path.len() < 24));
                }
                Err(error) => assert!(error.to_string().len() < 160),
            }
        }
    }
}
