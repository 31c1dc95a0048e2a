//! Who we are to the database: not one who could see every tenant.

use veralux_core::port::{Error, Result};

use crate::error::Doing as _;
use crate::query::query;
use crate::reader::Reader;
use crate::row::Columns;

crate::statements::statements! {
    one {
        // A member of a role may become it: of one that owns a table, it may take the table's protection away. So may who
        // creates roles, making itself a member (PostgreSQL 15); who replicates reads all rows. Whoever connected may go
        // back from the role that was taken on.
        PRIVILEGES = "WITH us AS (SELECT r.* FROM pg_roles r, pg_roles w \
                      WHERE w.rolname IN (current_user, session_user) AND pg_has_role(w.oid, r.oid, 'MEMBER')) \
                      SELECT EXISTS (SELECT FROM us WHERE rolsuper), EXISTS (SELECT FROM us WHERE rolbypassrls), \
                      EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace \
                      WHERE c.relkind IN ('r', 'p') AND s.nspname = current_schema() \
                      AND c.relowner IN (SELECT oid FROM us)), \
                      EXISTS (SELECT FROM us WHERE rolcreaterole OR rolreplication)";
    }
}

const DOING: &str = "looking at the role's privileges";

/// Refuses a role that row level security does not hold, or that could take it away.
pub(crate) async fn check(installation: Reader<'_>) -> Result<()> {
    let row = installation.fetch_row(DOING, query(PRIVILEGES)).await?;
    let Some(row) = row else { return Err(Error::NotPermitted(DOING)) };
    let mut columns = Columns::new(&row);
    let (superuser, bypasses, owns, makes): (bool, bool, bool, bool) = (
        columns.truth("rolsuper").doing(DOING)?,
        columns.truth("rolbypassrls").doing(DOING)?,
        columns.truth("owner").doing(DOING)?,
        columns.truth("rolcreaterole").doing(DOING)?,
    );
    let why = match (superuser, bypasses, owns, makes) {
        (true, ..) => {
            "the role is a superuser, or a member of one, and would see every tenant: connect as `veralux_service`, see roles.sql"
        }
        (_, true, ..) => {
            "the role has BYPASSRLS, or is a member of one that has, and would see every tenant: connect as `veralux_service`, see roles.sql, or ALTER ROLE ... NOBYPASSRLS"
        }
        (.., true, _) => {
            "the role owns the tables, or is a member of their owner, and could see every tenant: \
             connect as `veralux_service`, see roles.sql"
        }
        (.., true) => {
            "the role has CREATEROLE or REPLICATION, or is a member of one that has, and could make itself see every tenant: \
             connect as `veralux_service`, see roles.sql, or ALTER ROLE ... NOCREATEROLE NOREPLICATION"
        }
        _ => return Ok(()),
    };
    Err(Error::Invalid(why))
}
