-- Whose a line is, be it held as a number, led as a DID, or both: one tenant's in the whole installation. Two tables of holders
-- cannot say so of each other: of two transactions that write one each, neither sees what the other one has not committed yet.
CREATE TABLE line_holder (
    e164 text COLLATE "C" NOT NULL CONSTRAINT line_held_once PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL
);
GRANT SELECT ON line_holder TO veralux_service;

-- Its argument is the column that names the line. It fires behind the triggers that keep the other holders, since triggers fire in
-- the order of their names.
CREATE FUNCTION hold_line() RETURNS trigger LANGUAGE plpgsql
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
    IF TG_OP <> 'DELETE' THEN
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
CREATE TRIGGER line_held AFTER INSERT OR DELETE ON number FOR EACH ROW EXECUTE FUNCTION hold_line('e164');
CREATE TRIGGER line_held_anew AFTER UPDATE OF e164 ON number FOR EACH ROW WHEN (OLD.e164 <> NEW.e164)
    EXECUTE FUNCTION hold_line('e164');
CREATE TRIGGER line_held AFTER INSERT OR DELETE ON runtime_did FOR EACH ROW EXECUTE FUNCTION hold_line('did');

-- Where one tenant holds a number that leads to another one, a migration does not decide whose it is: it leads there until somebody
-- unmaps it, and then nowhere else.
INSERT INTO line_holder SELECT e164, tenant_id FROM number_holder;
INSERT INTO line_holder SELECT did, tenant_id FROM did_holder ON CONFLICT (e164) DO NOTHING;
