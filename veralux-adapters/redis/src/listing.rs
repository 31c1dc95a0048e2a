//! Pages of everything under the two key families, by `SCAN`.

use redis::Value;
use veralux_core::port::{Error, Listed, MAX_PAGE, Page, Projected, Result};
use veralux_core::secret::Secret;

use crate::error::{Asked, Failure};
use crate::keys::pattern;
use crate::link::{Node, Repeat};
use crate::store::RedisRuntimeStore;
use crate::value;

/// Values read in one round trip: documents can be large, and each round trip has its time limit.
const VALUES_A_TRIP: usize = 32;
/// Buckets looked at in one `SCAN`, at most: among a million foreign keys few match, yet no `SCAN` may block others.
const MAX_COUNT: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Did,
    Config,
}

/// Where a listing goes on.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    family: Family,
    /// The master of a cluster that is looked through; empty for the first, and where there is but one server.
    node: String,
    /// Redis's cursor; `None` when `SCAN` is through with the family.
    cursor: Option<u64>,
    /// What the last `SCAN` found beyond the page's limit. It goes into the text of the place: `SCAN` with the same
    /// cursor again could answer otherwise by then.
    rest: Vec<String>,
}

impl RedisRuntimeStore {
    pub(crate) async fn list_page(&self, page: &Page) -> Result<Listed<Projected>> {
        let mut place = match &page.after {
            Some(text) => {
                Place::parse(text).ok_or(Error::Invalid("`after` is not from a page of this list"))?
            }
            None => Place::start(Family::Did),
        };
        let limit = usize::from(page.limit.clamp(1, MAX_PAGE));
        let items = self
            .fill(&mut place, limit)
            .await
            .map_err(|failure| failure.during("listing what is published"))?;
        Ok(Listed { items, next: (!place.is_end()).then(|| place.to_text()) })
    }

    async fn fill(&self, place: &mut Place, limit: usize) -> Asked<Vec<Projected>> {
        let nodes = self.link.nodes().await?;
        let mut items = Vec::new();
        let mut count = limit;
        while items.len() < limit && !place.is_end() {
            if !place.rest.is_empty() {
                let take = place.rest.len().min(limit - items.len()).min(VALUES_A_TRIP);
                let found: Vec<String> = place.rest.drain(..take).collect();
                self.read_values(place.family, found, &mut items).await?;
            } else if let Some(cursor) = place.cursor {
                let (node, behind) = here_and_behind(&nodes, &place.node)?;
                (place.cursor, place.rest) = self.scan(node, place.family, cursor, count).await?;
                if let (None, Some(next)) = (place.cursor, behind) {
                    (place.cursor, place.node) = (Some(0), next.name());
                }
                let sparse = place.rest.len() * 2 < count;
                count = if sparse { (count * 2).min(MAX_COUNT) } else { limit - items.len() };
            } else {
                *place = Place::start(Family::Config);
            }
        }
        Ok(items)
    }

    /// The next cursor and the names found: keys without what the family's keys begin with.
    async fn scan(
        &self,
        node: &Node,
        family: Family,
        cursor: u64,
        count: usize,
    ) -> Asked<(Option<u64>, Vec<String>)> {
        let prefix = self.prefix(family);
        let mut command = redis::cmd("SCAN");
        command.arg(cursor).arg("MATCH").arg(pattern(prefix)).arg("COUNT").arg(count);
        let mut parts = value::list(self.link.ask_at(node, &command).await?)?.into_iter();

        let next = value::text(parts.next().unwrap_or(Value::Nil))?;
        let next: u64 = next.and_then(|text| text.parse().ok()).ok_or(Failure::Unreadable)?;
        let keys = value::list(parts.next().unwrap_or(Value::Nil))?;
        let names =
            keys.into_iter().filter_map(|key| readable(family, key)?.strip_prefix(prefix).map(str::to_owned));
        Ok(((next != 0).then_some(next), names.collect()))
    }

    async fn read_values(&self, family: Family, names: Vec<String>, items: &mut Vec<Projected>) -> Asked<()> {
        let mut command = redis::cmd("MGET");
        for name in &names {
            command.arg(format!("{}{name}", self.prefix(family)));
        }
        let values = value::list(self.link.ask(&command, Repeat::Freely).await?)?;
        let entries = names.into_iter().zip(values).filter_map(|(name, value)| {
            let value = readable(family, value)?;
            Some(match family {
                Family::Did => Projected::Did { did: name, tenant: value },
                Family::Config => Projected::Config { tenant: name, document: Secret::new(value) },
            })
        });
        items.extend(entries);
        Ok(())
    }

