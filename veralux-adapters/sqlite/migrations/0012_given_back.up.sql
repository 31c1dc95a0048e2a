-- A number that was given back to its provider stays for the threads that were on it, and is held by nobody: another tenant may buy it.
-- That it is held once was said by its column, so the table is made anew. Threads name its rows, which are back when the transaction ends.
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE number_before AS SELECT * FROM number;
DROP TABLE number;
CREATE TABLE number (
    tenant_id TEXT NOT NULL,
    id TEXT NOT NULL,
    e164 TEXT NOT NULL,
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
    -- When it was given back to its provider; from then on it is not held.
    given_back_at INTEGER,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, e164)
) STRICT, WITHOUT ROWID;
CREATE INDEX number_by_class ON number (tenant_id, class, status, id);
CREATE INDEX number_by_status ON number (tenant_id, status, id);
-- Held once in the whole installation, whatever its status.
CREATE UNIQUE INDEX number_held_once ON number (e164) WHERE given_back_at IS NULL;
INSERT INTO number (tenant_id, id, e164, class, status, staff, quarantine_reason, quarantine_since, quarantine_until, provider,
    last_used_at, created_at, revision)
    SELECT tenant_id, id, e164, class, status, staff, quarantine_reason, quarantine_since, quarantine_until, provider,
    last_used_at, created_at, revision
    FROM number_before;
DROP TABLE number_before;
