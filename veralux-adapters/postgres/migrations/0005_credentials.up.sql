-- What tenants entrust to us, sealed: credentials, other secrets, the wrapped keys that both lie under.

CREATE TABLE root_key (
    id bigint NOT NULL PRIMARY KEY,
    state text COLLATE "C" NOT NULL,
    check_value bytea NOT NULL,
    created_at bigint NOT NULL,
    revision bigint NOT NULL
);

CREATE TABLE tenant_key (
    tenant_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    root_key bigint NOT NULL,
    wrapped bytea NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

-- The highest version that a key of the tenant ever had: removed keys leave nothing else behind.
CREATE TABLE tenant_key_version (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY,
    last bigint NOT NULL
);

CREATE TABLE credential (
    tenant_id text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    root_key bigint NOT NULL,
    key_version bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    hint text,
    account text,
    expires_at bigint,
    -- One JSON document each: when and how it was checked, code and instant, holder and end.
    last_check text,
    last_error text,
    lease text,
    created_at bigint NOT NULL,
    sealed_at bigint NOT NULL,
    revision bigint NOT NULL,
    envelope bytea NOT NULL,
    PRIMARY KEY (tenant_id, provider),
    UNIQUE (tenant_id, id)
);

-- No reference to the credential: a copy outlives it and must still be taken back.
CREATE TABLE credential_export (
    tenant_id text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    target text COLLATE "C" NOT NULL,
    remote_id text,
    generation bigint NOT NULL,
    state text COLLATE "C" NOT NULL,
    error text,
    at bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, provider, target)
);

CREATE TABLE tenant_secret (
    tenant_id text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    generation bigint NOT NULL,
    root_key bigint NOT NULL,
    key_version bigint NOT NULL,
    sealed_at bigint NOT NULL,
    envelope bytea NOT NULL,
    PRIMARY KEY (tenant_id, key)
);

-- How much of each tenant lies under each root key, counted as it comes and goes: the operator's census needs no look at
-- what tenants have.
CREATE TABLE sealed_under (
    root_key bigint NOT NULL,
    tenant_id text COLLATE "C" NOT NULL,
    tenant_keys bigint NOT NULL DEFAULT 0,
    envelopes bigint NOT NULL DEFAULT 0,
    quarantined bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (root_key, tenant_id)
);
CREATE FUNCTION count_sealed(root_key bigint, tenant text, keys integer, sealed integer, bad integer)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO sealed_under AS s (root_key, tenant_id, tenant_keys, envelopes, quarantined)
    VALUES (root_key, tenant, keys, sealed, bad)
    ON CONFLICT ON CONSTRAINT sealed_under_pkey DO UPDATE SET tenant_keys = s.tenant_keys + excluded.tenant_keys,
        envelopes = s.envelopes + excluded.envelopes, quarantined = s.quarantined + excluded.quarantined
$$;
CREATE FUNCTION count_tenant_key() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_sealed(OLD.root_key, OLD.tenant_id, -1, 0, 0); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_sealed(NEW.root_key, NEW.tenant_id, 1, 0, 0); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION count_credential() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM count_sealed(OLD.root_key, OLD.tenant_id, 0, -1, -(OLD.state = 'quarantined')::integer);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM count_sealed(NEW.root_key, NEW.tenant_id, 0, 1, (NEW.state = 'quarantined')::integer);
    END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION count_secret() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN PERFORM count_sealed(OLD.root_key, OLD.tenant_id, 0, -1, 0); END IF;
    IF TG_OP <> 'DELETE' THEN PERFORM count_sealed(NEW.root_key, NEW.tenant_id, 0, 1, 0); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER counted AFTER INSERT OR UPDATE OF root_key OR DELETE ON tenant_key
    FOR EACH ROW EXECUTE FUNCTION count_tenant_key();
CREATE TRIGGER counted AFTER INSERT OR UPDATE OF root_key, state OR DELETE ON credential
    FOR EACH ROW EXECUTE FUNCTION count_credential();
CREATE TRIGGER counted AFTER INSERT OR UPDATE OF root_key OR DELETE ON tenant_secret
    FOR EACH ROW EXECUTE FUNCTION count_secret();

GRANT SELECT, INSERT, UPDATE ON root_key TO veralux_service;
GRANT SELECT ON sealed_under TO veralux_service;
SELECT isolate('tenant_key', 'SELECT, INSERT, DELETE');
SELECT isolate(of_tenants, 'SELECT, INSERT, UPDATE')
    FROM unnest(ARRAY['tenant_key_version', 'credential_export']::regclass[]) AS of_tenants;
SELECT isolate(of_tenants, 'SELECT, INSERT, UPDATE, DELETE')
    FROM unnest(ARRAY['credential', 'tenant_secret']::regclass[]) AS of_tenants;
