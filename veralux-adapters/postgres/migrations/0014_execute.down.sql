ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
REVOKE EXECUTE ON FUNCTION resolve_did, find_key, conversation, enter_holder_of FROM veralux_service;
GRANT EXECUTE ON FUNCTION isolate, refuse_change, keep_forever, hold_number, hold_did, hold_key, hold_head, resolve_did, keep_violation,
    hold_verified_number, count_sealed, count_tenant_key, count_credential, count_secret, hold_assistant, find_key, conversation,
    enter_holder_of, hold_line TO PUBLIC;
