-- Content policy: what was found, what is allowed, what the detector remembers.

-- How far a message that we send has come; absent for those that we receive.
ALTER TABLE message ADD COLUMN delivery TEXT;

CREATE TABLE policy_violation (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    thread TEXT,
    message TEXT,
    direction TEXT NOT NULL,
    sender_role TEXT NOT NULL,
    sender_id TEXT,
    sender_phone TEXT,
    -- The text of what was held.
    draft TEXT,
    -- JSON.
    findings TEXT NOT NULL,
    detector_version TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- JSON; absent while nobody has decided.
    ruling TEXT,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX policy_violation_by_status ON policy_violation (tenant, status, id);
CREATE INDEX policy_violation_by_thread ON policy_violation (tenant, thread, id) WHERE thread IS NOT NULL;
CREATE INDEX policy_violation_by_both ON policy_violation (tenant, thread, status, id) WHERE thread IS NOT NULL;
-- What was found and what was held stays as it was; only the ruling comes to it, and the message that was sent.
CREATE TRIGGER policy_violation_is_kept BEFORE DELETE ON policy_violation
BEGIN
    SELECT RAISE(ABORT, 'violations are kept');
END;
CREATE TRIGGER policy_violation_is_history BEFORE UPDATE ON policy_violation
WHEN OLD.ruling IS NOT NULL OR NEW.findings IS NOT OLD.findings OR NEW.draft IS NOT OLD.draft
BEGIN
    SELECT RAISE(ABORT, 'a violation is decided once');
END;

CREATE TABLE policy_scan_memory (
    tenant TEXT NOT NULL,
    thread TEXT NOT NULL,
    sender TEXT NOT NULL,
    -- JSON.
    state TEXT NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, thread, sender)
) STRICT, WITHOUT ROWID;

CREATE TABLE policy_allow_list (
    tenant TEXT NOT NULL PRIMARY KEY,
    -- JSON.
    entries TEXT NOT NULL,
    revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
