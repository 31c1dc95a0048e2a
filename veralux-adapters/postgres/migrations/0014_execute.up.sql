-- Who may call our functions. A new function is everybody's in PostgreSQL: whoever may connect could hang those that keep the holders on a
-- table of his own, a temporary one will do, and write holders through it. So the owner's functions are for the owner alone, but for those
-- that the service calls. Triggers need no grant: it is asked for when a trigger is made, not when it fires.
REVOKE EXECUTE ON FUNCTION isolate, refuse_change, keep_forever, hold_number, hold_did, hold_key, hold_head, resolve_did, keep_violation,
    hold_verified_number, count_sealed, count_tenant_key, count_credential, count_secret, hold_assistant, find_key, conversation,
    enter_holder_of, hold_line FROM PUBLIC;
GRANT EXECUTE ON FUNCTION resolve_did, find_key, conversation, enter_holder_of TO veralux_service;

-- And those that the owner makes from here on: whoever shall call one must be named.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
