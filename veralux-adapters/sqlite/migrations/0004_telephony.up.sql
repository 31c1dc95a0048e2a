-- Numbers that tenants prove to be their own, and how those lines are forwarded.

CREATE TABLE caller_id (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    number TEXT NOT NULL,
    name TEXT,
    -- State, tries, lock: one JSON document.
    verification TEXT NOT NULL,
    verified INTEGER NOT NULL,
    -- bcrypt; never the code itself.
    code TEXT,
    created_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX caller_id_by_proof ON caller_id (tenant, verified, id);
-- Verified once in the whole installation.
CREATE UNIQUE INDEX caller_id_verified_once ON caller_id (number) WHERE verified = 1;

CREATE TABLE forwarding (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    caller_id TEXT NOT NULL,
    number TEXT NOT NULL,
    destination TEXT NOT NULL,
    carrier TEXT NOT NULL,
    country TEXT NOT NULL,
    mode TEXT NOT NULL,
    ring_time INTEGER,
    activation_code TEXT NOT NULL,
    deactivation_code TEXT NOT NULL,
    status TEXT NOT NULL,
    confirmed_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, id),
    UNIQUE (tenant, caller_id)
) STRICT, WITHOUT ROWID;

-- When codes went to a number, whoever asked: all nodes and tenants count together.
CREATE TABLE issued_code (
    number TEXT NOT NULL,
    issued_at INTEGER NOT NULL
) STRICT;
CREATE INDEX issued_code_by_number ON issued_code (number, issued_at);
CREATE INDEX issued_code_by_age ON issued_code (issued_at);
