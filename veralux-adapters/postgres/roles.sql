-- The roles of a VeraLux database. Run once a server, as a superuser or as a role that may make roles and databases:
--
--   psql -f roles.sql postgres
--   psql -c "ALTER ROLE veralux_owner PASSWORD '...'" -c "ALTER ROLE veralux_service PASSWORD '...'" \
--     -c "ALTER ROLE veralux_backup PASSWORD '...'" postgres
--   psql -c "CREATE DATABASE veralux OWNER veralux_owner" postgres
--
-- Who is no superuser becomes a member of veralux_owner by it, without which nobody makes a database for another role; take it
-- back once the database is there: psql -c "REVOKE veralux_owner FROM CURRENT_USER" postgres
--
-- `veralux migrate up` connects as veralux_owner, which owns the tables. `veralux serve` connects as veralux_service (or
-- as a role of your own that is a member of it), which owns nothing and is under row level security. The server refuses
-- to start as a role that could see every tenant at once.
--
-- `pg_dump` connects as veralux_backup: the only one that sees the rows of all tenants, and it changes nothing. Without a
-- password nobody logs in as it where passwords are asked for.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'veralux_owner') THEN
        CREATE ROLE veralux_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    -- From PostgreSQL 16 on who makes a role is a member of it that may not act as it: it takes this all the same.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
        GRANT veralux_owner TO CURRENT_USER;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'veralux_service') THEN
        CREATE ROLE veralux_service LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'veralux_backup') THEN
        BEGIN
            CREATE ROLE veralux_backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE BYPASSRLS IN ROLE pg_read_all_data;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING 'veralux_backup was not made: that takes a superuser; until then back up as one';
        END;
    END IF;
END $$;
