-- Who answers a request under an idempotency key, and whether the request has done anything yet: whoever takes a key over
-- whose process died must neither act twice nor be acted against.

ALTER TABLE idempotency_key ADD COLUMN attempt bigint NOT NULL DEFAULT 1;
ALTER TABLE idempotency_key ADD COLUMN acted boolean NOT NULL DEFAULT false;
