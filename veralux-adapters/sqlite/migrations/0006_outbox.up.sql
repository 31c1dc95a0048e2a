-- Whose projection is behind the ledger: counted on by each commit that touches what is published. No content.

CREATE TABLE runtime_outbox (
    tenant TEXT NOT NULL PRIMARY KEY,
    -- Never goes back; the projection is in line up to the second one.
    sequence INTEGER NOT NULL,
    projected INTEGER NOT NULL,
    since INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX runtime_outbox_waiting ON runtime_outbox (since, tenant) WHERE projected < sequence;

-- DIDs that led to the tenant, and when they left: the projection may still lead them there.
CREATE TABLE runtime_outbox_did (
    tenant TEXT NOT NULL,
    did TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (tenant, did)
) STRICT, WITHOUT ROWID;

-- What was published before is written once more.
INSERT INTO runtime_outbox (tenant, sequence, projected, since) SELECT tenant, 1, 0, 0 FROM runtime_head;
