//! One server a SQLite file: two would each keep what only one of them has heard of.

use std::fmt::Display;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// Claims a SQLite file for as long as what is returned lives, by whichever name it is called. The system gives it up with the
/// process, however that ends. `database` is how it is called in what is said. Whoever serves or migrates claims; commands such as `veralux keys` work beside a server.
///
/// # Errors
/// A sentence, when another process has claimed the file, or when it has several names.
pub(crate) fn claim(path: &Path, database: &impl Display) -> Result<Option<File>, String> {
    // What stands in the way of the file stands in that of the database, which says so.
    let Ok(path) = real(path) else { return Ok(None) };
    let names = path.metadata().map_or(1, |file| file.nlink());
    if names > 1 {
        return Err(format!(
            "{database}: the file has {names} names (hard links), and SQLite keeps what was written last beside one of \
             them: serve a file that has one name"
        ));
    }
    // A file of its own: SQLite's locks on the database would be lost with any other handle on it that is closed.
    let mut name = path.into_os_string();
    name.push(".lock");
    let opened = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&name);
    let Ok(file) = opened else { return Ok(None) };
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Err(format!(
            "{database} is served or migrated by another process, which holds {}: end it first; one server a file, or \
             PostgreSQL for many",
            name.display()
        )),
        Err(TryLockError::Error(error)) => {
            tracing::warn!(%error, "whether another process serves the database cannot be told");
            Ok(None)
        }
    }
}

/// Where links lead. Where nothing is yet, the file is made, as it is when the database is opened.
fn real(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
            path.canonicalize()
        }
        found => found,
    }
}
