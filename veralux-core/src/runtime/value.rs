//! Typed values and the one declaration from which they, their rules and their descriptions are made.

use std::collections::BTreeMap;
use std::fmt;

use super::json::Node;
use super::rule::Object;
use super::{reader, write};
use crate::phone::E164;
use crate::secret::Secret;

/// A typed value of the document.
pub(super) trait Value: Sized {
    /// Whether a field of this type must be there.
    const REQUIRED: bool = true;

    /// Reads a field that the rules accept; `None` for any other.
    fn read(node: Option<Node<'_>>) -> Option<Self>;

    /// Writes it as JSON.
    fn write(&self, out: &mut String);

    /// Whether the field is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

/// An object that is being written.
pub(super) struct Fields<'a> {
    out: &'a mut String,
    first: bool,
}

impl<'a> Fields<'a> {
    pub(super) fn open(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, first: true }
    }

    pub(super) fn close(self) {
        self.out.push('}');
    }

    /// Writes a field, unless it is absent.
    pub(super) fn add(&mut self, key: &str, value: &impl Value) {
        if !value.is_absent() {
            self.separate();
            write::string(self.out, key);
            self.out.push(':');
            value.write(self.out);
        }
    }

    /// Writes fields whose names, without quotes, and values are JSON already.
    pub(super) fn add_texts<'b>(&mut self, texts: impl Iterator<Item = (&'b str, &'b str)>) {
        for (name, value) in texts {
            self.separate();
            self.out.extend(["\"", name, "\":", value]);
        }
    }

    fn separate(&mut self) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
    }
}

/// A number, an address or a name of a person; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Personal(Box<str>);

impl Personal {
    /// Takes a text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text. Whoever calls this answers for where it goes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Personal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(redacted)")
    }
}

/// Top-level fields that this version does not know, as they stood in the document.
///
/// `Debug` shows their names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct UnknownFields(Vec<(Box<str>, Box<str>)>);

impl UnknownFields {
    pub(super) fn read(document: &str, known: &Object) -> Self {
        let mut kept = reader::entries(document).unwrap_or_default();
        kept.retain(|entry| !known.fields.iter().any(|field| entry.key.is(field.key)));
        Self(kept.iter().map(|entry| (entry.key.raw().into(), entry.value.into())).collect())
    }

    /// Their names, escapes as in the document.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| &**name)
    }

    /// Name and JSON text of each; both as they stood in the document.
    pub(super) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, text)| (&**name, &**text))
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

impl<T: Value> Value for Option<T> {
    const REQUIRED: bool = false;

    fn read(node: Option<Node<'_>>) -> Option<Self> {
        match node {
            None => Some(None),
            node => T::read(node).map(Some),
        }
    }

    fn write(&self, out: &mut String) {
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Value> Value for Vec<T> {
    fn read(node: Option<Node<'_>>) -> Option<Self> {
        match node {
            Some(Node::List(items)) => items.iter().map(|item| T::read(Some(item))).collect(),
            _ => None,
        }
    }

    fn write(&self, out: &mut String) {
        out.push('[');
        for (index, item) in self.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            item.write(out);
        }
        out.push(']');
    }
}

impl Value for BTreeMap<String, String> {
    fn read(node: Option<Node<'_>>) -> Option<Self> {
        let Some(Node::Object(members)) = node else { return None };
        let entries = members.sorted().into_iter();
        entries.map(|(key, value)| Some((key.decode().into_owned(), String::read(Some(value))?))).collect()
    }

    fn write(&self, out: &mut String) {
        let mut fields = Fields::open(out);
        for (key, value) in self {
            fields.add(key, value);
        }
        fields.close();
    }
}

impl Value for String {
    fn read(node: Option<Node<'_>>) -> Option<Self> {
        match node {
            Some(Node::Text(text)) => Some(text.decode().into_owned()),
            _ => None,
        }
    }

