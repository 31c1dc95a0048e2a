-- Whose projection is behind the ledger: counted on by each commit that touches what is published. Tables of holders, as
-- in the ledger: tenant ids and DIDs, nothing that is published. No row level security, since one node writes the
-- projections of all tenants.

CREATE TABLE runtime_outbox (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY,
    -- Never goes back; the projection is in line up to the second one.
    sequence bigint NOT NULL,
    projected bigint NOT NULL,
    since bigint NOT NULL
);
CREATE INDEX runtime_outbox_waiting ON runtime_outbox (since, tenant_id) WHERE projected < sequence;

-- DIDs that led to the tenant, and when they left: the projection may still lead them there.
CREATE TABLE runtime_outbox_did (
    tenant_id text COLLATE "C" NOT NULL,
    did text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (tenant_id, did)
);

-- What was published before is written once more.
INSERT INTO runtime_outbox (tenant_id, sequence, projected, since) SELECT tenant_id, 1, 0, 0 FROM head_holder;

GRANT SELECT, INSERT, UPDATE ON runtime_outbox TO veralux_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON runtime_outbox_did TO veralux_service;
