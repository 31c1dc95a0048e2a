-- What hangs on a message, and who wrote it where that is no number: a short code, a name in letters. Columns without a default: no row is
-- touched.

-- JSON; absent when nothing hangs on it.
ALTER TABLE message ADD COLUMN media TEXT;
ALTER TABLE message ADD COLUMN sender_name TEXT;
ALTER TABLE policy_violation ADD COLUMN sender_name TEXT;
