//! What a row of PostgreSQL holds. The records that are read from it are `veralux_sql`'s.

use std::error::Error as StdError;

use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, Type};
use veralux_sql::{Corrupt, Database, Record, Unreadable};

/// The columns of a row, taken from left to right.
pub(crate) type Columns<'r> = veralux_sql::Columns<'r, Postgres>;

/// PostgreSQL, whose texts may not hold U+0000: what may hold any character is bytes.
pub(crate) enum Postgres {}

impl Database for Postgres {
    type Row = Row;

    fn text(row: &Row, index: usize) -> Result<Option<&str>, Unreadable> {
        value(row, index)
    }

    fn any_text(row: &Row, index: usize) -> Result<Option<&str>, Unreadable> {
        Self::bytes(row, index)?.map(|bytes| str::from_utf8(bytes).map_err(|_| Unreadable)).transpose()
    }

    fn number(row: &Row, index: usize) -> Result<Option<i64>, Unreadable> {
        value(row, index)
    }

    fn truth(row: &Row, index: usize) -> Result<Option<bool>, Unreadable> {
        value(row, index)
    }

    fn bytes(row: &Row, index: usize) -> Result<Option<&[u8]>, Unreadable> {
        value(row, index)
    }

    fn is_null(row: &Row, index: usize) -> Result<bool, Unreadable> {
        value(row, index).map(|value: Option<Anything>| value.is_none())
    }
}

/// A whole row as one record.
pub(crate) fn read<T: Record>(row: &Row) -> Result<T, Corrupt> {
    Columns::new(row).record()
}

fn value<'r, T: FromSql<'r>>(row: &'r Row, index: usize) -> Result<Option<T>, Unreadable> {
    row.try_get(index).map_err(|_| Unreadable)
}

/// A value of any type.
struct Anything;

impl FromSql<'_> for Anything {
    fn from_sql(_: &Type, _: &[u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
