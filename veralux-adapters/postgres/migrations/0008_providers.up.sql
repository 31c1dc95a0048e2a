-- What tenants have at providers: calls, operations under way, assistants; and the installation's tools.

CREATE TABLE phone_call (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    provider text COLLATE "C" NOT NULL,
    provider_call text COLLATE "C" NOT NULL,
    called text NOT NULL,
    caller text,
    state text COLLATE "C" NOT NULL,
    outcome text,
    started_at bigint NOT NULL,
    ended_at bigint,
    stream text,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, provider, provider_call)
) WITH (fillfactor = 80);
CREATE INDEX phone_call_open ON phone_call (tenant_id, id) WHERE state IN ('ringing', 'active');
CREATE INDEX phone_call_open_by_start ON phone_call (tenant_id, started_at) WHERE state IN ('ringing', 'active');
CREATE INDEX phone_call_by_start ON phone_call (tenant_id, started_at) WHERE state <> 'refused';

CREATE TABLE provider_operation (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    provider text NOT NULL,
    number text COLLATE "C" NOT NULL,
    class text NOT NULL,
    state text COLLATE "C" NOT NULL,
    -- JSON.
    steps text NOT NULL,
    requested_by text NOT NULL,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX provider_operation_running ON provider_operation (tenant_id, number) WHERE state = 'running';

CREATE TABLE assistant_link (
    tenant_id text COLLATE "C" NOT NULL,
    platform text COLLATE "C" NOT NULL,
    assistant text COLLATE "C" NOT NULL,
    phone_number text,
    number text,
    definition bytea NOT NULL,
    sync text NOT NULL,
    generation bigint NOT NULL,
    -- JSON.
    error text,
    updated_at bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, platform, assistant)
);

-- Whose a platform's assistant is: one tenant's in the whole installation.
CREATE TABLE assistant_holder (
    platform text COLLATE "C" NOT NULL,
    assistant text COLLATE "C" NOT NULL,
    tenant_id text COLLATE "C" NOT NULL,
    CONSTRAINT assistant_held_once PRIMARY KEY (platform, assistant)
);
CREATE FUNCTION hold_assistant() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO assistant_holder (platform, assistant, tenant_id) VALUES (NEW.platform, NEW.assistant, NEW.tenant_id);
    ELSE
        DELETE FROM assistant_holder
            WHERE platform = OLD.platform AND assistant = OLD.assistant AND tenant_id = OLD.tenant_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER held AFTER INSERT OR DELETE ON assistant_link FOR EACH ROW EXECUTE FUNCTION hold_assistant();

-- Registered once for the whole installation: the operator's, no tenant is named.
CREATE TABLE tool_registration (
    platform text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    digest bytea NOT NULL,
    remote_id text,
    state text NOT NULL,
    -- JSON.
    error text,
    registered_at bigint,
    updated_at bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (platform, name)
);

GRANT SELECT ON assistant_holder TO veralux_service;
GRANT SELECT, INSERT, UPDATE ON tool_registration TO veralux_service;
SELECT isolate(of_tenants, 'SELECT, INSERT, UPDATE')
    FROM unnest(ARRAY['phone_call', 'provider_operation']::regclass[]) AS of_tenants;
SELECT isolate('assistant_link', 'SELECT, INSERT, UPDATE, DELETE');
