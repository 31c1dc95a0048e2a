//! A database of the tests: rows are lists of values, and a text that may hold any character is no plain text in it.

use crate::database::{Database, Unreadable};

/// What one column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Text(&'static str),
    AnyText(&'static str),
    Number(i64),
    Truth(bool),
    Bytes(&'static [u8]),
}

#[derive(Debug)]
pub(crate) enum Fake {}

macro_rules! held {
    ($row:ident, $index:ident, $kind:ident) => {
        match $row.get($index) {
            Some(Value::$kind(value)) => Ok(Some(*value)),
            Some(Value::Null) => Ok(None),
            _ => Err(Unreadable),
        }
    };
}

impl Database for Fake {
    type Row = Vec<Value>;

    fn text(row: &Self::Row, index: usize) -> Result<Option<&str>, Unreadable> {
        held!(row, index, Text)
    }

    fn any_text(row: &Self::Row, index: usize) -> Result<Option<&str>, Unreadable> {
        held!(row, index, AnyText)
    }

    fn number(row: &Self::Row, index: usize) -> Result<Option<i64>, Unreadable> {
        held!(row, index, Number)
    }

    fn truth(row: &Self::Row, index: usize) -> Result<Option<bool>, Unreadable> {
        held!(row, index, Truth)
    }

    fn bytes(row: &Self::Row, index: usize) -> Result<Option<&[u8]>, Unreadable> {
        held!(row, index, Bytes)
    }

    fn is_null(row: &Self::Row, index: usize) -> Result<bool, Unreadable> {
        row.get(index).map(|value| *value == Value::Null).ok_or(Unreadable)
    }
}
