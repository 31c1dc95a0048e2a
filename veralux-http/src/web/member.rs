//! One member of a JSON object, byte for byte.

use serde::de::{DeserializeOwned, IgnoredAny};

/// The bytes of a member's value as they stand in the object, for a parser of its own; `None` when the object has no
/// such member or is no JSON object.
pub(crate) fn member<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut at = behind(object, 0, b'{')?;
    loop {
        let (key, end) = value::<String>(object, at)?;
        let start = behind(object, end, b':')?;
        let (IgnoredAny, end) = value(object, start)?;
        if key == name {
            return object.get(start..end).map(<[u8]>::trim_ascii_start);
        }
        at = behind(object, end, b',')?;
    }
}

/// A value and where it ends.
fn value<T: DeserializeOwned>(bytes: &[u8], at: usize) -> Option<(T, usize)> {
    let mut values = serde_json::Deserializer::from_slice(bytes.get(at..)?).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, at + values.byte_offset()))
}

/// Where what follows a byte begins, if that byte is the next but white space.
fn behind(bytes: &[u8], at: usize, expected: u8) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let space = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    (rest.get(space) == Some(&expected)).then_some(at + space + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_the_object() {
        for (object, expected, why) in [
            (r#"{"a":1}"#, Some("1"), "a number in front of a brace"),
            (
                r#" { "b" : [ "}" , 2 ] , "a" : { "x" :1.50 } } "#,
                Some(r#"{ "x" :1.50 }"#),
                "white space stays",
            ),
            (r#"{"\u0061":"é"}"#, Some(r#""é""#), "an escaped name"),
            (r#"{"b":{"a":1},"a":null}"#, Some("null"), "a member of a member is none"),
            (r#"{"a":{"x":1,"x":2}}"#, Some(r#"{"x":1,"x":2}"#), "doubled names reach the parser"),
            (r#"{"b":1}"#, None, "not there"),
            ("{}", None, "empty"),
            ("[1]", None, "no object"),
            (r#"{"a" 1}"#, None, "no JSON"),
            ("", None, "nothing"),
        ] {
            let found = member(object.as_bytes(), "a").map(|bytes| std::str::from_utf8(bytes).unwrap());
            assert_eq!(found, expected, "{why}");
        }
    }
}
