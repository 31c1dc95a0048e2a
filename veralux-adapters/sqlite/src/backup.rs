//! A copy of the file, made while others write into it.
//!
//! The file by itself is not whole while a server runs: what was written last is in the log beside it, and a copy of both
//! is one of two moments. SQLite copies what one reader sees, in a file that needs no log.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use veralux_core::port;

use crate::error::{Cause, Doing as _, Result};

crate::statements::statements! {
    one {
        COPY = "VACUUM INTO ?";
    }
}

const DOING: &str = "copying the database";

/// Copies the database that `options` open into a new file, readable by its owner only, and says how many bytes it has. It
/// has its name only once it is whole and on the disk.
pub(crate) async fn copy(options: &SqliteConnectOptions, to: &Path) -> port::Result<u64> {
    let exists = || port::Error::Invalid("the file to copy into is there already; it is not overwritten");
    if to.exists() {
        return Err(exists());
    }
    let partial = partial(to);
    let refused = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => port::Error::Invalid(
            "another copy into this file is being made, or was broken off: in that case remove the file that ends in .partial",
        ),
        _ => port::Error::permanent("making the file to copy into", error),
    };
    // Made before SQLite does, which takes an empty file: all that tenants have is to be in it.
    make_private(&partial).map_err(refused)?;
    let done = write(options, &partial).await.map_err(port::Error::from).and_then(|bytes| {
        if to.exists() {
            return Err(exists());
        }
        let named = fs::rename(&partial, to).and_then(|()| File::open(directory(to))?.sync_all());
        named.map(|()| bytes).map_err(|error| port::Error::permanent(DOING, error))
    });
    if done.is_err() {
        // What is wrong has been said; a rest would only be in the way of the next copy.
        let _ = fs::remove_file(&partial);
    }
    done
}

async fn write(options: &SqliteConnectOptions, to: &Path) -> Result<u64> {
    let Some(name) = to.to_str() else {
        return Err(Cause::Invalid("the name of the file to copy into must be UTF-8")).doing(DOING);
    };
    let mut connection = options.connect().await.doing(DOING)?;
    let copied = sqlx::query(COPY).bind(name).execute(&mut connection).await;
    connection.close().await.doing(DOING)?;
    copied.doing(DOING)?;
    // SQLite leaves that to the system.
    let synced = File::open(to).and_then(|file| file.sync_all().and_then(|()| file.metadata()));
    Ok(synced.map_err(sqlx::Error::Io).doing(DOING)?.len())
}

fn make_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn partial(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

fn directory(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
