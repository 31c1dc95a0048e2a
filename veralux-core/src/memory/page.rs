//! Pages cut out of sorted rows.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::str::FromStr;

use crate::port::{Error, Listed, Page, Result};

type Walk<'a, K, V> = Box<dyn Iterator<Item = (&'a K, &'a V)> + 'a>;

/// The rows from a page's key on, in its direction.
pub(super) fn walk<'a, K, V>(rows: &'a BTreeMap<K, V>, page: &Page) -> Walk<'a, K, V>
where
    K: Ord + FromStr + AsRef<str>,
{
    let Some(after) = &page.after else { return behind(rows, None, page.newest_first) };
    if let Ok(key) = after.parse() {
        return behind(rows, Some(key), page.newest_first);
    }
    // No id, but it has its place among texts all the same.
    let after = after.clone();
    if page.newest_first {
        Box::new(rows.iter().rev().skip_while(move |(key, _)| key.as_ref() >= after.as_str()))
    } else {
        Box::new(rows.iter().skip_while(move |(key, _)| key.as_ref() <= after.as_str()))
    }
}

/// The same for rows that are counted.
pub(super) fn walk_counted<'a, V>(rows: &'a BTreeMap<u64, V>, page: &Page) -> Result<Walk<'a, u64, V>> {
    let key = page.after.as_deref().map(str::parse).transpose();
    let key = key.map_err(|_| Error::Invalid("this list goes on behind a number"))?;
    Ok(behind(rows, key, page.newest_first))
}

/// The rows behind a key.
pub(super) fn behind<K: Ord, V>(rows: &BTreeMap<K, V>, key: Option<K>, newest_first: bool) -> Walk<'_, K, V> {
    let key = key.map_or(Bound::Unbounded, Bound::Excluded);
    if newest_first {
        Box::new(rows.range((Bound::Unbounded, key)).rev())
    } else {
        Box::new(rows.range((key, Bound::Unbounded)))
    }
}

/// The page that these rows begin with.
pub(super) fn page_of<'a, T: Clone + 'a>(
    rows: impl Iterator<Item = &'a T>,
    page: &Page,
    key: impl Fn(&T) -> String,
) -> Listed<T> {
    let items = rows.take(usize::from(page.limit) + 1).cloned().collect();
    Listed::from_excess(items, page, key)
}
