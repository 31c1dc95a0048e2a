//! Rows into records: each kind of record knows its columns and reads them in their order.
//!
//! What a row holds was written by this program; a value that cannot be read means that somebody else changed it, or
//! that the file is broken. The error names the column, never the value.

pub(crate) mod assistant;
pub(crate) mod call;
pub(crate) mod credential;
pub(crate) mod customer;
pub(crate) mod decision;
pub(crate) mod delivery;
pub(crate) mod event;
pub(crate) mod key;
pub(crate) mod message;
pub(crate) mod number;
pub(crate) mod operation;
pub(crate) mod runtime;
pub(crate) mod schedule;
pub(crate) mod target;
pub(crate) mod telephony;
pub(crate) mod tenant;
pub(crate) mod thread;
pub(crate) mod violation;

use std::str::FromStr;

use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Row as _, Sqlite, Type, ValueRef as _};
use veralux_core::time::Instant;

use crate::error::Cause;

type Result<T> = std::result::Result<T, Cause>;

/// A record that is read from the columns of a row.
pub(crate) trait Record: Sized {
    /// How many columns it takes.
    const COLUMNS: usize;

    /// Reads it from the next columns.
    fn read(columns: &mut Columns<'_>) -> Result<Self>;
}

/// The columns of a row, taken from left to right.
pub(crate) struct Columns<'r> {
    row: &'r SqliteRow,
    next: usize,
}

impl<'r> Columns<'r> {
    pub(crate) fn new(row: &'r SqliteRow) -> Self {
        Self { row, next: 0 }
    }

    /// A value of a type that SQLite has, or `None` for NULL if `T` is an option.
    pub(crate) fn take<T: Decode<'r, Sqlite> + Type<Sqlite>>(&mut self, name: &'static str) -> Result<T> {
        let value = self.row.try_get(self.next).map_err(|_| Cause::Corrupt(name))?;
        self.next += 1;
        Ok(value)
    }

    /// A record that an outer join may have left out: its first column is NULL then.
    pub(crate) fn record_if_any<T: Record>(&mut self) -> Result<Option<T>> {
        let absent = self.row.try_get_raw(self.next).map_err(Cause::Database)?.is_null();
        if absent {
            self.next += T::COLUMNS;
            return Ok(None);
        }
        T::read(self).map(Some)
    }

    pub(crate) fn text(&mut self, name: &'static str) -> Result<String> {
        self.take(name)
    }

    pub(crate) fn parsed<T: FromStr>(&mut self, name: &'static str) -> Result<T> {
        self.take::<&str>(name)?.parse().map_err(|_| Cause::Corrupt(name))
    }

    pub(crate) fn parsed_if_any<T: FromStr>(&mut self, name: &'static str) -> Result<Option<T>> {
        let text: Option<&str> = self.take(name)?;
        text.map(|text| text.parse().map_err(|_| Cause::Corrupt(name))).transpose()
    }

    pub(crate) fn json<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T> {
        serde_json::from_str(self.take(name)?).map_err(|_| Cause::Corrupt(name))
    }

    pub(crate) fn json_if_any<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<Option<T>> {
        let text: Option<&str> = self.take(name)?;
        text.map(|text| serde_json::from_str(text).map_err(|_| Cause::Corrupt(name))).transpose()
    }

    pub(crate) fn instant(&mut self, name: &'static str) -> Result<Instant> {
        self.take(name).map(Instant::from_micros)
    }

    pub(crate) fn instant_if_any(&mut self, name: &'static str) -> Result<Option<Instant>> {
        Ok(self.take::<Option<i64>>(name)?.map(Instant::from_micros))
    }

    pub(crate) fn count(&mut self, name: &'static str) -> Result<u64> {
        self.take::<i64>(name)?.try_into().map_err(|_| Cause::Corrupt(name))
    }

    pub(crate) fn bytes<const N: usize>(&mut self, name: &'static str) -> Result<[u8; N]> {
        self.take::<&[u8]>(name)?.try_into().map_err(|_| Cause::Corrupt(name))
    }
}

/// A count as SQLite keeps it. Revisions, versions and sequences stay far below 2^63.
pub(crate) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A whole row as one record.
pub(crate) fn read<T: Record>(row: &SqliteRow) -> Result<T> {
    T::read(&mut Columns::new(row))
}
