//! This adapter's own error and what it means to a caller of a port.

use std::error::Error as StdError;

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::Error as PgError;
use tokio_postgres::error::{DbError, Severity, SqlState};
use veralux_core::port;
use veralux_sql::{Corrupt, Invalid, Violated};

/// What went wrong, with what was being done. Holds no value of a row.
#[derive(Debug, thiserror::Error)]
#[error("{doing}")]
pub(crate) struct Error {
    pub(crate) doing: &'static str,
    #[source]
    pub(crate) cause: Cause,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{}", brief(.0))]
    Database(PgError),
    #[error("no connection came free in time")]
    Busy,
    #[error("the database did not answer in time")]
    Silent,
    #[error("the commits that it was made with failed")]
    Cut,
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    #[error(transparent)]
    Conflict(#[from] port::Conflict),
    #[error("{0}")]
    Invalid(&'static str),
    /// The schema, or whose it is, is not as this program needs it.
    #[error("{0}")]
    Schema(String),
    #[error("the store has been closed")]
    Closed,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Says what was being done when something failed.
pub(crate) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T>;
}

impl<T, E: Into<Cause>> Doing<T> for std::result::Result<T, E> {
    fn doing(self, doing: &'static str) -> Result<T> {
        self.map_err(|cause| Error { doing, cause: cause.into() })
    }
}

impl From<PgError> for Cause {
    fn from(error: PgError) -> Self {
        Self::Database(error)
    }
}

impl From<PoolError> for Cause {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => {
                Self::Database(error)
            }
            PoolError::Closed => Self::Closed,
            // What is left are time-outs: of waiting, connecting, looking after a connection.
            _ => Self::Busy,
        }
    }
}

impl From<Invalid> for Cause {
    fn from(Invalid(why): Invalid) -> Self {
        Self::Invalid(why)
    }
}

impl From<Error> for port::Error {
    fn from(error: Error) -> Self {
        let Error { doing, cause } = error;
        match cause {
            Cause::Conflict(conflict) => Self::Conflict(conflict),
            Cause::Invalid(why) => Self::Invalid(why),
            Cause::Database(ref source) => match Meaning::of(source) {
                Meaning::Refused => Self::NotPermitted(doing),
                Meaning::Unwritable(why) => Self::Invalid(why),
                Meaning::Passing | Meaning::Repeatable => Self::transient(doing, cause),
                Meaning::Broken => Self::permanent(doing, cause),
            },
            Cause::Busy | Cause::Silent | Cause::Cut | Cause::Closed => Self::transient(doing, cause),
            Cause::Corrupt(_) | Cause::Schema(_) => Self::permanent(doing, cause),
        }
    }
}

impl Cause {
    /// Whether nothing is wrong with what was asked: the database is away, busy or slow.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Busy | Self::Silent | Self::Cut | Self::Closed => true,
            Self::Database(error) => matches!(Meaning::of(error), Meaning::Passing),
            _ => false,
        }
    }

    /// The same for one more of those whom it struck. The database's own error stays with the first.
    pub(crate) fn share(&mut self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::Silent => Self::Silent,
            Self::Closed => Self::Closed,
            _ => std::mem::replace(self, Self::Cut),
        }
    }

    /// Whether the connection is over, and another one may do: the server ended it, or was started anew.
    pub(crate) fn ends_connection(&self) -> bool {
        let Self::Database(error) = self else { return false };
        let severity = error.as_db_error().and_then(DbError::parsed_severity);
        error.is_closed() || matches!(severity, Some(Severity::Fatal | Severity::Panic))
    }

    /// Whether a lock was waited for longer than the session's `lock_timeout`.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        matches!(self, Self::Database(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE))
    }

    /// Whether there is no room for what was to be written.
    pub(crate) fn is_full(&self) -> bool {
        matches!(self, Self::Database(error) if error.code() == Some(&SqlState::DISK_FULL))
    }

    /// Whether the role may not do this.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(Meaning::of(error), Meaning::Refused))
    }

    /// Whether the same transaction, begun anew, may well succeed: it stood in another one's way, and nothing was done.
    pub(crate) fn is_repeatable(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(Meaning::of(error), Meaning::Repeatable))
    }
}

/// Which rule of the schema a statement broke.
pub(crate) fn violated(cause: &Cause) -> Option<Violated> {
    let Cause::Database(error) = cause else { return None };
    let error = error.as_db_error()?;
    // Tables of holders name their keys otherwise: to the one who writes theirs is a value, not a key.
    let of_key = || error.constraint().is_some_and(|name| name.ends_with("_pkey"));
    match *error.code() {
        SqlState::UNIQUE_VIOLATION if of_key() => Some(Violated::PrimaryKey),
        SqlState::UNIQUE_VIOLATION => Some(Violated::Unique),
        SqlState::FOREIGN_KEY_VIOLATION => Some(Violated::ForeignKey),
        _ => None,
    }
}

/// What an error of the server or of the connection to it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The role may not do this.
    Refused,
    /// A value cannot be kept, and why.
    Unwritable(&'static str),
    /// It may succeed later.
    Passing,
    /// It may succeed at once.
    Repeatable,
    /// It will not succeed until somebody has mended something.
    Broken,
}

impl Meaning {
    fn of(error: &PgError) -> Self {
        let Some(code) = error.code() else {
            // Not from the server: the connection broke or was refused, else the fault is ours or in the settings.
            let of_network = error.source().is_some_and(<dyn StdError>::is::<std::io::Error>);
            return if error.is_closed() || of_network { Self::Passing } else { Self::Broken };
        };
        match *code {
            SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => Self::Repeatable,
            SqlState::CHARACTER_NOT_IN_REPERTOIRE | SqlState::UNTRANSLATABLE_CHARACTER => {
                Self::Unwritable("a text holds a character that the database cannot keep")
            }
            SqlState::INSUFFICIENT_PRIVILEGE => Self::Refused,
            // Also what a server says that has become, or is not yet, the one to write to.
            SqlState::LOCK_NOT_AVAILABLE
            | SqlState::QUERY_CANCELED
            | SqlState::READ_ONLY_SQL_TRANSACTION
            | SqlState::ADMIN_SHUTDOWN
            | SqlState::CRASH_SHUTDOWN
            | SqlState::CANNOT_CONNECT_NOW
            | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => Self::Passing,
            _ => match code.code().get(..2) {
                // Connection exceptions, too few resources.
                Some("08" | "53" | "58") => Self::Passing,
                // A limit of the program, such as how long a text may be that a row is found by.
                Some("54") => Self::Unwritable("a value is larger than the database can keep"),
                // Among them a password or a role that is not accepted: what the server says of it must be read by somebody.
                _ => Self::Broken,
            },
        }
    }
}

/// What the server said without the values it was said of. Of data exceptions (class 22) and violated constraints (23) the
/// message may quote one, and the detail of any error.
fn brief(error: &PgError) -> String {
    let Some(error) = error.as_db_error() else { return brief_of_connection(error) };
    let code = error.code().code();
    match error.constraint().or(error.table()) {
        Some(name) => format!("the database reports {code} ({name})"),
        None if code.starts_with("22") || code.starts_with("23") => format!("the database reports {code}"),
        None => format!("the database reports {code}: {}", error.message()),
    }
}

/// With its source, such as "Connection refused", unless that is of a value which could not be sent or read.
fn brief_of_connection(error: &PgError) -> String {
    let text = error.to_string();
    match error.source() {
        Some(source) if !text.contains("serializing") => {
            format!("the connection to the database: {text}: {source}")
        }
        _ => format!("the connection to the database: {text}"),
    }
}
