//! The outcomes of an opening, as tables.

use std::sync::Arc;

use async_trait::async_trait;
use veralux_core::credential::Provider;
use veralux_core::id::{CredentialId, TenantId};
use veralux_core::port::{Change, Credential, CredentialState, CustodyError, Envelope, RootKeys, TenantKey};
use veralux_core::seal::{DataKey, Entropy, OpenError};
use veralux_core::service::Kind;

use crate::vault_world::{Fail, Safe, drive, twilio};

const AGAIN: &str = "Try again shortly.";
pub(crate) const DAMAGED: &str = "Stored credential is damaged. Reconnect.";

/// A key service that does not unwrap.
#[derive(Debug)]
struct Custody(CustodyError);

#[async_trait]
impl RootKeys for Custody {
    async fn primary(&self) -> Result<u32, CustodyError> {
        Err(self.0)
    }

    async fn wrap(
        &self,
        _: &TenantId,
        _: u32,
        _: &DataKey,
        _: Entropy,
    ) -> Result<(u32, Envelope), CustodyError> {
        Err(self.0)
    }

    async fn unwrap(&self, _: &TenantId, _: &TenantKey) -> Result<DataKey, CustodyError> {
        Err(self.0)
    }
}

fn custody(safe: &mut Safe, error: CustodyError) {
    safe.put(1);
    safe.vault = Arc::new(safe.with_root_keys(Arc::new(Custody(error))));
}

/// Puts the row of tenant `t2` in place of ours.
fn move_from_another_tenant(safe: &mut Safe) {
    safe.put(1);
    let other = TenantId::parse("t2").unwrap();
    let json = twilio(2);
    let put = safe.vault.put(&safe.context, &other, Provider::Twilio, &json, false);
    let theirs = drive(put).unwrap().credential.envelope;
    safe.tamper(Provider::Twilio, |row| row.envelope = theirs);
}

fn move_to_another_row(safe: &mut Safe) {
    let row = safe.put(1);
    safe.commit(Change::RemoveCredential { provider: Provider::Twilio, before: row.revision });
    let after = Credential { id: CredentialId::parse("crd_other").unwrap(), revision: 1, ..row };
    safe.commit(Change::Credential { after: Box::new(after), before: None });
}

fn move_to_another_provider(safe: &mut Safe) {
    safe.put(1);
    let row = safe.put_grant("a-refresh-token-of-google");
    safe.tamper(Provider::Twilio, |twilio| twilio.envelope = row.envelope.clone());
}

/// What, how it comes about, code, kind, what a person reads.
type Case = (&'static str, fn(&mut Safe), &'static str, Kind, &'static str);
/// What, how it comes about, code.
type Damage = (&'static str, fn(&mut Safe), &'static str);

pub(crate) const DAMAGES: &[Damage] = &[
    (
        "not an envelope",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| *bytes = b"{\"authToken\":1}".to_vec());
        },
        "envelope_malformed",
    ),
    (
        "cut off",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes.truncate(60));
        },
        "envelope_malformed",
    ),
    (
        "longer than any",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes.resize(70_000, 0));
        },
        "envelope_malformed",
    ),
    (
        "another suite",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes[4] = 2);
        },
        "envelope_malformed",
    ),
    ("of another tenant", move_from_another_tenant, "commitment_mismatch"),
    ("of another row", move_to_another_row, "commitment_mismatch"),
    ("of another provider", move_to_another_provider, "commitment_mismatch"),
    (
        "of another generation",
        |safe| {
            safe.put(1);
            safe.tamper(Provider::Twilio, |row| row.generation += 1);
        },
        "commitment_mismatch",
    ),
    (
        "naming a key that its row does not",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes[13] = 9);
        },
        "commitment_mismatch",
    ),
    (
        "a bit of the salt",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes[20] ^= 1);
        },
        "commitment_mismatch",
    ),
    (
        "a bit of the tag",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| *bytes.last_mut().unwrap() ^= 1);
        },
        "tag_mismatch",
    ),
    (
        "a bit of the ciphertext",
        |safe| {
            safe.put(1);
            safe.tamper_envelope(|bytes| bytes[91] ^= 1);
        },
        "tag_mismatch",
    ),
];

