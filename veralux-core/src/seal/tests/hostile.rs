//! Every change of an envelope is refused, and what is sealed opens.

use proptest::prelude::*;

use crate::id::TenantId;
use crate::seal::{
    Binding, Class, DataKey, Entropy, Header, MAX_NAME_BYTES, MAX_PLAINTEXT_BYTES, Malformed, OVERHEAD_BYTES,
    OpenError, SealError, open, reseal, seal,
};

const HEADER: Header = Header { root_key: 7, key_version: 3 };

fn key() -> DataKey {
    DataKey::from_bytes([42; 32])
}

fn tenant() -> TenantId {
    TenantId::parse("oak").unwrap()
}

fn binding(tenant: &TenantId) -> Binding<'_> {
    Binding { class: Class::Credential, tenant, row: "crd_1", generation: 1, slug: "twilio" }
}

fn sealed(plaintext: &[u8]) -> Vec<u8> {
    seal(&key(), HEADER, &binding(&tenant()), Entropy::from_bytes([5; 44]), plaintext).unwrap()
}

fn opened(envelope: &[u8]) -> Result<Vec<u8>, OpenError> {
    open(&key(), &binding(&tenant()), envelope).map(|plaintext| plaintext.to_vec())
}

#[test]
fn every_flipped_bit_is_refused_for_its_reason() {
    let envelope = sealed(b"{\"authToken\":\"0123456789abcdef\"}");
    assert!(opened(&envelope).is_ok());
    for place in 0..envelope.len() {
        let expected = match place {
            0..4 => OpenError::Malformed(Malformed::Magic),
            4 => OpenError::Malformed(Malformed::Suite),
            5 => OpenError::Malformed(Malformed::Flags),
            6..90 => OpenError::Commitment,
            _ => OpenError::Tag,
        };
        for bit in 0..8 {
            let mut changed = envelope.clone();
            changed[place] ^= 1 << bit;
            assert_eq!(opened(&changed), Err(expected), "bit {bit} of byte {place}");
        }
    }
}

#[test]
fn every_truncation_is_refused() {
    let envelope = sealed(b"secret");
    for length in 0..envelope.len() {
        let expected =
            if length < OVERHEAD_BYTES { OpenError::Malformed(Malformed::Length) } else { OpenError::Tag };
        assert_eq!(opened(&envelope[..length]), Err(expected), "{length} bytes");
        assert!(opened(&envelope[envelope.len() - length..]).is_err(), "the last {length} bytes");
    }
}

#[test]
fn every_extension_is_refused() {
    let envelope = sealed(b"secret");
    for more in 1..=64 {
        for byte in [0, 0xff, b'V'] {
            let mut changed = envelope.clone();
            changed.extend(std::iter::repeat_n(byte, more));
            assert_eq!(opened(&changed), Err(OpenError::Tag), "{more} bytes of {byte} behind");
            changed.rotate_right(more);
            assert!(opened(&changed).is_err(), "{more} bytes of {byte} in front");
        }
    }
}

#[test]
fn sizes_have_a_limit() {
    for size in [0, 1, 15, 16, 17, 300, MAX_PLAINTEXT_BYTES] {
        let plaintext = vec![9; size];
        let envelope = sealed(&plaintext);
        assert_eq!(envelope.len(), size + OVERHEAD_BYTES);
        assert_eq!(opened(&envelope), Ok(plaintext), "{size} bytes");
    }
    let large = vec![0; MAX_PLAINTEXT_BYTES + 1];
    let refused = seal(&key(), HEADER, &binding(&tenant()), Entropy::from_bytes([5; 44]), &large);
    assert_eq!(refused, Err(SealError::TooLarge(MAX_PLAINTEXT_BYTES + 1)));
    let mut envelope = sealed(&large[1..]);
    envelope.push(0);
    assert_eq!(opened(&envelope), Err(OpenError::TooLarge));
}

#[test]
fn names_that_no_prefix_can_say_are_neither_sealed_nor_opened() {
    let (tenant, long) = (tenant(), "x".repeat(MAX_NAME_BYTES + 1));
    let longest = long.strip_prefix('x').unwrap();
    for binding in [Binding { row: &long, ..binding(&tenant) }, Binding { slug: &long, ..binding(&tenant) }] {
        let refused = seal(&key(), HEADER, &binding, Entropy::from_bytes([5; 44]), b"");
        assert_eq!(refused, Err(SealError::Binding));
        assert_eq!(open(&key(), &binding, &sealed(b"")).unwrap_err(), OpenError::Commitment);
    }
    let binding = Binding { row: longest, slug: longest, ..binding(&tenant) };
    let envelope = seal(&key(), HEADER, &binding, Entropy::from_bytes([5; 44]), b"x").unwrap();
    assert!(open(&key(), &binding, &envelope).is_ok());
}

#[test]
fn an_envelope_is_sealed_again_without_a_look_inside() {
    let tenant = tenant();
    let (old, new) = (binding(&tenant), Binding { generation: 2, ..binding(&tenant) });
    let header = Header { root_key: 8, key_version: 4 };
    let next = DataKey::from_bytes([43; 32]);
    let envelope = sealed(b"secret");
    let again =
        reseal(&envelope, (&key(), &old), (&next, header, &new), Entropy::from_bytes([6; 44])).unwrap();
    assert_eq!(Header::read(&again), Ok(header));
    assert_eq!(open(&next, &new, &again).unwrap().as_slice(), b"secret");
    assert_eq!(open(&key(), &old, &again).unwrap_err(), OpenError::Commitment);
    let refused = reseal(&envelope, (&next, &old), (&next, header, &new), Entropy::from_bytes([6; 44]));
    assert_eq!(refused, Err(OpenError::Commitment));
}

proptest! {
    #[test]
    fn what_is_sealed_opens(
        key in any::<[u8; 32]>(),
        entropy in prop::collection::vec(any::<u8>(), Entropy::BYTES),
        ids in (any::<u32>(), any::<u32>(), any::<u64>()),
        (tenant, row, slug) in ("[A-Za-z0-9_-]{1,64}", ".{0,40}", "[a-z_]{0,20}"),
        class in prop::sample::select(Class::ALL),
        plaintext in prop::collection::vec(any::<u8>(), 0..700),
    ) {
        let (key, tenant) = (DataKey::from_bytes(key), TenantId::parse(&tenant).unwrap());
        let binding = Binding { class, tenant: &tenant, row: &row, generation: ids.2, slug: &slug };
        let header = Header { root_key: ids.0, key_version: ids.1 };
        let entropy = Entropy::from_bytes(entropy.try_into().unwrap());
        let envelope = seal(&key, header, &binding, entropy, &plaintext).unwrap();
        prop_assert_eq!(Header::read(&envelope), Ok(header));
        let opened = open(&key, &binding, &envelope).unwrap();
        prop_assert_eq!(opened.as_slice(), plaintext.as_slice());
        // Whatever the plaintext, none of it shows.
        prop_assert!(plaintext.len() < 8 || !envelope.windows(8).any(|window| window == &plaintext[..8]));
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..300), front in any::<bool>()) {
        let mut bytes = bytes;
        if front {
            bytes.splice(0..0, *b"VLC1\x01\x00");
        }
        let tenant = tenant();
        prop_assert!(open(&key(), &binding(&tenant), &bytes).is_err());
        prop_assert_eq!(Header::read(&bytes).is_ok(), front && bytes.len() >= OVERHEAD_BYTES);
    }
}
