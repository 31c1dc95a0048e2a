use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::id::{MessageId, TenantId};

type Key = (TenantId, MessageId);

/// The messages that this process is sending. Whether an attempt of its own still runs it knows without a clock, also when the clock
/// jumps and each claim seems to be over.
#[derive(Debug, Clone, Default)]
pub(super) struct UnderWay(Arc<Mutex<BTreeSet<Key>>>);

/// The right to send one message in this process, given back when dropped.
#[derive(Debug)]
pub(super) struct Hold {
    held: UnderWay,
    key: Key,
}

impl UnderWay {
    /// `None` while somebody in this process is at it.
    pub(super) fn hold(&self, tenant: &TenantId, message: &MessageId) -> Option<Hold> {
        let key = (tenant.clone(), message.clone());
        let is_free = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        is_free.then(|| Hold { held: self.clone(), key })
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.held.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}
