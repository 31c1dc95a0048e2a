DROP INDEX due_work_of_tenant;
DROP INDEX due_work_in_turn;
ALTER TABLE due_work DROP COLUMN behind;
