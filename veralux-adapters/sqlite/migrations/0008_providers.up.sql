-- What tenants have at providers: calls, operations under way, assistants; and the installation's tools.

CREATE TABLE phone_call (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    provider_call TEXT NOT NULL,
    called TEXT NOT NULL,
    caller TEXT,
    state TEXT NOT NULL,
    outcome TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    stream TEXT,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, provider, provider_call)
) STRICT, WITHOUT ROWID;
CREATE INDEX phone_call_open ON phone_call (tenant, id) WHERE state IN ('ringing', 'active');
CREATE INDEX phone_call_open_by_start ON phone_call (tenant, started_at) WHERE state IN ('ringing', 'active');
CREATE INDEX phone_call_by_start ON phone_call (tenant, started_at) WHERE state <> 'refused';

CREATE TABLE provider_operation (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    provider TEXT NOT NULL,
    number TEXT NOT NULL,
    class TEXT NOT NULL,
    state TEXT NOT NULL,
    -- JSON.
    steps TEXT NOT NULL,
    requested_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX provider_operation_running ON provider_operation (tenant, number) WHERE state = 'running';

CREATE TABLE assistant_link (
    tenant TEXT NOT NULL,
    platform TEXT NOT NULL,
    assistant TEXT NOT NULL,
    phone_number TEXT,
    number TEXT,
    definition BLOB NOT NULL,
    sync TEXT NOT NULL,
    generation INTEGER NOT NULL,
    -- JSON.
    error TEXT,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, platform, assistant)
) STRICT, WITHOUT ROWID;
-- One tenant's in the whole installation.
CREATE UNIQUE INDEX assistant_held_once ON assistant_link (platform, assistant);

-- Registered once for the whole installation: the operator's, no tenant is named.
CREATE TABLE tool_registration (
    platform TEXT NOT NULL,
    name TEXT NOT NULL,
    digest BLOB NOT NULL,
    remote_id TEXT,
    state TEXT NOT NULL,
    -- JSON.
    error TEXT,
    registered_at INTEGER,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (platform, name)
) STRICT, WITHOUT ROWID;
