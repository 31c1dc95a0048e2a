//! What a row of SQLite holds. The records that are read from it are `veralux_sql`'s.

use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Type, ValueRef as _};
use veralux_sql::{Corrupt, Database, Record, Unreadable};

/// The columns of a row, taken from left to right.
pub(crate) type Columns<'r> = veralux_sql::Columns<'r, Sqlite>;

/// SQLite, whose texts hold any character and whose truths are numbers.
pub(crate) enum Sqlite {}

impl Database for Sqlite {
    type Row = SqliteRow;

    fn text(row: &SqliteRow, index: usize) -> Result<Option<&str>, Unreadable> {
        value(row, index)
    }

    fn any_text(row: &SqliteRow, index: usize) -> Result<Option<&str>, Unreadable> {
        value(row, index)
    }

    fn number(row: &SqliteRow, index: usize) -> Result<Option<i64>, Unreadable> {
        value(row, index)
    }

    fn truth(row: &SqliteRow, index: usize) -> Result<Option<bool>, Unreadable> {
        value(row, index)
    }

    fn bytes(row: &SqliteRow, index: usize) -> Result<Option<&[u8]>, Unreadable> {
        value(row, index)
    }

    fn is_null(row: &SqliteRow, index: usize) -> Result<bool, Unreadable> {
        row.try_get_raw(index).map(|value| value.is_null()).map_err(|_| Unreadable)
    }
}

/// A whole row as one record.
pub(crate) fn read<T: Record>(row: &SqliteRow) -> Result<T, Corrupt> {
    Columns::new(row).record()
}

fn value<'r, T>(row: &'r SqliteRow, index: usize) -> Result<Option<T>, Unreadable>
where
    T: Decode<'r, sqlx::Sqlite> + Type<sqlx::Sqlite>,
{
    row.try_get(index).map_err(|_| Unreadable)
}
