//! Records as Vapi gives them, read leniently: what is absent, `null` or of another type is not there.

use serde_json::{Map, Value};
use veralux_core::port::ProviderResult;
use veralux_core::time::Instant;

use super::Api;
use crate::Response;
use crate::call::{Repeat, json, not_understood};

/// A JSON object.
pub(super) type Record = Map<String, Value>;

/// A list: a bare array, or one under `data`, `items` or `results`.
pub(super) fn records(response: &Response) -> ProviderResult<Vec<Record>> {
    let broken = || not_understood::<Api>(Repeat::Always, response);
    let list = match json::<Api, Value>(Repeat::Always, response)? {
        Value::Array(list) => list,
        Value::Object(mut wrapped) => {
            let found = ["data", "items", "results"].iter().find_map(|name| wrapped.remove(*name));
            match found {
                Some(Value::Array(list)) => list,
                _ => return Err(broken()),
            }
        }
        _ => return Err(broken()),
    };
    let object = |value| match value {
        Value::Object(record) => Ok(record),
        _ => Err(broken()),
    };
    list.into_iter().map(object).collect()
}

/// A text that is not empty.
pub(super) fn text<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The same, as one's own.
pub(super) fn own(record: &Record, name: &str) -> Option<String> {
    text(record, name).map(ToOwned::to_owned)
}

pub(super) fn object<'a>(record: &'a Record, name: &str) -> Option<&'a Record> {
    record.get(name)?.as_object()
}

/// An instant: RFC 3339, or milliseconds since 1970, which captured bodies write with and without a fraction.
pub(super) fn instant(record: &Record, name: &str) -> Option<Instant> {
    match record.get(name)? {
        Value::String(text) => Instant::parse(text).ok(),
        Value::Number(number) => {
            let millis = number.as_f64()?;
            // Years 1970 to 9999; a double holds such milliseconds to a thousandth.
            if !(0.0..253_402_300_800_000.0).contains(&millis) {
                return None;
            }
            #[expect(clippy::cast_possible_truncation, reason = "the range is checked above")]
            let micros = (millis * 1000.0).round() as i64;
            Some(Instant::from_micros(micros))
        }
        _ => None,
    }
}
