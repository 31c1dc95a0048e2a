//! This adapter's own error and what it means to a caller of a port.

use std::sync::Arc;

use veralux_core::port;
use veralux_sql::{Corrupt, Invalid, Violated};

/// Primary result codes of SQLite (<https://www.sqlite.org/rescode.html>) that callers are told apart by.
mod code {
    pub(super) const PERM: u32 = 3;
    pub(super) const BUSY: u32 = 5;
    pub(super) const LOCKED: u32 = 6;
    pub(super) const NOMEM: u32 = 7;
    pub(super) const READONLY: u32 = 8;
    pub(super) const INTERRUPT: u32 = 9;
    pub(super) const IOERR: u32 = 10;
    pub(super) const FULL: u32 = 13;
    pub(super) const CANTOPEN: u32 = 14;
    pub(super) const PROTOCOL: u32 = 15;
    pub(super) const AUTH: u32 = 23;
}

/// Violated constraints, extended result codes.
const FOREIGN_KEY: u32 = 787;
const PRIMARY_KEY: u32 = 1555;
const UNIQUE: u32 = 2067;
/// Raised by a trigger. Of those, inserts meet one only: an append-only table has a row with this key.
const TRIGGER: u32 = 1811;

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
    #[error("the database reports an error")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    #[error(transparent)]
    Conflict(#[from] port::Conflict),
    #[error("{0}")]
    Invalid(&'static str),
    /// The schema, or whose it is, is not as this program needs it.
    #[error("{0}")]
    Schema(String),
    #[error("the writer has been closed")]
    Closed,
    /// The transaction that several jobs shared was lost.
    #[error("the transaction that this was part of failed")]
    Shared(#[source] Arc<Error>),
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

impl From<Invalid> for Cause {
    fn from(Invalid(why): Invalid) -> Self {
        Self::Invalid(why)
    }
}

impl From<Error> for port::Error {
    fn from(error: Error) -> Self {
        let Error { doing, cause } = error;
        match cause {
            Cause::Shared(shared) => match &shared.cause {
                Cause::Database(source) if is_refusal(source) => Self::NotPermitted(doing),
                Cause::Database(source) if !is_transient(source) => Self::permanent(doing, shared),
                _ => Self::transient(doing, shared),
            },
            Cause::Conflict(conflict) => Self::Conflict(conflict),
            Cause::Invalid(why) => Self::Invalid(why),
            Cause::Database(source) if is_refusal(&source) => Self::NotPermitted(doing),
            Cause::Database(source) if is_transient(&source) => Self::transient(doing, source),
            Cause::Database(source) => Self::permanent(doing, source),
            Cause::Closed => Self::transient(doing, cause),
            Cause::Corrupt(_) | Cause::Schema(_) => Self::permanent(doing, cause),
        }
    }
}

/// Which rule of the schema a statement broke.
pub(crate) fn violated(error: &sqlx::Error) -> Option<Violated> {
    match extended_code(error)? {
        PRIMARY_KEY | TRIGGER => Some(Violated::PrimaryKey),
        UNIQUE => Some(Violated::Unique),
        FOREIGN_KEY => Some(Violated::ForeignKey),
        _ => None,
    }
}

fn extended_code(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}

fn primary_code(error: &sqlx::Error) -> Option<u32> {
    extended_code(error).map(|code| code & 0xff)
}

fn is_refusal(error: &sqlx::Error) -> bool {
    primary_code(error).is_some_and(|code| matches!(code, code::PERM | code::READONLY | code::AUTH))
}

fn is_transient(error: &sqlx::Error) -> bool {
    match primary_code(error) {
        Some(code) => matches!(
            code,
            code::BUSY
                | code::LOCKED
                | code::NOMEM
                | code::INTERRUPT
                | code::IOERR
                | code::FULL
                | code::CANTOPEN
                | code::PROTOCOL
        ),
        None => matches!(
            error,
            sqlx::Error::Io(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed
        ),
    }
}
