DROP TABLE tool_registration;
DROP TABLE assistant_link;
DROP TABLE assistant_holder;
DROP TABLE provider_operation;
DROP TABLE phone_call;
DROP FUNCTION hold_assistant;
