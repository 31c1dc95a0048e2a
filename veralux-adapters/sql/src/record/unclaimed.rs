use veralux_core::port::{Body, Unclaimed, WebhookClaim};

use super::{Columns, Database, Record, Result};

/// The columns of an [`Unclaimed`](veralux_core::port::Unclaimed), over `u`.
#[macro_export]
macro_rules! unclaimed_columns {
    () => {
        "u.provider, u.event, u.received_at, u.reason, u.body"
    };
}

impl Record for Unclaimed {
    const COLUMNS: usize = 5;

    fn read<D: Database>(columns: &mut Columns<'_, D>) -> Result<Self> {
        Ok(Self {
            claim: WebhookClaim { provider: columns.text("provider")?, event: columns.text("event")? },
            received_at: columns.instant("received_at")?,
            reason: columns.text("reason")?,
            body: Body::new(columns.any_text("body")?),
        })
    }
}
