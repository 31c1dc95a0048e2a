use std::sync::Arc;
use std::time::Duration;

use quick_cache::sync::{Cache, DefaultLifecycle, GuardResult, PlaceholderGuard};
use quick_cache::{DefaultHashBuilder, UnitWeighter};

/// Messages of one sender go one after the other within a process, so that each finds what the one before it left with the
/// detector. Between processes the store's revision decides, and whoever was overtaken begins anew.
#[derive(Debug, Clone)]
pub(super) struct Turns(Arc<Cache<Sender, ()>>);

/// Who waits for whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Sender {
    line: String,
    name: String,
}

/// The turn of one message. It ends when this is dropped.
pub(super) type Turn<'a> =
    PlaceholderGuard<'a, Sender, (), UnitWeighter, DefaultHashBuilder, DefaultLifecycle<Sender, ()>>;

impl Turns {
    pub(super) fn new() -> Self {
        // Nothing is ever put into it: only its guards are used, of which the next in line gets the one that is dropped.
        Self(Arc::new(Cache::new(1)))
    }

    /// Waits until nobody else writes as `name` on a line: a number, or a thread of a tenant. Whether there was anybody to
    /// wait for, behind whom what was read before counts no more.
    pub(super) async fn wait(&self, line: String, name: &str) -> (Option<Turn<'_>>, bool) {
        let sender = Sender { line, name: name.to_owned() };
        match self.0.get_value_or_guard(&sender, Some(Duration::ZERO)) {
            GuardResult::Guard(turn) => (Some(turn), false),
            GuardResult::Value(()) => (None, false),
            GuardResult::Timeout => (self.0.get_value_or_guard_async(&sender).await.err(), true),
        }
    }
}
