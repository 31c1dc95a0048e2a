-- How far messages are that we send, and what is to be done some time.

-- Beside the messages, which stay as they were stored: this changes with every attempt and report.
CREATE TABLE message_delivery (
    tenant TEXT NOT NULL,
    message TEXT NOT NULL,
    -- Our number, once more, to count its failures.
    number TEXT,
    -- What the provider calls it.
    provider TEXT,
    provider_id TEXT,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    retries INTEGER NOT NULL,
    attempt_at INTEGER,
    -- JSON.
    error TEXT,
    failed_at INTEGER,
    dead_since INTEGER,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_delivery_by_provider ON message_delivery (tenant, provider, provider_id, message)
    WHERE provider_id IS NOT NULL;
CREATE INDEX message_delivery_dead ON message_delivery (tenant, message) WHERE dead_since IS NOT NULL;
CREATE INDEX message_delivery_failed ON message_delivery (tenant, number, failed_at) WHERE failed_at IS NOT NULL;
INSERT INTO message_delivery (tenant, message, number, provider, provider_id, state, attempts, retries, updated_at, revision)
    SELECT tenant, id, number, provider, provider_id, delivery, 0, 0, received_at, 1 FROM message WHERE delivery IS NOT NULL;
ALTER TABLE message DROP COLUMN delivery;

-- Work of all tenants, in the order in which it is due: ids, nothing of what they are about.
CREATE TABLE due_work (
    tenant TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    -- While it is claimed, when the claim ends.
    due INTEGER NOT NULL,
    -- When it was due before it was claimed.
    was_due INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_work_in_order ON due_work (due, tenant, kind, id);
CREATE INDEX due_work_by_kind ON due_work (kind);
