use veralux_core::port::DeliveryRecord;

use super::{Columns, Record, Result};

macro_rules! delivery_columns {
    () => {
        "d.state, d.attempts, d.retries, d.attempt_at, d.error, d.failed_at, d.dead_since, d.updated_at, d.revision"
    };
}
pub(crate) use delivery_columns;

impl Record for DeliveryRecord {
    const COLUMNS: usize = 9;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            state: columns.parsed("state")?,
            attempts: columns.take("attempts")?,
            retries: columns.take("retries")?,
            attempt_at: columns.instant_if_any("attempt_at")?,
            error: columns.json_if_any("error")?,
            failed_at: columns.instant_if_any("failed_at")?,
            dead_since: columns.instant_if_any("dead_since")?,
            updated_at: columns.instant("updated_at")?,
            revision: columns.count("revision")?,
        })
    }
}
