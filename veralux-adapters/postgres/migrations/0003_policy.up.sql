-- Content policy: what was found, what is allowed, what the detector remembers.

-- How far a message that we send has come; absent for those that we receive.
ALTER TABLE message ADD COLUMN delivery text;

CREATE TABLE policy_violation (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    thread text COLLATE "C",
    message text,
    direction text NOT NULL,
    sender_role text NOT NULL,
    sender_id text,
    sender_phone text,
    -- The text of what was held.
    draft bytea,
    -- JSON.
    findings text NOT NULL,
    detector_version text NOT NULL,
    status text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    -- JSON; absent while nobody has decided.
    ruling text,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX policy_violation_by_status ON policy_violation (tenant_id, status, id);
CREATE INDEX policy_violation_by_thread ON policy_violation (tenant_id, thread, id) WHERE thread IS NOT NULL;
CREATE INDEX policy_violation_by_both ON policy_violation (tenant_id, thread, status, id) WHERE thread IS NOT NULL;

CREATE TABLE policy_scan_memory (
    tenant_id text COLLATE "C" NOT NULL,
    thread text COLLATE "C" NOT NULL,
    sender text COLLATE "C" NOT NULL,
    -- JSON.
    state text NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, thread, sender)
);

CREATE TABLE policy_allow_list (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY,
    -- JSON.
    entries text NOT NULL,
    revision bigint NOT NULL
);

SELECT isolate(of_tenants, 'SELECT, INSERT, UPDATE')
    FROM unnest(ARRAY['policy_violation', 'policy_scan_memory', 'policy_allow_list']::regclass[]) AS of_tenants;

-- What was found and what was held stays as it was; only the ruling comes to it, and the message that was sent.
CREATE FUNCTION keep_violation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a violation is kept, and decided once' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER kept BEFORE DELETE ON policy_violation FOR EACH ROW EXECUTE FUNCTION keep_violation();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON policy_violation EXECUTE FUNCTION keep_violation();
CREATE TRIGGER decided_once BEFORE UPDATE ON policy_violation FOR EACH ROW
    WHEN (OLD.ruling IS NOT NULL OR NEW.findings IS DISTINCT FROM OLD.findings OR NEW.draft IS DISTINCT FROM OLD.draft)
    EXECUTE FUNCTION keep_violation();
