use veralux_core::port::Call;

use super::{Columns, Database, Record, Result};

/// The columns of a [`Call`](veralux_core::port::Call), over `c`.
#[macro_export]
macro_rules! call_columns {
    () => {
        "c.id, c.provider, c.provider_call, c.called, c.caller, c.state, c.outcome, c.started_at, c.ended_at, c.stream, \
         c.revision"
    };
}

impl Record for Call {
    const COLUMNS: usize = 11;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            id: columns.parsed("id")?,
            provider: columns.text("provider")?,
            provider_call: columns.text("provider_call")?,
            called: columns.parsed("called")?,
            caller: columns.text_if_any("caller")?,
            state: columns.parsed("state")?,
            outcome: columns.text_if_any("outcome")?,
            started_at: columns.instant("started_at")?,
            ended_at: columns.instant_if_any("ended_at")?,
            stream: columns.text_if_any("stream")?,
            revision: columns.count("revision")?,
        })
    }
}
