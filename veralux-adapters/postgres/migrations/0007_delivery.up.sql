-- How far messages are that we send, and what is to be done some time.

-- Beside the messages, which stay as they were stored: this changes with every attempt and report.
CREATE TABLE message_delivery (
    tenant_id text COLLATE "C" NOT NULL,
    message text COLLATE "C" NOT NULL,
    -- Our number, once more, to count its failures.
    number text COLLATE "C",
    -- What the provider calls it.
    provider text COLLATE "C",
    provider_id text COLLATE "C",
    state text NOT NULL,
    attempts bigint NOT NULL,
    retries bigint NOT NULL,
    attempt_at bigint,
    -- JSON.
    error text,
    failed_at bigint,
    dead_since bigint,
    updated_at bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, message)
) WITH (fillfactor = 80);
CREATE INDEX message_delivery_by_provider ON message_delivery (tenant_id, provider, provider_id, message)
    WHERE provider_id IS NOT NULL;
CREATE INDEX message_delivery_dead ON message_delivery (tenant_id, message) WHERE dead_since IS NOT NULL;
CREATE INDEX message_delivery_failed ON message_delivery (tenant_id, number, failed_at) WHERE failed_at IS NOT NULL;

-- Of all tenants: for this one statement the owner looks over the fence.
ALTER TABLE message NO FORCE ROW LEVEL SECURITY;
INSERT INTO message_delivery (tenant_id, message, number, provider, provider_id, state, attempts, retries, updated_at, revision)
    SELECT tenant_id, id, number, provider, provider_id, delivery, 0, 0, received_at, 1 FROM message WHERE delivery IS NOT NULL;
ALTER TABLE message FORCE ROW LEVEL SECURITY;
ALTER TABLE message DROP COLUMN delivery;
SELECT isolate('message_delivery', 'SELECT, INSERT, UPDATE');

-- Work of all tenants, in the order in which it is due: tenant ids and ids, nothing of what they are about. No row level
-- security, since one node does the work of all tenants.
CREATE TABLE due_work (
    tenant_id text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    -- While it is claimed, when the claim ends.
    due bigint NOT NULL,
    -- When it was due before it was claimed.
    was_due bigint NOT NULL,
    PRIMARY KEY (tenant_id, kind, id)
) WITH (fillfactor = 50);
CREATE INDEX due_work_in_order ON due_work (due, tenant_id, kind, id);
CREATE INDEX due_work_by_kind ON due_work (kind);
GRANT SELECT, INSERT, UPDATE, DELETE ON due_work TO veralux_service;
