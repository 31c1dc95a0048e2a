-- Removes everything that the product knows. Triggers and indexes go with their tables.
DROP TABLE api_key;
DROP TABLE runtime_did;
DROP TABLE runtime_head;
DROP TABLE runtime_version;
DROP TABLE audit_head;
DROP TABLE audit_event;
DROP TABLE decision;
DROP TABLE message;
DROP TABLE webhook_claim;
DROP TABLE routing_override;
DROP TABLE assignment_window;
DROP TABLE pair;
DROP TABLE thread;
DROP TABLE customer;
DROP TABLE number;
DROP TABLE tenant;
DROP TABLE number_holder, did_holder, key_holder, head_holder;
DROP FUNCTION resolve_did, hold_number, hold_did, hold_key, hold_head, keep_forever, refuse_change, isolate;
