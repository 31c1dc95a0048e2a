//! Reads typed fields from a document and notes the path of each one that is wrong.

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use super::fault::MAX_FAULTS;
use super::json::{Document, Value};
use crate::fault::Fault;
use crate::time::Instant;

/// Bytes of an unknown field's name that a path repeats.
const MAX_SEGMENT_BYTES: usize = 64;

/// The way from the root of a document to a value; becomes text only for a fault.
#[derive(Clone, Copy)]
pub(super) struct Path<'p> {
    parent: Option<&'p Self>,
    segment: Segment<'p>,
}

#[derive(Clone, Copy)]
enum Segment<'p> {
    Root,
    Name(&'p str),
    Index(usize),
}

impl<'p> Path<'p> {
    pub(super) const ROOT: Self = Self { parent: None, segment: Segment::Root };

    pub(super) fn name(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), segment: Segment::Name(name) }
    }

    pub(super) fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), segment: Segment::Index(index) }
    }

    fn text(&self) -> String {
        let mut text = self.parent.map_or_else(String::new, Path::text);
        if !text.is_empty() {
            text.push('.');
        }
        match self.segment {
            Segment::Root => {}
            Segment::Name(name) => text.extend(name.chars().scan(0, |bytes, c| {
                *bytes += c.len_utf8();
                (*bytes <= MAX_SEGMENT_BYTES).then_some(c)
            })),
            Segment::Index(index) => text.push_str(&index.to_string()),
        }
        text
    }
}

/// A field that an object may have.
pub(super) struct Field {
    pub name: &'static str,
    /// Another name under which it is accepted.
    pub alias: &'static str,
    pub required: bool,
}

/// A field that must be there.
pub(super) const fn field(name: &'static str) -> Field {
    Field { name, alias: name, required: true }
}

/// A field that must be there, under its name or another.
pub(super) const fn aliased(name: &'static str, alias: &'static str) -> Field {
    Field { name, alias, required: true }
}

/// A field whose absence means `null`.
pub(super) const fn optional(name: &'static str) -> Field {
    Field { name, alias: name, required: false }
}

/// One field as found: its value, if there is one, and the way to it.
#[derive(Clone, Copy)]
pub(super) struct Slot<'p, 'd, 'a> {
    pub value: Option<Value<'d, 'a>>,
    pub path: Path<'p>,
}

/// Collects the faults of one document.
#[derive(Debug, Default)]
pub(super) struct Reader {
    faults: Vec<Fault>,
    unlisted: usize,
}

impl Reader {
    /// Takes bytes for a JSON document of at most `longest` bytes.
    pub(super) fn document(bytes: &[u8], longest: usize) -> Result<Document<'_>, Vec<Fault>> {
        let refused = |message: String| vec![Fault::new("", message)];
        if bytes.len() > longest {
            return Err(refused(format!("must have at most {longest} bytes")));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| refused(format!("must be UTF-8 (see byte {})", error.valid_up_to())))?;
        Document::scan(text).map_err(|error| refused(format!("must be JSON (see byte {})", error.at)))
    }

    pub(super) fn fault(&mut self, path: &Path<'_>, message: impl Display) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault::new(path.text(), message.to_string()));
        } else {
            self.unlisted += 1;
        }
    }

    pub(super) fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    pub(super) fn into_faults(mut self) -> Vec<Fault> {
        if self.unlisted > 0 {
            self.faults.push(Fault::new("", format!("{} more fields are faulty", self.unlisted)));
        }
        self.faults
    }

    /// The fields of an object, in the order of `fields`; an unknown, a repeated and a missing one is a fault.
    pub(super) fn object<'p, 'd, 'a, const N: usize>(
        &mut self,
        value: Value<'d, 'a>,
        path: &'p Path<'p>,
        fields: &'static [Field; N],
    ) -> Option<[Slot<'p, 'd, 'a>; N]> {
        let Some(entries) = value.entries() else {
            self.fault(path, "must be an object");
            return None;
        };
        let mut found = fields.each_ref().map(|field| Slot { value: None, path: path.name(field.name) });
        let mut expected = 0;
        for (name, value) in entries {
            let names = |field: &Field| *field.name == *name || *field.alias == *name;
            // Documents mostly come in the order of the specification.
            let index = if fields.get(expected).is_some_and(names) {
                Some(expected)
            } else {
                fields.iter().position(names)
            };
            match index.and_then(|index| found.get_mut(index)) {
                None => self.fault(&path.name(&name), "is not a known field"),
                Some(slot) if slot.value.is_some() => self.fault(&slot.path, "is given twice"),
                Some(slot) => slot.value = Some(value),
            }
            expected = index.map_or(expected, |index| index + 1);
        }
        for (slot, field) in found.iter().zip(fields) {
            if field.required && slot.value.is_none() {
                self.fault(&slot.path, "is required");
            }
        }
        Some(found)
    }

    /// The items of an array.
    pub(super) fn array<'d, 'a>(
        &mut self,
        slot: Slot<'_, 'd, 'a>,
    ) -> Option<impl Iterator<Item = Value<'d, 'a>> + use<'d, 'a>> {
        let items = slot.value?.items();
        if items.is_none() {
            self.fault(&slot.path, "must be an array");
        }
        items
    }

    pub(super) fn text<'a>(&mut self, slot: Slot<'_, '_, 'a>) -> Option<Cow<'a, str>> {
        let text = slot.value?.text();
        if text.is_none() {
            self.fault(&slot.path, "must be a text");
        }
        text
    }

    /// A text that becomes something else.
    pub(super) fn parse<T: FromStr<Err: Display>>(&mut self, slot: Slot<'_, '_, '_>) -> Option<T> {
        let text = self.text(slot)?;
        text.parse().map_err(|error| self.fault(&slot.path, error)).ok()
    }

    /// A word of a vocabulary, or one of its aliases.
    pub(super) fn word<T: FromStr<Err: Display>>(
        &mut self,
        slot: Slot<'_, '_, '_>,
        aliases: &[(&str, &str)],
    ) -> Option<T> {
        let text = self.text(slot)?;
        let word = aliases.iter().find(|(alias, _)| *alias == text).map_or(&*text, |(_, word)| word);
        word.parse().map_err(|error| self.fault(&slot.path, error)).ok()
    }

    pub(super) fn instant(&mut self, slot: Slot<'_, '_, '_>) -> Option<Instant> {
        self.parse(slot)
    }

    /// What may be `null` or absent; the outer `None` is a fault.
    #[expect(clippy::option_option, reason = "a field that is faulty is not one that is null")]
    pub(super) fn nullable<'p, 'd, 'a, T>(
        &mut self,
        slot: Slot<'p, 'd, 'a>,
        read: impl FnOnce(&mut Self, Slot<'p, 'd, 'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        match slot.value {
            Some(value) if !value.is_null() => read(self, slot).map(Some),
            _ => Some(None),
        }
    }

    pub(super) fn boolean(&mut self, slot: Slot<'_, '_, '_>) -> Option<bool> {
        let value = slot.value?.boolean();
        if value.is_none() {
            self.fault(&slot.path, "must be true or false");
        }
        value
    }

    pub(super) fn count(&mut self, slot: Slot<'_, '_, '_>) -> Option<u32> {
        let value = slot.value?.number().and_then(|digits| digits.parse().ok());
        if value.is_none() {
            self.fault(&slot.path, "must be a whole number from 0 to 4294967295");
        }
        value
    }
}
