use veralux_core::port::{Census, Credential, CredentialExport, Envelope, RootKey, TenantKey, TenantSecret};

use super::{Columns, Database, Record, Result};

/// The columns of a [`Credential`](veralux_core::port::Credential), over `c`.
#[macro_export]
macro_rules! credential_columns {
    () => {
        "c.id, c.provider, c.generation, c.envelope, c.root_key, c.key_version, c.state, c.hint, c.account, \
         c.expires_at, c.last_check, c.last_error, c.lease, c.created_at, c.sealed_at, c.revision"
    };
}

/// The columns of a [`TenantKey`](veralux_core::port::TenantKey), over `k`.
#[macro_export]
macro_rules! tenant_key_columns {
    () => {
        "k.version, k.root_key, k.wrapped, k.created_at"
    };
}

/// The columns of a [`TenantSecret`](veralux_core::port::TenantSecret), over `s`.
#[macro_export]
macro_rules! secret_columns {
    () => {
        "s.key, s.generation, s.envelope, s.root_key, s.key_version, s.sealed_at"
    };
}

/// The columns of a [`CredentialExport`](veralux_core::port::CredentialExport), over `e`.
#[macro_export]
macro_rules! export_columns {
    () => {
        "e.provider, e.target, e.remote_id, e.generation, e.state, e.error, e.at, e.revision"
    };
}

/// The columns of a [`RootKey`](veralux_core::port::RootKey), over `r`.
#[macro_export]
macro_rules! root_key_columns {
    () => {
        "r.id, r.state, r.check_value, r.created_at, r.revision"
    };
}

impl Record for Credential {
    const COLUMNS: usize = 16;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            provider: columns.parsed("provider")?,
            generation: columns.count("generation")?,
            envelope: envelope(columns, "envelope")?,
            root_key: columns.small("root_key")?,
            key_version: columns.small("key_version")?,
            state: columns.parsed("state")?,
            hint: columns.text_if_any("hint")?,
            account: columns.text_if_any("account")?,
            expires_at: columns.instant_if_any("expires_at")?,
            check: columns.json_if_any("last_check")?,
            last_error: columns.json_if_any("last_error")?,
            lease: columns.json_if_any("lease")?,
            created_at: columns.instant("created_at")?,
            sealed_at: columns.instant("sealed_at")?,
            revision: columns.count("revision")?,
        })
    }
}

impl Record for TenantKey {
    const COLUMNS: usize = 4;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            version: columns.small("version")?,
            root_key: columns.small("root_key")?,
            wrapped: envelope(columns, "wrapped")?,
            created_at: columns.instant("created_at")?,
        })
    }
}

impl Record for TenantSecret {
    const COLUMNS: usize = 6;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            key: columns.text("key")?,
            generation: columns.count("generation")?,
            envelope: envelope(columns, "envelope")?,
            root_key: columns.small("root_key")?,
            key_version: columns.small("key_version")?,
            sealed_at: columns.instant("sealed_at")?,
        })
    }
}

impl Record for CredentialExport {
    const COLUMNS: usize = 8;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            provider: columns.parsed("provider")?,
            target: columns.parsed("target")?,
            remote_id: columns.text_if_any("remote_id")?,
            generation: columns.count("generation")?,
            state: columns.parsed("state")?,
            error: columns.text_if_any("error")?,
            at: columns.instant("at")?,
            revision: columns.count("revision")?,
        })
    }
}

impl Record for RootKey {
    const COLUMNS: usize = 5;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.small("id")?,
            state: columns.parsed("state")?,
            check: columns.bytes("check_value")?,
            created_at: columns.instant("created_at")?,
            revision: columns.count("revision")?,
        })
    }
}

/// Root key, tenants' keys, envelopes, quarantined ones.
impl Record for Census {
    const COLUMNS: usize = 4;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            root_key: columns.small("root_key")?,
            tenant_keys: columns.count("count")?,
            envelopes: columns.count("count")?,
            quarantined: columns.count("count")?,
        })
    }
}

fn envelope<D: Database>(columns: &mut Columns<'_, D>, name: &'static str) -> Result<Envelope> {
    columns.blob(name).map(Envelope::new)
}
