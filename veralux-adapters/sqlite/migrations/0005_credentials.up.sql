-- What tenants entrust to us, sealed: credentials, other secrets, the wrapped keys that both lie under.

CREATE TABLE root_key (
    id INTEGER NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    check_value BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
) STRICT;

CREATE TABLE tenant_key (
    tenant TEXT NOT NULL,
    version INTEGER NOT NULL,
    root_key INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_key_by_root_key ON tenant_key (root_key, tenant);

-- The highest version that a key of the tenant ever had: removed keys leave nothing else behind.
CREATE TABLE tenant_key_version (
    tenant TEXT NOT NULL PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE credential (
    tenant TEXT NOT NULL,
    provider TEXT NOT NULL,
    id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    root_key INTEGER NOT NULL,
    key_version INTEGER NOT NULL,
    state TEXT NOT NULL,
    hint TEXT,
    account TEXT,
    expires_at INTEGER,
    -- One JSON document each: when and how it was checked, code and instant, holder and end.
    last_check TEXT,
    last_error TEXT,
    lease TEXT,
    created_at INTEGER NOT NULL,
    sealed_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    PRIMARY KEY (tenant, provider),
    UNIQUE (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX credential_by_root_key ON credential (root_key, tenant);
CREATE INDEX credential_quarantined ON credential (root_key) WHERE state = 'quarantined';

-- No reference to the credential: a copy outlives it and must still be taken back.
CREATE TABLE credential_export (
    tenant TEXT NOT NULL,
    provider TEXT NOT NULL,
    target TEXT NOT NULL,
    remote_id TEXT,
    generation INTEGER NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, provider, target)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenant_secret (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    generation INTEGER NOT NULL,
    root_key INTEGER NOT NULL,
    key_version INTEGER NOT NULL,
    sealed_at INTEGER NOT NULL,
    envelope BLOB NOT NULL,
    PRIMARY KEY (tenant, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX tenant_secret_by_root_key ON tenant_secret (root_key, tenant);