    fn write(&self, out: &mut String) {
        write::string(out, self);
    }
}

/// Types that are a string in the document.
macro_rules! texts {
    ($($name:ty: |$read:ident| $from:expr, |$write:ident| $to:expr;)+) => {$(
        impl Value for $name {
            fn read(node: Option<Node<'_>>) -> Option<Self> {
                match node {
                    Some(Node::Text(text)) => {
                        let $read = text.decode();
                        $from
                    }
                    _ => None,
                }
            }

            fn write(&self, out: &mut String) {
                let $write = self;
                write::string(out, $to);
            }
        }
    )+};
}

texts! {
    Personal: |text| Some(Self::new(text)), |value| value.as_str();
    Secret: |text| Some(Self::new(text)), |value| value.expose();
    E164: |text| Self::parse(&text).ok(), |value| value.as_str();
    super::ContractVersion: |text| text.parse().ok(), |value| value.as_str();
    super::SttMode: |text| text.parse().ok(), |value| value.as_str();
    super::VoiceMode: |text| text.parse().ok(), |value| value.as_str();
    super::ChatterboxVariant: |text| text.parse().ok(), |value| value.as_str();
}

impl Value for bool {
    fn read(node: Option<Node<'_>>) -> Option<Self> {
        match node {
            Some(Node::Bool(value)) => Some(value),
            _ => None,
        }
    }

    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

/// Whole numbers of the contract have no upper end; beyond `u64` they read as `u64::MAX`.
impl Value for u64 {
    fn read(node: Option<Node<'_>>) -> Option<Self> {
        let Some(Node::Number(text)) = node else { return None };
        if let Ok(value) = text.parse() {
            return Some(value);
        }
        let value: f64 = text.parse().ok()?;
        Some(format!("{:.0}", value.abs()).parse().unwrap_or(Self::MAX))
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

impl Value for f64 {
    fn read(node: Option<Node<'_>>) -> Option<Self> {
        match node {
            Some(Node::Number(text)) => text.parse().ok(),
            _ => None,
        }
    }

    fn write(&self, out: &mut String) {
        out.push_str(&match *self {
            // JSON has no word for infinity; a number that is too large reads as one.
            Self::INFINITY => "1e999".to_owned(),
            Self::NEG_INFINITY => "-1e999".to_owned(),
            value if value.is_nan() => "null".to_owned(),
            value => value.to_string(),
        });
    }
}

/// Declares objects of the contract. A row is a field: name and type here, key and rule there, and its description. A
/// field whose type is an `Option` may be absent.
macro_rules! objects {
    ($(
        $(#[doc = $about:literal])+
        pub struct $name:ident: $($derive:ident),+ {
            $($(#[doc = $field_about:literal])+ $field:ident: $type:ty = $key:literal, $rule:expr;)+
        }
        $(either $first:literal or $second:literal)?
        $(rest $rest:ident)?
    )+) => {$(
        $(#[doc = $about])+
        #[derive($($derive),+)]
        pub struct $name {
            $($(#[doc = $field_about])+ pub $field: $type,)+
            $(
                /// Top-level fields that this version does not know; written unchanged.
                pub $rest: UnknownFields,
            )?
        }

        // A field beyond would not be checked.
        const _: () = assert!($name::OBJECT.fields.len() <= super::json::MAX_PLACES);

        impl $name {
            pub(super) const OBJECT: Object = Object {
                name: stringify!($name),
                about: concat!($($about),+),
                fields: &[$(Field {
                    key: $key,
                    about: concat!($($field_about),+),
                    required: <$type as Value>::REQUIRED,
                    rule: $rule,
                },)+],
                either: objects!(@either $($first, $second)?),
            };

            pub(super) fn read_members(members: Members<'_>, _document: &str) -> Option<Self> {
                Some(Self {
                    $($field: Value::read(members.find($key))?,)+
                    $($rest: UnknownFields::read(_document, &Self::OBJECT),)?
                })
            }

            pub(super) fn write_fields(&self, fields: &mut Fields<'_>) {
                $(fields.add($key, &self.$field);)+
                $(fields.add_texts(self.$rest.texts());)?
            }
        }

        impl Value for $name {
            fn read(node: Option<Node<'_>>) -> Option<Self> {
                match node {
                    Some(Node::Object(members)) => Self::read_members(members, ""),
                    _ => None,
                }
            }

            fn write(&self, out: &mut String) {
                let mut fields = Fields::open(out);
                self.write_fields(&mut fields);
                fields.close();
            }
        }
    )+};
    (@either) => { None };
    (@either $first:literal, $second:literal) => { Some(($first, $second)) };
}
pub(super) use objects;
