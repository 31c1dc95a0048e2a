-- From the digest of an API key to the key, which every request of the admin API asks: in one statement, as for a DID.

CREATE FUNCTION find_key(sought bytea) RETURNS SETOF api_key LANGUAGE plpgsql AS $$
DECLARE
    holder text;
BEGIN
    SELECT h.tenant_id INTO holder FROM key_holder h WHERE h.digest = sought;
    IF holder IS NULL THEN
        RETURN;
    END IF;
    PERFORM set_config('veralux.tenant_id', holder, true);
    RETURN QUERY SELECT k.* FROM api_key k WHERE k.tenant_id = holder AND k.digest = sought;
END $$;
