//! Who we are to the database: not one who could see every tenant.

use veralux_core::port::{Error, Result};

use crate::error::Doing as _;
use crate::query::query;
use crate::reader::Reader;
use crate::row::Columns;

crate::statements::statements! {
    one {
        // A member of a role may become it: of one that owns a table, it may take the table's protection away. So may who
        // creates roles, making itself a member (PostgreSQL 15); who replicates reads all rows, and who reads files or runs programs
        // on the server's machine is whoever the server is there. An owner of the database is one of `public` as well
        // (pg_database_owner). What stands in the functions' schema their owner may be led to call.
        // A view shows what its owner sees. Whoever connected may go back from
        // the role that was taken on.
        PRIVILEGES = "WITH us AS (SELECT r.* FROM pg_roles r, pg_roles w \
                      WHERE w.rolname IN (current_user, session_user) AND pg_has_role(w.oid, r.oid, 'MEMBER')), \
                      ours AS (SELECT oid, nspowner FROM pg_namespace WHERE nspname = current_schema()) \
                      SELECT CASE \
                      WHEN EXISTS (SELECT FROM us WHERE rolsuper) THEN 'superuser' \
                      WHEN EXISTS (SELECT FROM us WHERE rolbypassrls) THEN 'bypassrls' \
                      WHEN EXISTS (SELECT FROM pg_class c JOIN ours s ON s.oid = c.relnamespace \
                      WHERE c.relkind IN ('r', 'p') AND c.relowner IN (SELECT oid FROM us)) THEN 'owner' \
                      WHEN EXISTS (SELECT FROM us WHERE rolcreaterole OR rolreplication) THEN 'maker' \
                      WHEN EXISTS (SELECT FROM us WHERE rolname IN \
                      ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')) THEN 'files' \
                      WHEN EXISTS (SELECT FROM pg_database \
                      WHERE datname = current_database() AND datdba IN (SELECT oid FROM us)) \
                      OR EXISTS (SELECT FROM ours WHERE nspowner IN (SELECT oid FROM us) \
                      OR has_schema_privilege(session_user, oid, 'CREATE') \
                      OR has_schema_privilege(current_user, oid, 'CREATE')) THEN 'schema' \
                      WHEN coalesce(current_setting('veralux.tenant_id', true), '') <> '' \
                      OR coalesce(current_setting('veralux.operator', true), '') <> '' THEN 'named' \
                      WHEN EXISTS (SELECT FROM pg_proc p JOIN ours s ON s.oid = p.pronamespace \
                      JOIN pg_roles r ON r.oid = p.proowner \
                      WHERE p.prosecdef AND (r.rolsuper OR r.rolbypassrls) AND NOT EXISTS \
                      (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')) THEN 'functions' \
                      WHEN EXISTS (SELECT FROM pg_class c JOIN ours s ON s.oid = c.relnamespace \
                      JOIN pg_roles r ON r.oid = c.relowner \
                      WHERE c.relkind IN ('v', 'm') AND (r.rolsuper OR r.rolbypassrls) \
                      AND NOT coalesce(c.reloptions && '{security_invoker=true,security_invoker=on,security_invoker=1}', false) \
                      AND (has_table_privilege(session_user, c.oid, 'SELECT') OR has_table_privilege(current_user, c.oid, 'SELECT')) \
                      AND NOT EXISTS \
                      (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')) THEN 'views' \
                      ELSE 'none' END";
    }
}

const DOING: &str = "looking at the role's privileges";

/// Refuses a role that row level security does not hold, or that could take it away, and a database in which it does not hold.
pub(crate) async fn check(installation: Reader<'_>) -> Result<()> {
    let row = installation.fetch_row(DOING, query(PRIVILEGES)).await?;
    let Some(row) = row else { return Err(Error::NotPermitted(DOING)) };
    let fault = Columns::new(&row).text("privileges").doing(DOING)?;
    let why = match fault.as_str() {
        "none" => return Ok(()),
        "superuser" => {
            "the role is a superuser, or a member of one, and would see every tenant: connect as `veralux_service`, see roles.sql"
        }
        "bypassrls" => {
            "the role has BYPASSRLS, or is a member of one that has, and would see every tenant: connect as `veralux_service`, see roles.sql, or ALTER ROLE ... NOBYPASSRLS"
        }
        "owner" => {
            "the role owns the tables, or is a member of their owner, and could see every tenant: \
             connect as `veralux_service`, see roles.sql"
        }
        "maker" => {
            "the role has CREATEROLE or REPLICATION, or is a member of one that has, and could make itself see every tenant: \
             connect as `veralux_service`, see roles.sql, or ALTER ROLE ... NOCREATEROLE NOREPLICATION"
        }
        "files" => {
            "the role may read or write the server's files or run its programs, or is a member of one that may, and could see every tenant: \
             connect as `veralux_service`, see roles.sql, or REVOKE pg_execute_server_program, pg_read_server_files, \
             pg_write_server_files FROM it"
        }
        "schema" => {
            "the role owns the database or its schema, or may create in it, and could remove what protects tenants: connect as `veralux_service`, see roles.sql, \
             and ALTER DATABASE ... OWNER TO veralux_owner, or REVOKE CREATE ON SCHEMA ... FROM it"
        }
        "named" => {
            "a tenant or the operator is named for the whole connection (`veralux.tenant_id`, `veralux.operator`), where each transaction names \
             its own: take them out of the URL's `options`, and ALTER ROLE or ALTER DATABASE ... RESET them"
        }
        "functions" => {
            "functions of the database belong to a superuser or to a role with BYPASSRLS, and would see every tenant: \
             `veralux migrate owners | psql` gives them to `veralux_owner`"
        }
        "views" => {
            "the role may read views that belong to a superuser or to a role with BYPASSRLS, and would see every tenant: \
             ALTER VIEW ... OWNER TO veralux_owner, or REVOKE SELECT ON them FROM it and PUBLIC"
        }
        _ => return Err(Error::NotPermitted(DOING)),
    };
    Err(Error::Invalid(why))
}
