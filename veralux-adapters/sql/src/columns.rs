use std::str::FromStr;

use serde::de::DeserializeOwned;
use veralux_core::time::Instant;

use crate::database::{Database, Unreadable};

/// A column that holds what cannot be read. Names the column, never the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the column `{0}` holds what cannot be read")]
pub struct Corrupt(pub &'static str);

type Result<T> = std::result::Result<T, Corrupt>;

/// A record that is read from the columns of a row.
pub trait Record: Sized {
    /// How many columns it takes.
    const COLUMNS: usize;

    /// Reads it from the next columns.
    ///
    /// # Errors
    /// Names the first column that holds what cannot be read, or which the others contradict.
    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self>;
}

/// The columns of a row, taken from left to right: each call takes the next one, and is told its name for the error.
///
/// # Errors
/// [`Corrupt`], in every function: the column is not of the type, or NULL where the function's name does not end in `_if_any`.
#[derive(Debug)]
pub struct Columns<'r, D: Database> {
    row: &'r D::Row,
    next: usize,
}

#[expect(clippy::missing_errors_doc, reason = "the type says it for all of them")]
impl<'r, D: Database> Columns<'r, D> {
    /// All columns of a row.
    pub fn new(row: &'r D::Row) -> Self {
        Self { row, next: 0 }
    }

    /// A record.
    pub fn record<T: Record>(&mut self) -> Result<T> {
        T::read(self)
    }

    /// A record that an outer join may have left out: its first column is NULL then.
    pub fn record_if_any<T: Record>(&mut self) -> Result<Option<T>> {
        if D::is_null(self.row, self.next).map_err(|Unreadable| Corrupt("id"))? {
            self.next += T::COLUMNS;
            return Ok(None);
        }
        T::read(self).map(Some)
    }

    /// A text.
    pub fn text(&mut self, name: &'static str) -> Result<String> {
        self.text_ref(name).map(str::to_owned)
    }

    /// A text, or NULL.
    pub fn text_if_any(&mut self, name: &'static str) -> Result<Option<String>> {
        Ok(self.text_ref_if_any(name)?.map(str::to_owned))
    }

    /// A text where it lies.
    pub fn text_ref(&mut self, name: &'static str) -> Result<&'r str> {
        self.text_ref_if_any(name)?.ok_or(Corrupt(name))
    }

    /// A text where it lies, or NULL.
    pub fn text_ref_if_any(&mut self, name: &'static str) -> Result<Option<&'r str>> {
        self.take(name, D::text)
    }

    /// A text that may hold any character, U+0000 included.
    pub fn any_text(&mut self, name: &'static str) -> Result<String> {
        self.any_text_if_any(name)?.ok_or(Corrupt(name))
    }

    /// The same, or NULL.
    pub fn any_text_if_any(&mut self, name: &'static str) -> Result<Option<String>> {
        Ok(self.take(name, D::any_text)?.map(str::to_owned))
    }

    /// A text that is a value of a type: an id, a phone number, a word of an enumeration.
    pub fn parsed<T: FromStr>(&mut self, name: &'static str) -> Result<T> {
        self.text_ref(name)?.parse().map_err(|_| Corrupt(name))
    }

    /// The same, or NULL.
    pub fn parsed_if_any<T: FromStr>(&mut self, name: &'static str) -> Result<Option<T>> {
        let text = self.text_ref_if_any(name)?;
        text.map(|text| text.parse().map_err(|_| Corrupt(name))).transpose()
    }

    /// A text that is JSON.
    pub fn json<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<T> {
        serde_json::from_str(self.text_ref(name)?).map_err(|_| Corrupt(name))
    }

    /// The same, or NULL.
    pub fn json_if_any<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<Option<T>> {
        let text = self.text_ref_if_any(name)?;
        text.map(|text| serde_json::from_str(text).map_err(|_| Corrupt(name))).transpose()
    }

    /// A whole number.
    pub fn number(&mut self, name: &'static str) -> Result<i64> {
        self.number_if_any(name)?.ok_or(Corrupt(name))
    }

    /// The same, or NULL.
    pub fn number_if_any(&mut self, name: &'static str) -> Result<Option<i64>> {
        self.take(name, D::number)
    }

    /// A whole number of a narrower type.
    pub fn small<T: TryFrom<i64>>(&mut self, name: &'static str) -> Result<T> {
        self.number(name)?.try_into().map_err(|_| Corrupt(name))
    }

    /// The same, or NULL.
    pub fn small_if_any<T: TryFrom<i64>>(&mut self, name: &'static str) -> Result<Option<T>> {
        let number = self.number_if_any(name)?;
        number.map(|number| number.try_into().map_err(|_| Corrupt(name))).transpose()
    }

    /// A revision, version, sequence or count.
    pub fn count(&mut self, name: &'static str) -> Result<u64> {
        self.small(name)
    }

    /// An instant, in microseconds since 1970.
    pub fn instant(&mut self, name: &'static str) -> Result<Instant> {
        self.number(name).map(Instant::from_micros)
    }

    /// The same, or NULL.
    pub fn instant_if_any(&mut self, name: &'static str) -> Result<Option<Instant>> {
        Ok(self.number_if_any(name)?.map(Instant::from_micros))
    }

    /// True or false.
    pub fn truth(&mut self, name: &'static str) -> Result<bool> {
        self.take(name, D::truth)?.ok_or(Corrupt(name))
    }

    /// As many bytes as the type holds.
    pub fn bytes<const N: usize>(&mut self, name: &'static str) -> Result<[u8; N]> {
        self.blob(name)?.try_into().map_err(|_| Corrupt(name))
    }

    /// Any number of bytes, where they lie.
    pub fn blob(&mut self, name: &'static str) -> Result<&'r [u8]> {
        self.take(name, D::bytes)?.ok_or(Corrupt(name))
    }

    fn take<T>(
        &mut self,
        name: &'static str,
        value: impl FnOnce(&'r D::Row, usize) -> std::result::Result<Option<T>, Unreadable>,
    ) -> Result<Option<T>> {
        let value = value(self.row, self.next).map_err(|Unreadable| Corrupt(name))?;
        self.next += 1;
        Ok(value)
    }
}

#[cfg(test)]
mod tests;
