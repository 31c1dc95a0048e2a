use veralux_core::port::Call;

use super::{Columns, Record, Result};

macro_rules! call_columns {
    () => {
        "c.id, c.provider, c.provider_call, c.called, c.caller, c.state, c.outcome, c.started_at, c.ended_at, c.stream, \
         c.revision"
    };
}
pub(crate) use call_columns;

impl Record for Call {
    const COLUMNS: usize = 11;

    fn read(columns: &mut Columns<'_>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            provider: columns.text("provider")?,
            provider_call: columns.text("provider_call")?,
            called: columns.parsed("called")?,
            caller: columns.take("caller")?,
            state: columns.parsed("state")?,
            outcome: columns.take("outcome")?,
            started_at: columns.instant("started_at")?,
            ended_at: columns.instant_if_any("ended_at")?,
            stream: columns.take("stream")?,
            revision: columns.count("revision")?,
        })
    }
}
