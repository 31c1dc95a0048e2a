//! Where something goes: a kind and, for some kinds, an id.

use veralux_core::port::Destination;
use veralux_core::routing::OverrideTarget;

use super::{Columns, Result};
use crate::error::Cause;

pub(super) fn read_destination(columns: &mut Columns<'_>) -> Result<Option<Destination>> {
    let kind: Option<&str> = columns.take("target")?;
    let id: Option<&str> = columns.take("target_id")?;
    let Some(kind) = kind else { return Ok(None) };
    Destination::from_parts(kind, id).map(Some).ok_or(Cause::Corrupt("target"))
}

pub(crate) fn override_parts(target: &OverrideTarget) -> (&'static str, Option<&str>) {
    match target {
        OverrideTarget::Staff(id) => ("staff", Some(id.as_str())),
        OverrideTarget::OwnerInbox => ("owner_inbox", None),
        OverrideTarget::Customer => ("customer", None),
    }
}

pub(super) fn override_from_parts(kind: &str, id: Option<&str>) -> Result<OverrideTarget> {
    match (kind, id) {
        ("staff", Some(id)) => id.parse().map(OverrideTarget::Staff).map_err(|_| Cause::Corrupt("target_id")),
        ("owner_inbox", None) => Ok(OverrideTarget::OwnerInbox),
        ("customer", None) => Ok(OverrideTarget::Customer),
        _ => Err(Cause::Corrupt("target")),
    }
}