pub(crate) const CASES: &[Case] = &[
    (
        "never connected",
        |_| {},
        "not_connected",
        Kind::Conflict,
        "Connect Twilio in Settings > Integrations.",
    ),
    (
        "switched off",
        |safe| {
            safe.put(1);
            drive(safe.vault.disable(&safe.context, &safe.tenant, Provider::Twilio)).unwrap();
        },
        "credential_disabled",
        Kind::Conflict,
        "Reconnect Twilio.",
    ),
    (
        "grant ended",
        |safe| {
            safe.put(1);
            safe.set_state(CredentialState::NeedsReconnect);
        },
        "needs_reconnect",
        Kind::Conflict,
        "Reconnect Twilio.",
    ),
    (
        "put aside before",
        |safe| {
            safe.put(1);
            safe.set_state(CredentialState::Quarantined);
        },
        "credential_quarantined",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "the tenant's key is destroyed",
        |safe| {
            safe.put(1);
            safe.commit(Change::DestroyTenantKeys);
            safe.vault.forget_all();
        },
        "tenant_key_missing",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "a root key that is not here",
        |safe| custody(safe, CustodyError::Unknown(1)),
        "root_key_unknown",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "a root key that is retired",
        |safe| custody(safe, CustodyError::Retired(1)),
        "root_key_retired",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "the tenant's key is damaged",
        |safe| custody(safe, CustodyError::Envelope(OpenError::Tag)),
        "tenant_key_damaged",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "the key service is away",
        |safe| custody(safe, CustodyError::Unavailable),
        "key_service_unavailable",
        Kind::Unavailable,
        AGAIN,
    ),
    (
        "the key service refuses",
        |safe| custody(safe, CustodyError::Denied),
        "key_service_denied",
        Kind::Unavailable,
        DAMAGED,
    ),
    (
        "a body that is no JSON",
        |safe| {
            safe.put(1);
            safe.seal_raw(b"{\"authToken\": hunter2}");
        },
        "body_unreadable",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "a body of nothing",
        |safe| {
            safe.put(1);
            safe.seal_raw(b"");
        },
        "body_invalid",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "a body without a field",
        |safe| {
            safe.put(1);
            safe.seal_raw(br#"{"v":1,"authToken":"00000000000000000000000000000001"}"#);
        },
        "body_invalid",
        Kind::Broken,
        "Field accountSid is not valid.",
    ),
    (
        "a body of a newer version",
        |safe| {
            safe.put(1);
            safe.seal_raw(br#"{"v":99,"accountSid":"x"}"#);
        },
        "schema_too_new",
        Kind::Broken,
        DAMAGED,
    ),
    (
        "the store is away",
        |safe| {
            safe.put(1);
            safe.store.fail(Fail::Transient, Fail::Transient);
        },
        "store_unavailable",
        Kind::Unavailable,
        AGAIN,
    ),
    (
        "the store refuses",
        |safe| safe.store.fail(Fail::Denied, Fail::Denied),
        "store_denied",
        Kind::Broken,
        AGAIN,
    ),
    (
        "the store is broken",
        |safe| safe.store.fail(Fail::Permanent, Fail::No),
        "store_broken",
        Kind::Broken,
        AGAIN,
    ),
    (
        "the trail cannot be written",
        |safe| {
            safe.put(1);
            safe.store.fail(Fail::No, Fail::Transient);
        },
        "audit_unavailable",
        Kind::Unavailable,
        AGAIN,
    ),
    (
        "the trail may not be written",
        |safe| {
            safe.put(1);
            safe.store.fail(Fail::No, Fail::Denied);
        },
        "audit_unavailable",
        Kind::Unavailable,
        AGAIN,
    ),
];
