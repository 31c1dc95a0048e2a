ALTER TABLE idempotency_key DROP COLUMN acted;
ALTER TABLE idempotency_key DROP COLUMN attempt;
