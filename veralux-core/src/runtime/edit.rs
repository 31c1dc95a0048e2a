//! Changes to the text of a document that leave every other byte of it alone.

use sha2::{Digest as _, Sha256};

use super::reader;
use crate::digest::Digest;
use crate::fault::Fault;

/// The field that no read returns.
const SECRET_FIELD: &str = "webhookSecret";

/// A document without `webhookSecret` (under any spelling of that key, and every time it occurs), all other top-level
/// fields as they stand in the text, white space between them left out. What is not an object becomes an empty one.
///
/// ```
/// use veralux_core::runtime::redacted;
/// assert_eq!(redacted(r#"{ "rate": 1.0, "webhookSecret": "s3" }"#), r#"{"rate": 1.0}"#);
/// ```
pub fn redacted(document: &str) -> String {
    without(document, &[SECRET_FIELD]).map_or_else(|| "{}".to_owned(), |kept| object(&kept))
}

/// SHA-256 of [`redacted`]: the only digest of a document that may be shown. One over the secret as well would let
/// anybody who reads it confirm a guess.
pub fn redacted_digest(document: &str) -> Digest {
    Digest::from_bytes(Sha256::digest(redacted(document).as_bytes()).into())
}

/// A top-level field's value as it stands in the text; of several with one name the last counts.
pub fn field<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let entries = reader::entries(document).ok()?;
    entries.iter().rev().find(|entry| entry.key.is(name)).map(|entry| entry.value)
}

/// A document with these top-level fields, each a name and a JSON text, in place of those of the same name. Everything
/// else stays as written: no digit of a long number, no field of a newer contract is lost.
///
/// What is not an object comes back as it is: [`super::check`] says what is wrong with it.
///
/// # Errors
/// A fault for each value that is not JSON.
pub fn with_fields(document: &str, fields: &[(&str, &str)]) -> Result<String, Vec<Fault>> {
    let malformed = fields.iter().filter(|(_, value)| reader::read(value).is_err());
    let faults: Vec<Fault> = malformed.map(|(name, _)| Fault::new(*name, "must be JSON")).collect();
    if !faults.is_empty() {
        return Err(faults);
    }
    let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let Some(mut members) = without(document, &names) else { return Ok(document.to_owned()) };
    members.extend(fields.iter().map(|(name, value)| {
        let mut member = String::with_capacity(name.len() + value.len() + 3);
        super::write::string(&mut member, name);
        member.push(':');
        member.push_str(value);
        member
    }));
    Ok(object(&members))
}

/// The members of a document, as they stand in the text, but these; `None` when it is not one whole object.
fn without(document: &str, names: &[&str]) -> Option<Vec<String>> {
    reader::read(document).ok()?;
    document.trim_start().starts_with('{').then_some(())?;
    let entries = reader::entries(document).ok()?;
    let kept = entries.iter().filter(|entry| !names.iter().any(|name| entry.key.is(name)));
    Some(kept.map(|entry| entry.member.to_owned()).collect())
}

fn object(members: &[String]) -> String {
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_named_fields_change() {
        for (why, document, fields, expected) in [
            ("appended", r#"{"a":1.0}"#, &[("b", "[2]")][..], r#"{"a":1.0,"b":[2]}"#),
            ("into an empty object", " { } ", &[("b", "2")], r#"{"b":2}"#),
            (
                "every spelling and each time",
                r#"{"b":1,"\u0062":2,"c":3}"#,
                &[("b", "4")],
                r#"{"c":3,"b":4}"#,
            ),
            (
                "what serde_json would lose",
                r#"{"n":123456789012345678901234567890,"s":"\ud83d","d":0.10}"#,
                &[("b", "null")],
                r#"{"n":123456789012345678901234567890,"s":"\ud83d","d":0.10,"b":null}"#,
            ),
            ("not an object", "[1]", &[("b", "2")], "[1]"),
            ("not JSON", r#"{"a":1} x"#, &[("b", "2")], r#"{"a":1} x"#),
        ] {
            assert_eq!(with_fields(document, fields).as_deref(), Ok(expected), "{why}");
        }
    }

    #[test]
    fn a_value_cannot_smuggle_in_a_field() {
        let faults =
            with_fields("{}", &[("a", r#"[],"tenantId":"oak""#), ("b", "1"), ("c", "")]).unwrap_err();
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["a", "c"]);
    }

    #[test]
    fn the_last_of_several_fields_counts() {
        assert_eq!(field(r#"{"a":1,"\u0061": [2 ,3]}"#, "a"), Some("[2 ,3]"));
        assert_eq!(field(r#"{"b":{"a":1}}"#, "a"), None);
        assert_eq!(field("7", "a"), None);
    }

    #[test]
    fn the_shown_digest_is_blind_to_the_secret() {
        let with = |secret: &str| redacted_digest(&format!(r#"{{"a":1,"webhook\u0053ecret":"{secret}"}}"#));
        assert_eq!(with("one"), with("two"));
        assert_eq!(with("one").as_bytes(), &<[u8; 32]>::from(Sha256::digest(br#"{"a":1}"#)));
    }
}
