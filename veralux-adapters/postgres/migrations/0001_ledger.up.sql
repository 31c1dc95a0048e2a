-- The ledger: what the product knows. Instants are microseconds since 1970-01-01T00:00:00Z. Texts that keys are made of
-- sort by their bytes, whatever the database's locale.
--
-- The tenant comes first in every key, and each table of tenants is under row level security: without
-- `SET LOCAL veralux.tenant_id` there is nothing to see, with it one tenant. What must be unique over all tenants, and what
-- leads from a number or a key to its tenant, is in tables of holders: they hold that and nothing else, and triggers of
-- their owner keep them.

-- Puts a table under row level security, its owner included, and lets the service do what it needs to.
CREATE FUNCTION isolate(tenants regclass, needed text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenants);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenants);
    -- A setting that was never made is NULL, one that was reset is empty: neither is a tenant.
    EXECUTE format('CREATE POLICY of_tenant ON %s USING (tenant_id = nullif(current_setting(''veralux.tenant_id'', true), ''''))',
                   tenants);
    -- A prepared statement is planned once for all tenants, and the average tenant is so small that any index would do. This
    -- makes the planner think of large ones: a plan that suits them costs a small one nothing.
    EXECUTE format('ALTER TABLE %s ALTER COLUMN tenant_id SET (n_distinct = 200)', tenants);
    EXECUTE format('GRANT %s ON %s TO veralux_service', needed, tenants);
END $$;

-- Makes a table append-only, and not by habit.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION keep_forever(history regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION refuse_change()',
                   history);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %s EXECUTE FUNCTION refuse_change()', history);
END $$;

CREATE TABLE tenant (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY,
    name text NOT NULL,
    status text COLLATE "C" NOT NULL,
    business_number text,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE TABLE number (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    e164 text COLLATE "C" NOT NULL,
    class text COLLATE "C" NOT NULL,
    status text COLLATE "C" NOT NULL,
    staff text,
    quarantine_reason text,
    quarantine_since bigint,
    quarantine_until bigint,
    provider text COLLATE "C" NOT NULL,
    last_used_at bigint,
    created_at bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX number_by_e164 ON number (tenant_id, e164);
CREATE INDEX number_by_class ON number (tenant_id, class, id);
CREATE INDEX number_by_both ON number (tenant_id, class, status, id);
CREATE INDEX number_by_status ON number (tenant_id, status, id);

CREATE TABLE customer (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    phone text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, phone)
);

CREATE TABLE thread (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    status text COLLATE "C" NOT NULL,
    customer text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    opted_out boolean NOT NULL,
    created_at bigint NOT NULL,
    pair_free_at bigint,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, customer) REFERENCES customer (tenant_id, id),
    FOREIGN KEY (tenant_id, number) REFERENCES number (tenant_id, id)
);
CREATE INDEX thread_by_number ON thread (tenant_id, number, id);
CREATE INDEX thread_by_number_and_status ON thread (tenant_id, number, status, id);
CREATE INDEX thread_by_customer ON thread (tenant_id, customer, id);
CREATE INDEX thread_by_status ON thread (tenant_id, status, id);

-- Which thread a customer and one of our numbers name. A row gives way to another thread only once its tail is over;
-- that two threads never share a pair is this key, not a check in code.
CREATE TABLE pair (
    tenant_id text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    customer text COLLATE "C" NOT NULL,
    thread text COLLATE "C" NOT NULL,
    free_at bigint,
    PRIMARY KEY (tenant_id, number, customer)
);
CREATE INDEX pair_by_thread ON pair (tenant_id, thread);

CREATE TABLE assignment_window (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    thread text COLLATE "C" NOT NULL,
    staff text NOT NULL,
    starts_at bigint NOT NULL,
    ends_at bigint NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, thread) REFERENCES thread (tenant_id, id)
);
CREATE INDEX assignment_window_by_thread ON assignment_window (tenant_id, thread, id);
CREATE INDEX assignment_window_by_end ON assignment_window (tenant_id, thread, ends_at);

CREATE TABLE routing_override (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    thread text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    target_id text,
    starts_at bigint NOT NULL,
    ends_at bigint,
    created_at bigint NOT NULL,
    removed_at bigint,
    reason text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, thread) REFERENCES thread (tenant_id, id)
);
CREATE INDEX routing_override_by_thread ON routing_override (tenant_id, thread, id);

CREATE TABLE webhook_claim (
    tenant_id text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL,
    claimed_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, provider, event)
);

CREATE TABLE message (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    thread text COLLATE "C",
    number text COLLATE "C",
    direction text NOT NULL,
    sender_role text NOT NULL,
    sender_id text,
    sender_phone text,
    body bytea NOT NULL,
    -- JSON; absent when nothing was found.
    findings text,
    action text NOT NULL,
    target text COLLATE "C",
    target_id text,
    decision text NOT NULL,
    received_at bigint NOT NULL,
    provider text COLLATE "C",
    provider_id text,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX message_by_thread ON message (tenant_id, thread, id) WHERE thread IS NOT NULL;
CREATE INDEX message_in_owner_inbox ON message (tenant_id, id) WHERE target = 'owner_inbox';

CREATE TABLE decision (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    thread text COLLATE "C",
    message text,
    at bigint NOT NULL,
    snapshot text NOT NULL,
    decision text NOT NULL,
    detector_version text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX decision_by_thread ON decision (tenant_id, thread, id) WHERE thread IS NOT NULL;

CREATE TABLE audit_event (
    tenant_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    -- JSON: what was stated.
    draft text NOT NULL,
    previous bytea NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (tenant_id, sequence)
);

-- Kept apart from the events, so that a chain whose tail was cut off shows.
CREATE TABLE audit_head (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL,
    hash bytea NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE runtime_version (
    tenant_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    digest bytea NOT NULL,
    document text NOT NULL,
    -- JSON: the DIDs that the document names.
    dids text NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    published_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

-- One row for each tenant that was ever published or had a DID mapped.
CREATE TABLE runtime_head (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY,
    -- What is published now; NULL while nothing is.
    version bigint,
    FOREIGN KEY (tenant_id, version) REFERENCES runtime_version (tenant_id, version)
);

-- The DIDs that lead to a tenant.
CREATE TABLE runtime_did (
    tenant_id text COLLATE "C" NOT NULL,
    did text COLLATE "C" NOT NULL,
    -- The published document names it.
    by_document boolean NOT NULL,
    -- A person mapped it; then it outlives the documents.
    by_hand boolean NOT NULL,
    PRIMARY KEY (tenant_id, did)
);

CREATE TABLE api_key (
    -- The tenant it is bound to, or the platform.
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    digest bytea NOT NULL,
    last_four text NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint,
    revoked_at bigint,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX api_key_by_digest ON api_key (tenant_id, digest);

-- Whose a phone number is, whatever its status: one tenant's in the whole installation.
CREATE TABLE number_holder (
    e164 text COLLATE "C" NOT NULL CONSTRAINT number_held_once PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL
);
CREATE FUNCTION hold_number() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM number_holder WHERE e164 = OLD.e164 AND tenant_id = OLD.tenant_id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO number_holder (e164, tenant_id) VALUES (NEW.e164, NEW.tenant_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER held AFTER INSERT OR DELETE ON number FOR EACH ROW EXECUTE FUNCTION hold_number();
CREATE TRIGGER held_anew AFTER UPDATE OF e164 ON number FOR EACH ROW WHEN (OLD.e164 <> NEW.e164)
    EXECUTE FUNCTION hold_number();

-- Which tenant a DID leads to: one in the whole installation.
CREATE TABLE did_holder (
    did text COLLATE "C" NOT NULL CONSTRAINT did_held_once PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL
);
CREATE FUNCTION hold_did() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO did_holder (did, tenant_id) VALUES (NEW.did, NEW.tenant_id);
    ELSE
        DELETE FROM did_holder WHERE did = OLD.did AND tenant_id = OLD.tenant_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER held AFTER INSERT OR DELETE ON runtime_did FOR EACH ROW EXECUTE FUNCTION hold_did();

-- Whose an API key is.
CREATE TABLE key_holder (
    digest bytea NOT NULL CONSTRAINT key_held_once PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL
);
CREATE FUNCTION hold_key() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO key_holder (digest, tenant_id) VALUES (NEW.digest, NEW.tenant_id);
    RETURN NULL;
END $$;
CREATE TRIGGER held AFTER INSERT ON api_key FOR EACH ROW EXECUTE FUNCTION hold_key();

-- The tenants that have a row in runtime_head, for a reconciliation to walk.
CREATE TABLE head_holder (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY
);
CREATE FUNCTION hold_head() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO head_holder (tenant_id) VALUES (NEW.tenant_id);
    RETURN NULL;
END $$;
CREATE TRIGGER held AFTER INSERT ON runtime_head FOR EACH ROW EXECUTE FUNCTION hold_head();

GRANT SELECT ON number_holder, did_holder, key_holder, head_holder TO veralux_service;

SELECT isolate(of_tenants, 'SELECT, INSERT') FROM unnest(ARRAY['customer', 'assignment_window', 'webhook_claim', 'message',
    'decision', 'audit_event', 'runtime_version']::regclass[]) AS of_tenants;
SELECT isolate(of_tenants, 'SELECT, INSERT, UPDATE') FROM unnest(ARRAY['tenant', 'number', 'thread', 'routing_override',
    'audit_head', 'runtime_head', 'api_key']::regclass[]) AS of_tenants;
SELECT isolate(of_tenants, 'SELECT, INSERT, UPDATE, DELETE') FROM unnest(ARRAY['pair', 'runtime_did']::regclass[])
    AS of_tenants;
SELECT keep_forever(history) FROM unnest(ARRAY['audit_event', 'decision', 'runtime_version']::regclass[]) AS history;

-- From a DID to its tenant's configuration, the question of every call: the tenant is set within, for this one statement.
CREATE FUNCTION resolve_did(called text) RETURNS TABLE (tenant_id text, document text) LANGUAGE plpgsql AS $$
DECLARE
    holder text;
BEGIN
    SELECT h.tenant_id INTO holder FROM did_holder h WHERE h.did = called;
    IF holder IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('veralux.tenant_id', holder, true);
    RETURN QUERY SELECT v.tenant_id, v.document FROM runtime_head r
        JOIN runtime_version v ON v.tenant_id = r.tenant_id AND v.version = r.version WHERE r.tenant_id = holder;
END $$;

-- The operator's list of tenants: the one read that spans them.
CREATE POLICY of_operator ON tenant FOR SELECT USING (current_setting('veralux.operator', true) = 'on');
