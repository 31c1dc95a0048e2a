-- A number that was given back to its provider stays for the threads that were on it, and is held by nobody: another tenant may buy it.
-- A column without a default: no row is touched.

-- When it was given back to its provider; from then on it is not held.
ALTER TABLE number ADD COLUMN given_back_at bigint;

-- The holders no longer say that a tenant has each number once.
CREATE UNIQUE INDEX number_once ON number (tenant_id, e164);
DROP INDEX number_by_e164;

CREATE OR REPLACE FUNCTION hold_number() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.given_back_at IS NULL THEN
        DELETE FROM number_holder WHERE e164 = OLD.e164 AND tenant_id = OLD.tenant_id;
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.given_back_at IS NULL THEN
        INSERT INTO number_holder (e164, tenant_id) VALUES (NEW.e164, NEW.tenant_id);
    END IF;
    RETURN NULL;
END $$;

-- A DID has no such column, and holds its line.
CREATE OR REPLACE FUNCTION hold_line() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
    line text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        line := to_jsonb(OLD) ->> TG_ARGV[0];
        DELETE FROM line_holder l WHERE l.e164 = line AND l.tenant_id = OLD.tenant_id
            AND NOT EXISTS (SELECT 1 FROM number_holder h WHERE h.e164 = line AND h.tenant_id = l.tenant_id)
            AND NOT EXISTS (SELECT 1 FROM did_holder h WHERE h.did = line AND h.tenant_id = l.tenant_id);
    END IF;
    IF TG_OP <> 'DELETE' AND to_jsonb(NEW) ->> 'given_back_at' IS NULL THEN
        line := to_jsonb(NEW) ->> TG_ARGV[0];
        -- Waits for whoever is about to write the same line. What the same tenant holds it keeps.
        INSERT INTO line_holder AS l (e164, tenant_id) VALUES (line, NEW.tenant_id)
            ON CONFLICT (e164) DO UPDATE SET tenant_id = l.tenant_id WHERE l.tenant_id = NEW.tenant_id;
        IF NOT FOUND THEN
            RAISE unique_violation USING MESSAGE = 'the line is another tenant''s', TABLE = 'line_holder',
                CONSTRAINT = 'line_held_once';
        END IF;
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER held_anew ON number;
DROP TRIGGER line_held_anew ON number;
CREATE TRIGGER held_anew AFTER UPDATE OF e164, given_back_at ON number FOR EACH ROW WHEN (
    OLD.e164 <> NEW.e164 OR (OLD.given_back_at IS NULL) <> (NEW.given_back_at IS NULL)
)
    EXECUTE FUNCTION hold_number();
CREATE TRIGGER line_held_anew AFTER UPDATE OF e164, given_back_at ON number FOR EACH ROW WHEN (
    OLD.e164 <> NEW.e164 OR (OLD.given_back_at IS NULL) <> (NEW.given_back_at IS NULL)
)
    EXECUTE FUNCTION hold_line('e164');
