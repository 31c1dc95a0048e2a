//! What the writer is asked for.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::oneshot;
use veralux_core::id::TenantId;

use crate::error::{Error, Result};
use crate::transaction::Transaction;

/// One thing that it is asked for.
pub(crate) enum Order {
    /// Write something.
    Write(Box<dyn Job>),
    /// Carry the rest of the log back into the database file.
    CarryBack(oneshot::Sender<()>),
    /// Write what waits, then end.
    Close(oneshot::Sender<()>),
}

/// A job that waits or runs, whatever it writes.
#[async_trait]
pub(crate) trait Job: Send {
    fn chain(&self) -> Option<&TenantId>;
    /// Writes and keeps the result. An error means that the whole transaction is lost.
    async fn run(&mut self, transaction: &mut Transaction<'_>) -> Result<()>;
    /// Tells the caller, once it is known whether the transaction is durable.
    fn answer(self: Box<Self>, committed: std::result::Result<(), Arc<Error>>);
}
