//! Sealing's figures, each beside a named baseline in the same run.
//!
//! * `open`: an envelope of 300 bytes; `gcm_alone` is the same AES-256-GCM under a key that is at hand, with nothing bound and
//!   no commitment, by the same pure Rust crate; with the feature `aws-lc-rs` also by aws-lc-rs, the floor.
//! * `refuse`: the envelope of another tenant's row, refused by its commitment before the cipher runs.
//! * `seal`: 300 bytes; `gcm_alone` as above.
//! * `credential`: an opened body to typed values; `json_value` parses the same bytes to a `serde_json::Value`.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up must stop")]

use std::hint::black_box;

use aes_gcm::aead::AeadInOut as _;
use aes_gcm::{Aes256Gcm, KeyInit as _};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use veralux_core::credential::{Policy, Provider, Twilio, read, validate_json};
use veralux_core::id::TenantId;
use veralux_core::seal::{Binding, Class, DataKey, Entropy, Header, open, seal};

const PLAINTEXT: [u8; 300] = [b'x'; 300];
const KEY: [u8; 32] = [42; 32];
const NONCE: [u8; 12] = [9; 12];
const HEADER: Header = Header { root_key: 1, key_version: 1 };

fn tenant(id: &str) -> TenantId {
    TenantId::parse(id).expect("is an id")
}

fn binding(tenant: &TenantId) -> Binding<'_> {
    Binding {
        class: Class::Credential,
        tenant,
        row: "crd_0199a3b2c4d57e8f9a0b1c2d3e4f5a6b",
        generation: 3,
        slug: "twilio",
    }
}

fn envelopes(c: &mut Criterion) {
    let (ours, theirs) = (tenant("oak_dental"), tenant("elm_dental"));
    let key = DataKey::from_bytes(KEY);
    let entropy = || Entropy::from_bytes([7; 44]);
    let envelope = seal(&key, HEADER, &binding(&ours), entropy(), &PLAINTEXT).expect("is sealed");
    c.bench_function("open/300_bytes", |b| {
        b.iter(|| open(&key, &binding(black_box(&ours)), black_box(&envelope)).expect("opens"));
    });
    c.bench_function("refuse/foreign_row", |b| {
        b.iter(|| open(&key, &binding(black_box(&theirs)), black_box(&envelope)).expect_err("is refused"));
    });
    c.bench_function("seal/300_bytes", |b| {
        b.iter(|| {
            seal(&key, HEADER, &binding(black_box(&ours)), entropy(), black_box(&PLAINTEXT))
                .expect("is sealed")
        });
    });
}

fn gcm_alone(c: &mut Criterion) {
    let cipher = Aes256Gcm::new(&KEY.into());
    let mut ciphertext = PLAINTEXT;
    let tag = cipher
        .encrypt_inout_detached(&NONCE.into(), b"", ciphertext.as_mut_slice().into())
        .expect("is encrypted");
    c.bench_function("open/gcm_alone", |b| {
        b.iter_batched_ref(
            || ciphertext,
            |data| {
                cipher
                    .decrypt_inout_detached(&NONCE.into(), b"", data.as_mut_slice().into(), &tag)
                    .expect("opens");
            },
            BatchSize::SmallInput,
        );
    });
    c.bench_function("open/gcm_alone_with_key_schedule", |b| {
        b.iter_batched_ref(
            || ciphertext,
            |data| {
                let cipher = Aes256Gcm::new(black_box(&KEY).into());
                cipher
                    .decrypt_inout_detached(&NONCE.into(), b"", data.as_mut_slice().into(), &tag)
                    .expect("opens");
            },
            BatchSize::SmallInput,
        );
    });
    c.bench_function("seal/gcm_alone", |b| {
        b.iter_batched_ref(
            || PLAINTEXT,
            |data| {
                cipher
                    .encrypt_inout_detached(&NONCE.into(), b"", data.as_mut_slice().into())
                    .expect("is sealed")
            },
            BatchSize::SmallInput,
        );
    });
}

#[cfg(feature = "aws-lc-rs")]
fn floor(c: &mut Criterion) {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

    let cipher = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &KEY).expect("is a key"));
    let nonce = || Nonce::assume_unique_for_key(NONCE);
    let mut sealed = PLAINTEXT.to_vec();
    cipher.seal_in_place_append_tag(nonce(), Aad::empty(), &mut sealed).expect("is sealed");
    c.bench_function("open/gcm_alone_aws_lc", |b| {
        b.iter_batched_ref(
            || sealed.clone(),
            |data| cipher.open_in_place(nonce(), Aad::empty(), data).expect("opens").len(),
            BatchSize::SmallInput,
        );
    });
}

#[cfg(not(feature = "aws-lc-rs"))]
fn floor(_: &mut Criterion) {}

fn credential(c: &mut Criterion) {
    let json = br#"{"accountSid":"AC0123456789abcdef0123456789ab1234","authToken":"0123456789abcdef0123456789abcdef",
        "apiKeySid":"SK0123456789abcdef0123456789abcdef","apiKeySecret":"kB7wQz9Lm2Xc5Vn8Rt4Yp1Hs6Jd3Fg0A"}"#;
    let body = validate_json(Provider::Twilio, json, Policy::default()).expect("is accepted").body;
    c.bench_function("credential/read", |b| b.iter(|| read::<Twilio>(black_box(&body)).expect("is read")));
    c.bench_function("credential/json_value", |b| {
        b.iter(|| serde_json::from_slice::<serde_json::Value>(black_box(&body)).expect("is JSON"));
    });
}

criterion_group!(benches, envelopes, gcm_alone, floor, credential);
criterion_main!(benches);