    fn prefix(&self, family: Family) -> &str {
        match family {
            Family::Did => self.keys.did_prefix(),
            Family::Config => self.keys.config_prefix(),
        }
    }
}

/// The server that is being looked through, and the one behind it.
fn here_and_behind<'n>(nodes: &'n [Node], name: &str) -> Asked<(&'n Node, Option<&'n Node>)> {
    let mut nodes = nodes.iter().skip_while(|node| !name.is_empty() && node.name() != name);
    // Another node is master since the last page: a listing from the start may do.
    let node = nodes.next().ok_or(Failure::Connection(std::io::ErrorKind::NotConnected))?;
    Ok((node, nodes.next()))
}

/// A key or value that can be listed. Nil is a key that has gone meanwhile or is of another type.
fn readable(family: Family, value: Value) -> Option<String> {
    value::text(value).unwrap_or_else(|_| {
        tracing::warn!(entry.family = ?family, "an entry in the runtime's store is not text and was left out");
        None
    })
}

impl Place {
    fn start(family: Family) -> Self {
        Self { family, node: String::new(), cursor: Some(0), rest: Vec::new() }
    }

    fn is_end(&self) -> bool {
        self.family == Family::Config && self.cursor.is_none() && self.rest.is_empty()
    }

    /// `<family>.<cursor or ->.<rest>.<node>`; rest and node in hexadecimal, so that no number stands in it plainly.
    fn to_text(&self) -> String {
        let family = match self.family {
            Family::Did => 'd',
            Family::Config => 'c',
        };
        let cursor = self.cursor.map_or_else(|| "-".to_owned(), |cursor| cursor.to_string());
        let rest: Vec<String> = self.rest.iter().map(|name| to_hex(name)).collect();
        format!("{family}.{cursor}.{}.{}", rest.join(","), to_hex(&self.node))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(4, '.');
        let family = match parts.next()? {
            "d" => Family::Did,
            "c" => Family::Config,
            _ => return None,
        };
        let cursor = match parts.next()? {
            "-" => None,
            digits => Some(digits.parse().ok()?),
        };
        let rest = parts.next()?;
        let names = if rest.is_empty() { Some(Vec::new()) } else { rest.split(',').map(from_hex).collect() };
        Some(Self { family, node: from_hex(parts.next()?)?, cursor, rest: names? })
    }
}

fn to_hex(name: &str) -> String {
    // A name may be empty; `x` keeps its place in the list.
    name.bytes().fold("x".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

fn from_hex(text: &str) -> Option<String> {
    let digits = text.strip_prefix('x')?.as_bytes();
    if digits.len() % 2 != 0 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    String::from_utf8(bytes?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_text() {
        for (place, what) in [
            (Place::start(Family::Did), "the start"),
            (
                Place {
                    family: Family::Config,
                    node: "10.0.0.7:7001".into(),
                    cursor: Some(u64::MAX),
                    rest: vec![],
                },
                "the largest cursor",
            ),
            (
                Place {
                    family: Family::Did,
                    node: String::new(),
                    cursor: None,
                    rest: vec!["+14155550123".into()],
                },
                "one left over",
            ),
            (
                Place {
                    family: Family::Did,
                    node: String::new(),
                    cursor: Some(7),
                    rest: vec![String::new(), "a,.b\nü".into()],
                },
                "odd names",
            ),
        ] {
            let text = place.to_text();
            assert_eq!(Place::parse(&text), Some(place), "{what}");
            assert!(!text.contains("415555"), "{what}");
        }
    }

    #[test]
    fn what_is_no_place() {
        for text in [
            "",
            "d",
            "d.0",
            "d.0.",
            "e.0..x",
            "d.x..x",
            "d.-1..x",
            "d.0.zz.x",
            "d.0.xz.x",
            "d.0.xff.x",
            "d.0.x+1.x",
            "d.0.x616.x",
            "d.0..",
            "d.0..z",
        ] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics(text in "[dc]?\\.?[0-9-]{0,21}\\.?\\PC{0,12}") {
            let _ = Place::parse(&text);
        }
    }
}
