//! An envelope opens where it was sealed and nowhere else.

use crate::id::TenantId;
use crate::seal::{Binding, Class, DataKey, Entropy, Header, OpenError, open, seal};

/// Every combination; neighbours are chosen so that without length prefixes some would read the same.
fn bindings(tenants: &[TenantId]) -> Vec<Binding<'_>> {
    let mut all = Vec::new();
    for tenant in tenants {
        for row in ["1", "12", "crd_1", ""] {
            for generation in [1, 2, 256] {
                for slug in ["twilio", "telnyx", "2twilio", ""] {
                    for class in Class::ALL.iter().copied() {
                        all.push(Binding { class, tenant, row, generation, slug });
                    }
                }
            }
        }
    }
    all
}

#[test]
fn the_cross_product_opens_on_its_diagonal_only() {
    let tenants = ["oak", "oak1", "elm"].map(|id| TenantId::parse(id).unwrap());
    // Under one key, so that nothing but the binding tells them apart.
    let key = DataKey::from_bytes([42; 32]);
    let header = Header { root_key: 1, key_version: 1 };
    let bindings = bindings(&tenants);
    assert_eq!(bindings.len(), 576);
    let mut opened = 0;
    for (index, sealed_at) in bindings.iter().enumerate() {
        let envelope = seal(&key, header, sealed_at, Entropy::from_bytes([3; 44]), b"secret").unwrap();
        for (other, opened_at) in bindings.iter().enumerate() {
            match open(&key, opened_at, &envelope) {
                Ok(_) => {
                    assert_eq!(index, other, "sealed at {sealed_at:?}, opened at {opened_at:?}");
                    opened += 1;
                }
                Err(error) => assert_eq!(error, OpenError::Commitment),
            }
        }
    }
    assert_eq!(opened, bindings.len());
}

#[test]
fn another_key_or_header_does_not_open() {
    let tenant = TenantId::parse("oak").unwrap();
    let binding = Binding { class: Class::Credential, tenant: &tenant, row: "r", generation: 1, slug: "s" };
    let key = |byte| DataKey::from_bytes([byte; 32]);
    let envelope =
        seal(&key(1), Header { root_key: 1, key_version: 1 }, &binding, Entropy::from_bytes([3; 44]), b"x")
            .unwrap();
    assert!(open(&key(1), &binding, &envelope).is_ok());
    assert_eq!(open(&key(2), &binding, &envelope).unwrap_err(), OpenError::Commitment);
}

#[test]
fn class_numbers_are_for_ever() {
    let numbers: Vec<_> = Class::ALL.iter().map(|class| (*class, class.number())).collect();
    let expected =
        [(Class::Credential, 1), (Class::TenantKey, 2), (Class::TenantSecret, 3), (Class::OAuthState, 4)];
    assert_eq!(numbers, expected);
}

#[test]
fn the_context_is_byte_for_byte_as_written_down() {
    let tenant = TenantId::parse("oak").unwrap();
    let binding =
        Binding { class: Class::TenantSecret, tenant: &tenant, row: "KEY", generation: 258, slug: "db" };
    let context = binding.context(&[0xaa; 58]).unwrap();
    let expected = [
        b"veralux/credential/v1\x03".as_slice(),
        &[0xaa; 58],
        b"\x00\x03oak\x00\x03KEY",
        &[0, 0, 0, 0, 0, 0, 1, 2],
        b"\x00\x02db",
    ]
    .concat();
    assert_eq!(context.as_slice(), expected);
}
