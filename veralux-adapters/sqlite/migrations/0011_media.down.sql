ALTER TABLE policy_violation DROP COLUMN sender_name;
ALTER TABLE message DROP COLUMN sender_name;
ALTER TABLE message DROP COLUMN media;
