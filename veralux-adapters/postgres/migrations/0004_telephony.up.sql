-- Numbers that tenants prove to be their own, and how those lines are forwarded.

CREATE TABLE caller_id (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    name text,
    -- State, tries, lock: one JSON document.
    verification text NOT NULL,
    verified boolean NOT NULL,
    -- bcrypt; never the code itself.
    code text,
    created_at bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, number)
);
CREATE INDEX caller_id_verified ON caller_id (tenant_id, id) WHERE verified;

-- Who has verified a phone number: one tenant in the whole installation.
CREATE TABLE verified_number (
    number text COLLATE "C" NOT NULL CONSTRAINT number_verified_once PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL
);
CREATE FUNCTION hold_verified_number() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.verified THEN
        DELETE FROM verified_number WHERE number = OLD.number AND tenant_id = OLD.tenant_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.verified THEN
        INSERT INTO verified_number (number, tenant_id) VALUES (NEW.number, NEW.tenant_id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER held AFTER INSERT OR UPDATE OR DELETE ON caller_id FOR EACH ROW EXECUTE FUNCTION hold_verified_number();

CREATE TABLE forwarding (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    caller_id text COLLATE "C" NOT NULL,
    number text COLLATE "C" NOT NULL,
    destination text NOT NULL,
    carrier text NOT NULL,
    country text NOT NULL,
    mode text NOT NULL,
    ring_time bigint,
    activation_code text NOT NULL,
    deactivation_code text NOT NULL,
    status text COLLATE "C" NOT NULL,
    confirmed_at bigint,
    created_at bigint NOT NULL,
    updated_at bigint NOT NULL,
    revision bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    UNIQUE (tenant_id, caller_id)
);

-- When codes went to a number, whoever asked: all nodes and tenants count together.
CREATE TABLE issued_code (
    number text COLLATE "C" NOT NULL,
    issued_at bigint NOT NULL
);
CREATE INDEX issued_code_by_number ON issued_code (number, issued_at);
CREATE INDEX issued_code_by_age ON issued_code (issued_at);

GRANT SELECT ON verified_number TO veralux_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON issued_code TO veralux_service;
SELECT isolate(of_tenants, 'SELECT, INSERT, UPDATE, DELETE')
    FROM unnest(ARRAY['caller_id', 'forwarding']::regclass[]) AS of_tenants;
