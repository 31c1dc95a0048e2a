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
