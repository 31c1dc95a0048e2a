DROP TABLE unclaimed_webhook;
DROP TABLE idempotency_key;
DROP TABLE setting;
