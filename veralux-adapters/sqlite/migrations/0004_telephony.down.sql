DROP TABLE issued_code;
DROP TABLE forwarding;
DROP TABLE caller_id;
