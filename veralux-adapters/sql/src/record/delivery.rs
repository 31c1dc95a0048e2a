use veralux_core::port::DeliveryRecord;
use veralux_core::time::Instant;

use super::{Columns, Database, Record, Result};

/// The columns of a [`DeliveryRecord`](veralux_core::port::DeliveryRecord), over `d`.
#[macro_export]
macro_rules! delivery_columns {
    () => {
        "d.state, d.attempts, d.retries, d.attempt_at, d.error, d.failed_at, d.dead_since, d.updated_at, d.revision"
    };
}

impl Record for DeliveryRecord {
    const COLUMNS: usize = 9;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            state: columns.parsed("state")?,
            attempts: columns.small("attempts")?,
            retries: columns.small("retries")?,
            attempt_at: columns.instant_if_any("attempt_at")?,
            error: columns.json_if_any("error")?,
            failed_at: columns.instant_if_any("failed_at")?,
            dead_since: columns.instant_if_any("dead_since")?,
            updated_at: columns.instant("updated_at")?,
            revision: columns.count("revision")?,
        })
    }
}

/// When a message failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure(pub Instant);

impl Record for Failure {
    const COLUMNS: usize = 1;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        columns.instant("failed_at").map(Self)
    }
}
