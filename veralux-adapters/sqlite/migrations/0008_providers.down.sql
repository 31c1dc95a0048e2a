DROP TABLE tool_registration;
DROP TABLE assistant_link;
DROP TABLE provider_operation;
DROP TABLE phone_call;
