-- Makes veralux_owner the owner of a VeraLux database and of what is in it, where a superuser or another role has made that: a
-- restored copy (`pg_restore --no-owner`), say. Run it in that database, as a superuser; run twice, it changes nothing.
DO $$
DECLARE
    change text;
BEGIN
    FOR change IN
        SELECT format('ALTER DATABASE %I OWNER TO veralux_owner', current_database())
        UNION ALL SELECT format('ALTER TABLE %s OWNER TO veralux_owner', c.oid::regclass)
            FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
        UNION ALL SELECT format('ALTER ROUTINE %s OWNER TO veralux_owner', p.oid::regprocedure)
            FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP
        EXECUTE change;
    END LOOP;
END $$;
