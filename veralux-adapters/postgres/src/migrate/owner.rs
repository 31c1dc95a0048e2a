//! As which role migrations are made, and why not as others.

use tokio_postgres::{Client, Row, Transaction};

use crate::error::Cause;

/// What to do where they are somebody else's.
const GIVE_OVER: &str = "give them to it as a superuser, `veralux migrate owners | psql DATABASE`, and migrate as `veralux_owner`";

crate::statements::statements! {
    one {
        // Who asks; whose the tables are, or the database while there are none; of both, whether row level security holds them;
        // whether who asks may be the other; whether there are tables.
        OWNER = "SELECT m.rolname::text, o.rolname::text, NOT (m.rolsuper OR m.rolbypassrls), NOT (o.rolsuper OR o.rolbypassrls), \
                 pg_has_role(o.oid, 'MEMBER'), to_regclass('schema_migration') IS NOT NULL \
                 FROM pg_roles o JOIN pg_roles m ON m.rolname = current_user WHERE o.oid = coalesce(\
                 (SELECT c.relowner FROM pg_class c WHERE c.oid = to_regclass('schema_migration')), \
                 (SELECT d.datdba FROM pg_database d WHERE d.datname = current_database()))";
        BECOME = "SELECT set_config('role', $1, true)";
    }
}

/// Whoever migrates does it as the role that the tables belong to, or the database while there are none: what is made belongs to
/// that one, too. Not as a superuser, whose functions would see every tenant, and whose tables nobody else could migrate.
pub(super) async fn become_owner(transaction: &Transaction<'_>) -> Result<(), Cause> {
    let row = transaction.query_one(OWNER, &[]).await?;
    let owner = Owner::of(&row)?;
    let name = &owner.name;
    let asks_held: bool = row.try_get(2)?;
    if !owner.is_held && owner.has_tables {
        let fault =
            format!("the tables belong to `{name}`, which row level security does not hold: {GIVE_OVER}");
        return Err(Cause::Schema(fault));
    }
    if !owner.is_held && !asks_held {
        let fault = format!(
            "the database belongs to `{name}`, which row level security does not hold, and its tables would: \
             ALTER DATABASE ... OWNER TO veralux_owner, and migrate as `veralux_owner`"
        );
        return Err(Cause::Schema(fault));
    }
    if owner.has_tables {
        owner.may_be_who_asks()?;
    }
    if owner.is_held && owner.may_be && owner.asks != *name {
        transaction.query(BECOME, &[name]).await?;
    }
    Ok(())
}

/// Whose the tables are, or the database while there are none, and who asks.
struct Owner {
    asks: String,
    name: String,
    is_held: bool,
    may_be: bool,
    has_tables: bool,
}

impl Owner {
    fn of(row: &Row) -> Result<Self, Cause> {
        Ok(Self {
            asks: row.try_get(0)?,
            name: row.try_get(1)?,
            is_held: row.try_get(3)?,
            may_be: row.try_get(4)?,
            has_tables: row.try_get(5)?,
        })
    }

    fn may_be_who_asks(&self) -> Result<(), Cause> {
        let Self { asks, name, .. } = self;
        if self.may_be {
            return Ok(());
        }
        Err(Cause::Schema(format!(
            "the tables belong to `{name}`, not to `{asks}`: migrate as `{name}`; or, if they should belong to \
             `veralux_owner`, {GIVE_OVER}"
        )))
    }
}

/// Why the list of what is applied could not be read: whose it is.
pub(super) async fn unreadable(client: &Client, error: tokio_postgres::Error) -> Cause {
    let cause = Cause::from(error);
    if !cause.is_refused() {
        return cause;
    }
    let owner = client.query_one(OWNER, &[]).await.map_err(Cause::from).and_then(|row| Owner::of(&row));
    owner.and_then(|owner| owner.may_be_who_asks()).err().unwrap_or(cause)
}

/// Why this role may not make tables.
pub(super) fn refused(error: tokio_postgres::Error) -> Cause {
    let cause = Cause::from(error);
    if cause.is_refused() {
        return Cause::Invalid(
            "this role may not make tables here: migrate as the owner of the database, `veralux_owner`",
        );
    }
    cause
}
