use veralux_core::number::{Number, Quarantine};
use veralux_core::party::NumberStatus;
use veralux_core::time::Instant;

use super::{Columns, Corrupt, Database, Record, Result};

/// The columns of a [`Number`](veralux_core::number::Number), over `n`.
#[macro_export]
macro_rules! number_columns {
    () => {
        "n.id, n.e164, n.class, n.status, n.staff, n.quarantine_reason, n.quarantine_since, n.quarantine_until, \
         n.provider, n.last_used_at, n.given_back_at, n.created_at, n.revision"
    };
}

impl Record for Number {
    const COLUMNS: usize = 13;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        let number = Self {
            id: columns.parsed("id")?,
            e164: columns.parsed("e164")?,
            class: columns.parsed("class")?,
            status: columns.parsed("status")?,
            staff: columns.parsed_if_any("staff")?,
            quarantine: quarantine(
                columns.text_if_any("quarantine_reason")?,
                columns.instant_if_any("quarantine_since")?,
                columns.instant_if_any("quarantine_until")?,
            )?,
            provider: columns.text("provider")?,
            last_used_at: columns.instant_if_any("last_used_at")?,
            given_back_at: columns.instant_if_any("given_back_at")?,
            created_at: columns.instant("created_at")?,
            revision: columns.count("revision")?,
        };
        if number.given_back_at.is_some() && number.status != NumberStatus::Inactive {
            return Err(Corrupt("given_back_at"));
        }
        if number.is_consistent() { Ok(number) } else { Err(Corrupt("status")) }
    }
}

fn quarantine(
    reason: Option<String>,
    since: Option<Instant>,
    until: Option<Instant>,
) -> Result<Option<Quarantine>> {
    match (reason, since, until) {
        (None, None, None) => Ok(None),
        (Some(reason), Some(since), Some(until)) => Ok(Some(Quarantine { reason, since, until })),
        _ => Err(Corrupt("quarantine_reason")),
    }
}
