use std::collections::BTreeMap;

use async_trait::async_trait;

use super::MemoryStore;
use super::rows::{Index, Rows, Shared, State};
use crate::audit::{self, Head};
use crate::id::{EventId, TenantId};
use crate::port::{Commit, Conflict, Ledger, Result, RootKey};
use crate::time::Instant;

#[async_trait]
impl Ledger for MemoryStore {
    async fn commit(&self, commit: Commit) -> Result<()> {
        self.write().commit(commit)
    }
}

impl State {
    fn commit(&mut self, commit: Commit) -> Result<()> {
        let Commit { tenant, at, changes, events } = commit;
        let known = self.tenants.contains_key(&tenant);
        let own = self.tenants.entry(tenant.clone()).or_default();
        let reach = Reach { own, shared: &mut self.shared, root_keys: &mut self.root_keys };
        let mut writer = Writer { tenant: &tenant, at, reach, undo: Vec::new() };
        let outcome = changes.into_iter().try_for_each(|change| writer.apply(change));
        if outcome.is_ok() {
            writer.append(events);
        } else {
            writer.undo();
            if !known {
                self.tenants.remove(&tenant);
            }
        }
        outcome
    }
}

/// What becomes of one change.
pub(super) type Outcome = std::result::Result<(), Conflict>;

/// What a commit may touch.
pub(super) struct Reach<'a> {
    pub(super) own: &'a mut Rows,
    pub(super) shared: &'a mut Shared,
    pub(super) root_keys: &'a mut BTreeMap<u32, RootKey>,
}

/// How to get at a table.
type Table<K, V> = for<'r, 's> fn(&'r mut Reach<'s>) -> &'r mut BTreeMap<K, V>;

type Undo = Box<dyn FnOnce(&mut Reach<'_>)>;

/// Applies the changes of one commit and remembers how to undo them.
pub(super) struct Writer<'a> {
    pub(super) tenant: &'a TenantId,
    pub(super) at: Instant,
    pub(super) reach: Reach<'a>,
    undo: Vec<Undo>,
}

impl Writer<'_> {
    /// Writes a row.
    pub(super) fn put<K: Ord + Clone + 'static, V: 'static>(&mut self, table: Table<K, V>, key: K, row: V) {
        let old = table(&mut self.reach).insert(key.clone(), row);
        self.note(move |reach| match old {
            Some(old) => _ = table(reach).insert(key, old),
            None => _ = table(reach).remove(&key),
        });
    }

    /// Removes a row.
    pub(super) fn remove<K: Ord + Clone + 'static, V: 'static>(&mut self, table: Table<K, V>, key: &K) {
        if let Some((key, old)) = table(&mut self.reach).remove_entry(key) {
            self.note(move |reach| _ = table(reach).insert(key, old));
        }
    }

    /// Notes in an index that an item belongs to a key.
    pub(super) fn link<K, I>(&mut self, index: Table<K, BTreeMap<I, ()>>, key: &K, item: &I)
    where
        K: Ord + Clone + 'static,
        I: Ord + Clone + 'static,
    {
        link(index(&mut self.reach), key.clone(), item.clone());
        let (key, item) = (key.clone(), item.clone());
        self.note(move |reach| unlink(index(reach), &key, &item));
    }

    /// Takes an item out of an index.
    pub(super) fn unlink<K, I>(&mut self, index: Table<K, BTreeMap<I, ()>>, key: &K, item: &I)
    where
        K: Ord + Clone + 'static,
        I: Ord + Clone + 'static,
    {
        unlink(index(&mut self.reach), key, item);
        let (key, item) = (key.clone(), item.clone());
        self.note(move |reach| link(index(reach), key, item));
    }

    /// Remembers how to undo the step that was just done.
    pub(super) fn note(&mut self, undo: impl FnOnce(&mut Reach<'_>) + 'static) {
        self.undo.push(Box::new(undo));
    }

    fn undo(mut self) {
        while let Some(undo) = self.undo.pop() {
            undo(&mut self.reach);
        }
    }

    /// Seals the events behind the head; nothing can fail any more.
    fn append(self, events: Vec<(EventId, audit::Draft)>) {
        let rows = self.reach.own;
        for (id, draft) in events {
            let head = rows.head.unwrap_or(Head::GENESIS);
            let event = audit::seal(head, self.tenant.clone(), self.at, id, draft);
            rows.head = Some(event.head());
            rows.events.insert(event.sequence, event);
        }
    }
}

fn link<K: Ord, I: Ord>(index: &mut Index<K, I>, key: K, item: I) {
    index.entry(key).or_default().insert(item, ());
}

fn unlink<K: Ord, I: Ord>(index: &mut Index<K, I>, key: &K, item: &I) {
    if let Some(items) = index.get_mut(key) {
        items.remove(item);
        if items.is_empty() {
            index.remove(key);
        }
    }
}
