CREATE INDEX due_work_in_order ON due_work (due, tenant_id, kind, id);
DROP INDEX due_work_of_tenant;
DROP INDEX due_work_by_due;
DROP INDEX due_work_in_turn;
ALTER TABLE due_work DROP COLUMN behind;
