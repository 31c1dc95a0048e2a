-- Nobody's work waits behind thousands of one tenant's that are due at one instant: each has its turn, some time behind its due instant.
ALTER TABLE due_work ADD COLUMN behind INTEGER NOT NULL DEFAULT 0;

-- What has its turn, and what of a tenant's is due last, without what only came back from a claim.
CREATE INDEX due_work_in_turn ON due_work (due + behind, tenant_id, kind, id);
CREATE INDEX due_work_of_tenant ON due_work (tenant_id, due, behind) WHERE was_due = due;
