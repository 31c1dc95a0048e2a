//! A write that changes nothing: whether the file takes any.

use std::time::Duration;

use async_trait::async_trait;

use crate::error::{Doing as _, Result};
use crate::script::Script;
use crate::transaction::Transaction;
use crate::writer::Write;

/// So long the outcome of one stands for the next: anybody may ask whether a server is ready.
pub(crate) const FRESH: Duration = Duration::from_secs(1);

crate::statements::statements! {
    one {
        // Nobody reads it. A row that is replaced by itself would not be written.
        TRY = "PRAGMA user_version = 0";
    }
}

/// Has the first page written anew, through the log to the disk.
pub(crate) struct Probe;

#[async_trait]
impl Write for Probe {
    type Output = ();

    async fn write(&mut self, transaction: &mut Transaction<'_>) -> Result<()> {
        let mut script = Script::new();
        script.statement(TRY);
        transaction.run(script).await.into_result().map(drop).doing("trying to write")
    }
}
