//! Schema 0: what older products stored. Their names for a field differed from product to product.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Serialize, Serializer as _, ser::SerializeMap as _};
use zeroize::Zeroizing;

use super::error::BodyError;
use crate::secret::Secret;
use crate::time::Instant;

/// A field of today and what it was called, the first that is found wins.
pub(super) type Names = &'static [(&'static str, &'static [&'static str])];

/// JSON of schema 0 as JSON of schema 1: known names only, texts and instants only, nothing that is empty.
pub(super) fn upgrade(names: Names, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError> {
    let stored: BTreeMap<String, Loose> = serde_json::from_slice(json)?;
    let value = |aliases: &[&str]| aliases.iter().find_map(|alias| stored.get(*alias).and_then(Loose::shown));
    // Each byte of a text may become six (`\u0001`), so this never grows.
    let mut bytes = Zeroizing::new(Vec::with_capacity(6 * json.len() + 64));
    let mut out = serde_json::Serializer::new(&mut *bytes);
    let mut map = out.serialize_map(None)?;
    for (name, aliases) in names {
        if let Some(value) = value(aliases) {
            map.serialize_entry(name, &value)?;
        }
    }
    map.end()?;
    Ok(bytes)
}

/// A value of which not much is asked.
enum Loose {
    Text(Secret),
    /// Milliseconds since 1970.
    Millis(i64),
    Other,
}

enum Shown<'a> {
    Text(&'a str),
    Instant(Instant),
}

impl Loose {
    fn shown(&self) -> Option<Shown<'_>> {
        match self {
            Self::Text(text) => Some(text.expose().trim()).filter(|text| !text.is_empty()).map(Shown::Text),
            Self::Millis(millis) => Some(Shown::Instant(Instant::from_micros(millis.saturating_mul(1000)))),
            Self::Other => None,
        }
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Instant(instant) => instant.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LooseVisitor)
    }
}

struct LooseVisitor;

impl<'de> Visitor<'de> for LooseVisitor {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Loose, E> {
        Ok(Loose::Text(Secret::new(text)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Loose, E> {
        Ok(Loose::Millis(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Loose, E> {
        Ok(i64::try_from(number).map_or(Loose::Other, Loose::Millis))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Loose, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Loose, A::Error> {
        while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }
}
