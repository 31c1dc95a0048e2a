-- What was given back is held as before. Refused when somebody else has taken it meanwhile: whose it is, is not for a migration to say.
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE number_before AS SELECT * FROM number;
DROP TABLE number;
CREATE TABLE number (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
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
    PRIMARY KEY (tenant_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX number_by_class ON number (tenant_id, class, status, id);
CREATE INDEX number_by_status ON number (tenant_id, status, id);
INSERT INTO number (tenant_id, id, e164, class, status, staff, quarantine_reason, quarantine_since, quarantine_until, provider,
    last_used_at, created_at, revision)
    SELECT tenant_id, id, e164, class, status, staff, quarantine_reason, quarantine_since, quarantine_until, provider,
    last_used_at, created_at, revision
    FROM number_before;
DROP TABLE number_before;
