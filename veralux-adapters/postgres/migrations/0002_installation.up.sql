-- What belongs to the installation and not to a tenant.

CREATE TABLE setting (
    name text NOT NULL PRIMARY KEY,
    value bytea NOT NULL
);

CREATE TABLE idempotency_key (
    owner text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    -- SHA-256 of the request's body.
    body bytea NOT NULL,
    claimed_at bigint NOT NULL,
    -- Absent while the first request is at work.
    status bigint,
    content_type text,
    answer bytea,
    PRIMARY KEY (owner, key)
);
CREATE INDEX idempotency_key_by_age ON idempotency_key (claimed_at);

CREATE TABLE unclaimed_webhook (
    provider text COLLATE "C" NOT NULL,
    event text COLLATE "C" NOT NULL,
    received_at bigint NOT NULL,
    reason text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (provider, event)
);

GRANT SELECT, INSERT ON setting, unclaimed_webhook TO veralux_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO veralux_service;
