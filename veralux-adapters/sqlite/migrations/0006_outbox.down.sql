DROP TABLE runtime_outbox_did;
DROP TABLE runtime_outbox;
