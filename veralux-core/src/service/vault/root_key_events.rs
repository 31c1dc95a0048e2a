//! What the platform's audit chain says of root keys.

use serde_json::json;

use crate::id::TenantId;
use crate::port::{self, Change, Commit, RootKey};
use crate::service::context::Note;
use crate::service::{Context, Stores};

/// The platform's commit of root keys, each with what was read of it, and an event that tells of each: which key, and what it
/// may do. Of the key itself nothing.
pub(super) fn told(
    stores: &Stores,
    context: &Context,
    keys: Vec<(RootKey, Option<RootKey>)>,
) -> port::Result<Commit> {
    let mut commit = Commit::new(TenantId::platform(), stores.now());
    let mut changes = Vec::with_capacity(keys.len());
    for (after, before) in keys {
        let (name, to) = (after.id.to_string(), after.state.as_str());
        let (event, payload) = match &before {
            None => ("root_key.added", json!({ "state": to })),
            Some(before) => ("root_key.changed", json!({ "from": before.state.as_str(), "to": to })),
        };
        let note = Note::new(event, ("root_key", &name), payload);
        commit = stores
            .tell(commit, context, note)
            .map_err(|_| port::Error::Invalid("an event of a root key does not keep to its limits"))?;
        changes.push((after, before.map(|before| before.revision)));
    }
    Ok(commit.change(Change::RootKeys(changes)))
}
