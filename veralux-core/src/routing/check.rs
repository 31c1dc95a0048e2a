//! What a snapshot must keep to beyond its types; shared by documents and typed values.

use crate::time::Instant;

pub(super) const END_NOT_AFTER_START: &str = "must be after startsAt";
pub(super) const REPEATED_ID: &str = "is the id of an earlier item";
pub(super) const STAFF_WITHOUT_ID: &str = "is required of a staff member";

pub(super) fn too_many(most: usize) -> String {
    format!("must have at most {most} items")
}

pub(super) fn is_span(start: Instant, end: Option<Instant>) -> bool {
    end.is_none_or(|end| end > start)
}

/// The indexes of those ids that an earlier item has, ascending.
pub(super) fn repeated<'a>(ids: impl Iterator<Item = (usize, &'a str)>) -> Vec<usize> {
    let mut ids: Vec<(&str, usize)> = ids.map(|(index, id)| (id, index)).collect();
    if ids.len() < 2 {
        return Vec::new();
    }
    ids.sort_unstable();
    let pairs = ids.iter().zip(ids.iter().skip(1));
    let mut repeated: Vec<usize> =
        pairs.filter(|((one, _), (two, _))| one == two).map(|(_, (_, index))| *index).collect();
    repeated.sort_unstable();
    repeated
}
