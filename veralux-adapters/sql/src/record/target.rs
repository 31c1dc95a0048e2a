//! Where something goes: a kind and, for some kinds, an id.

use veralux_core::port::Destination;
use veralux_core::routing::OverrideTarget;

use super::{Columns, Corrupt, Database, Result};

pub(super) fn read_destination<D: Database>(columns: &mut Columns<'_, D>) -> Result<Option<Destination>> {
    let kind = columns.text_ref_if_any("target")?;
    let id = columns.text_ref_if_any("target_id")?;
    let Some(kind) = kind else { return Ok(None) };
    Destination::from_parts(kind, id).map(Some).ok_or(Corrupt("target"))
}

/// The kind and, for some kinds, the id of where an override sends.
pub fn override_parts(target: &OverrideTarget) -> (&'static str, Option<&str>) {
    match target {
        OverrideTarget::Staff(id) => ("staff", Some(id.as_str())),
        OverrideTarget::OwnerInbox => ("owner_inbox", None),
        OverrideTarget::Customer => ("customer", None),
    }
}

pub(super) fn override_from_parts(kind: &str, id: Option<&str>) -> Result<OverrideTarget> {
    match (kind, id) {
        ("staff", Some(id)) => id.parse().map(OverrideTarget::Staff).map_err(|_| Corrupt("target_id")),
        ("owner_inbox", None) => Ok(OverrideTarget::OwnerInbox),
        ("customer", None) => Ok(OverrideTarget::Customer),
        _ => Err(Corrupt("target")),
    }
}
