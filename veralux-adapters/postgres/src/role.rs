//! Who we are to the database: not one who could see every tenant.

use veralux_core::port::{Error, Result};

use crate::error::Doing as _;
use crate::query::query;
use crate::reader::Reader;
use crate::row::Columns;

crate::statements::statements! {
    one {
        // A member of a role may become it: of one that owns a table, it may take the table's protection away.
        PRIVILEGES = "SELECT EXISTS (SELECT FROM pg_roles r WHERE r.rolsuper AND pg_has_role(r.oid, 'MEMBER')), \
                      EXISTS (SELECT FROM pg_roles r WHERE r.rolbypassrls AND pg_has_role(r.oid, 'MEMBER')), \
                      EXISTS (SELECT FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace \
                      WHERE c.relkind IN ('r', 'p') AND s.nspname = current_schema() \
                      AND pg_has_role(c.relowner, 'MEMBER'))";
    }
}

const DOING: &str = "looking at the role's privileges";

/// Refuses a role that row level security does not hold, or that could take it away.
pub(crate) async fn check(installation: Reader<'_>) -> Result<()> {
    let row = installation.fetch_row(DOING, query(PRIVILEGES)).await?;
    let Some(row) = row else { return Err(Error::NotPermitted(DOING)) };
    let mut columns = Columns::new(&row);
    let (superuser, bypasses, owns): (bool, bool, bool) = (
        columns.truth("rolsuper").doing(DOING)?,
        columns.truth("rolbypassrls").doing(DOING)?,
        columns.truth("owner").doing(DOING)?,
    );
    let why = match (superuser, bypasses, owns) {
        (true, ..) => {
            "the role is a superuser, or a member of one, and would see every tenant: connect as `veralux_service`, see roles.sql"
        }
        (_, true, _) => {
            "the role has BYPASSRLS, or is a member of one that has, and would see every tenant: connect as `veralux_service`, see roles.sql, or ALTER ROLE ... NOBYPASSRLS"
        }
        (.., true) => {
            "the role owns the tables, or is a member of their owner, and could see every tenant: \
             connect as `veralux_service`, see roles.sql"
        }
        _ => return Ok(()),
    };
    Err(Error::Invalid(why))
}
