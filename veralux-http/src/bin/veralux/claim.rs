//! One server a SQLite file: two would each keep what only one of them has heard of.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt as _;

use super::database::DatabaseUrl;

/// Claims a SQLite file for as long as what is returned lives. The system gives it up with the process, however that ends.
/// Commands such as `veralux keys` work beside a server, and claim nothing.
///
/// # Errors
/// A sentence, when another process serves the file.
pub(crate) fn claim(database: &DatabaseUrl) -> Result<Option<File>, String> {
    let Some(path) = database.file() else { return Ok(None) };
    // A file of its own: SQLite's locks on the database would be lost with any other handle on it that is closed.
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&name);
    // What stands in the way of this file stands in that of the database, which says so.
    let Ok(file) = opened else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(format!(
            "{database} is served by another process, which holds {}; one server a file, or PostgreSQL for many",
            name.display()
        )),
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "whether another process serves the database cannot be told");
            Ok(None)
        }
    }
}
