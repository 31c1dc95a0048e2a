DROP TABLE policy_allow_list;
DROP TABLE policy_scan_memory;
DROP TABLE policy_violation;
ALTER TABLE message DROP COLUMN delivery;
DROP FUNCTION keep_violation;
