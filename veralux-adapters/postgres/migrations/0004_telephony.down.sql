DROP TABLE issued_code;
DROP TABLE forwarding;
DROP TABLE caller_id;
DROP TABLE verified_number;
DROP FUNCTION hold_verified_number;
