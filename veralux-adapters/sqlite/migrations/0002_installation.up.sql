-- What belongs to the installation and not to a tenant.

CREATE TABLE setting (
    name TEXT NOT NULL PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_key (
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    -- SHA-256 of the request's body.
    body BLOB NOT NULL,
    claimed_at INTEGER NOT NULL,
    -- Absent while the first request is at work.
    status INTEGER,
    content_type TEXT,
    answer BLOB,
    PRIMARY KEY (owner, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_key_by_age ON idempotency_key (claimed_at);

CREATE TABLE unclaimed_webhook (
    provider TEXT NOT NULL,
    event TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (provider, event)
) STRICT;
