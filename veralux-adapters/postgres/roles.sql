-- The two roles of a VeraLux database. Run once a server, as a superuser or as a role that may make roles and databases:
--
--   psql -f roles.sql postgres
--   psql -c "ALTER ROLE veralux_owner PASSWORD '...'" -c "ALTER ROLE veralux_service PASSWORD '...'" postgres
--   psql -c "CREATE DATABASE veralux OWNER veralux_owner" postgres
--
-- `veralux migrate up` connects as veralux_owner, which owns the tables. `veralux serve` connects as veralux_service (or
-- as a role of your own that is a member of it), which owns nothing and is under row level security. The server refuses
-- to start as a role that could see every tenant at once.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'veralux_owner') THEN
        CREATE ROLE veralux_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'veralux_service') THEN
        CREATE ROLE veralux_service LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
END $$;
