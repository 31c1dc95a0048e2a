-- The ledger: what the product knows. Instants are microseconds since 1970-01-01T00:00:00Z.
-- The tenant comes first in every key, so that no query of one tenant touches the rows of another.

CREATE TABLE tenant (
    tenant TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    business_number TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE number (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    -- Held once in the whole installation, whatever its status.
    e164 TEXT NOT NULL UNIQUE,
    class TEXT NOT NULL,
    status TEXT NOT NULL,
    staff TEXT,
    quarantine_reason TEXT,
    quarantine_since INTEGER,
    quarantine_until INTEGER,
    provider TEXT NOT NULL,
    last_used_at INTEGER,
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX number_by_class ON number (tenant, class, status, id);
CREATE INDEX number_by_status ON number (tenant, status, id);

CREATE TABLE customer (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    phone TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, phone)
) STRICT, WITHOUT ROWID;

CREATE TABLE thread (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    customer TEXT NOT NULL,
    number TEXT NOT NULL,
    opted_out INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    pair_free_at INTEGER,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, customer) REFERENCES customer (tenant, id),
    FOREIGN KEY (tenant, number) REFERENCES number (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_by_number ON thread (tenant, number, id);
CREATE INDEX thread_by_customer ON thread (tenant, customer, id);
CREATE INDEX thread_by_status ON thread (tenant, status, id);

-- Which thread a customer and one of our numbers name. A row gives way to another thread only once its tail is over;
-- that two threads never share a pair is this key, not a check in code.
CREATE TABLE pair (
    tenant TEXT NOT NULL,
    number TEXT NOT NULL,
    customer TEXT NOT NULL,
    thread TEXT NOT NULL,
    free_at INTEGER,
    PRIMARY KEY (tenant, number, customer)
) STRICT, WITHOUT ROWID;
CREATE INDEX pair_by_thread ON pair (tenant, thread);

CREATE TABLE assignment_window (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    thread TEXT NOT NULL,
    staff TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, thread) REFERENCES thread (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX assignment_window_by_thread ON assignment_window (tenant, thread, id);
CREATE INDEX assignment_window_by_end ON assignment_window (tenant, thread, ends_at);

CREATE TABLE routing_override (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    thread TEXT NOT NULL,
    target TEXT NOT NULL,
    target_id TEXT,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER,
    created_at INTEGER NOT NULL,
    removed_at INTEGER,
    reason TEXT NOT NULL,
    PRIMARY KEY (tenant, id),
    FOREIGN KEY (tenant, thread) REFERENCES thread (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX routing_override_by_thread ON routing_override (tenant, thread, id);

CREATE TABLE webhook_claim (
    tenant TEXT NOT NULL,
    provider TEXT NOT NULL,
    event TEXT NOT NULL,
    claimed_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, provider, event)
) STRICT, WITHOUT ROWID;

CREATE TABLE message (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    thread TEXT,
    number TEXT,
    direction TEXT NOT NULL,
    sender_role TEXT NOT NULL,
    sender_id TEXT,
    sender_phone TEXT,
    body TEXT NOT NULL,
    -- JSON; absent when nothing was found.
    findings TEXT,
    action TEXT NOT NULL,
    target TEXT,
    target_id TEXT,
    decision TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    provider TEXT,
    provider_id TEXT,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_by_thread ON message (tenant, thread, id) WHERE thread IS NOT NULL;
CREATE INDEX message_in_owner_inbox ON message (tenant, id) WHERE target = 'owner_inbox';

-- Rows of several kilobytes: with row ids they fill their pages better.
CREATE TABLE decision (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    thread TEXT,
    message TEXT,
    at INTEGER NOT NULL,
    snapshot TEXT NOT NULL,
    decision TEXT NOT NULL,
    detector_version TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX decision_by_thread ON decision (tenant, thread, id) WHERE thread IS NOT NULL;

CREATE TABLE audit_event (
    tenant TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    -- JSON: what was stated.
    draft TEXT NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (tenant, sequence)
) STRICT, WITHOUT ROWID;

-- Kept apart from the events, so that a chain whose tail was cut off shows.
CREATE TABLE audit_head (
    tenant TEXT NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runtime_version (
    tenant TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest BLOB NOT NULL,
    document TEXT NOT NULL,
    -- JSON: the DIDs that the document names.
    dids TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (tenant, version)
) STRICT;

-- One row for each tenant that was ever published or had a DID mapped.
CREATE TABLE runtime_head (
    tenant TEXT NOT NULL PRIMARY KEY,
    -- What is published now; NULL while nothing is.
    version INTEGER,
    FOREIGN KEY (tenant, version) REFERENCES runtime_version (tenant, version)
) STRICT, WITHOUT ROWID;

-- A DID leads to one tenant.
CREATE TABLE runtime_did (
    did TEXT NOT NULL PRIMARY KEY,
    tenant TEXT NOT NULL,
    -- The published document names it.
    by_document INTEGER NOT NULL,
    -- A person mapped it; then it outlives the documents.
    by_hand INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX runtime_did_by_tenant ON runtime_did (tenant, did);

CREATE TABLE api_key (
    -- The tenant it is bound to, or the platform.
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    digest BLOB NOT NULL UNIQUE,
    last_four TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

-- Append-only, and not by habit.
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER decision_no_delete BEFORE DELETE ON decision
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER runtime_version_no_update BEFORE UPDATE ON runtime_version
BEGIN SELECT RAISE(ABORT, 'runtime_version is append-only'); END;
CREATE TRIGGER runtime_version_no_delete BEFORE DELETE ON runtime_version
BEGIN SELECT RAISE(ABORT, 'runtime_version is append-only'); END;

-- REPLACE would delete without its delete trigger.
CREATE TRIGGER audit_event_no_replace BEFORE INSERT ON audit_event
WHEN EXISTS (SELECT 1 FROM audit_event WHERE tenant = NEW.tenant AND sequence = NEW.sequence)
BEGIN SELECT RAISE(ABORT, 'audit_event is append-only'); END;
CREATE TRIGGER decision_no_replace BEFORE INSERT ON decision
WHEN EXISTS (SELECT 1 FROM decision WHERE tenant = NEW.tenant AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'decision is append-only'); END;
CREATE TRIGGER runtime_version_no_replace BEFORE INSERT ON runtime_version
WHEN EXISTS (SELECT 1 FROM runtime_version WHERE tenant = NEW.tenant AND version = NEW.version)
BEGIN SELECT RAISE(ABORT, 'runtime_version is append-only'); END;
