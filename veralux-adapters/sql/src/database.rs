/// A database, as one sees it who reads its rows. `None` is NULL.
///
/// # Errors
/// [`Unreadable`], in each of its functions: the row has no such column, or the column is of another type.
#[expect(clippy::missing_errors_doc, reason = "the trait says it for all of them")]
pub trait Database {
    /// A row that it answers with.
    type Row;

    /// A text that holds no U+0000.
    fn text(row: &Self::Row, index: usize) -> Result<Option<&str>, Unreadable>;

    /// A text that may hold any character, U+0000 included: not every database has such texts, and then it is bytes there.
    fn any_text(row: &Self::Row, index: usize) -> Result<Option<&str>, Unreadable>;

    /// A whole number.
    fn number(row: &Self::Row, index: usize) -> Result<Option<i64>, Unreadable>;

    /// True or false, however the database keeps it.
    fn truth(row: &Self::Row, index: usize) -> Result<Option<bool>, Unreadable>;

    /// Bytes.
    fn bytes(row: &Self::Row, index: usize) -> Result<Option<&[u8]>, Unreadable>;

    /// Whether a column of any type is NULL.
    fn is_null(row: &Self::Row, index: usize) -> Result<bool, Unreadable>;
}

/// A column that is not there, or not of the type that was asked for. Its reader knows the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable;
