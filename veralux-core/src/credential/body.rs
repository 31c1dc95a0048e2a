//! The macro that makes a body: its type, its JSON, a `Debug` that shows nothing.

use serde::de::DeserializeOwned;
use serde::ser::SerializeMap;

use crate::fault::Fault;
use crate::secret::Secret;
use crate::time::Instant;

/// A field's type, as it stands in JSON.
pub(super) trait Field: Sized {
    type Wire: DeserializeOwned;

    /// From what was read; adds a fault and gives `None` when it must not be missing.
    fn take(wire: Option<Self::Wire>, name: &'static str, faults: &mut Vec<Fault>) -> Option<Self>;

    /// Writes it; nothing where there is nothing.
    fn put<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error>;
}

fn required<T>(wire: Option<T>, name: &'static str, faults: &mut Vec<Fault>) -> Option<T> {
    if wire.is_none() {
        faults.push(Fault::new(name, "is missing"));
    }
    wire
}

macro_rules! fields {
    ($($type:ty => |$value:ident| $text:expr;)+) => {$(
        impl Field for $type {
            type Wire = Self;

            fn take(wire: Option<Self>, name: &'static str, faults: &mut Vec<Fault>) -> Option<Self> {
                required(wire, name, faults)
            }

            fn put<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error> {
                let $value = self;
                map.serialize_entry(name, $text)
            }
        }
    )+};
}

fields! {
    Secret => |secret| secret.expose();
    String => |text| text;
    Instant => |instant| instant;
    Vec<String> => |texts| texts;
}

impl<T: Field> Field for Option<T> {
    type Wire = T::Wire;

    fn take(wire: Option<T::Wire>, name: &'static str, faults: &mut Vec<Fault>) -> Option<Self> {
        Some(wire.and_then(|wire| T::take(Some(wire), name, faults)))
    }

    fn put<M: SerializeMap>(&self, name: &'static str, map: &mut M) -> Result<(), M::Error> {
        self.as_ref().map_or(Ok(()), |value| value.put(name, map))
    }
}

/// Declares a body: each field with its name in JSON.
///
/// What is not an `Option` must be there. The schema's version `v` stands in front, and may only in what is stored.
macro_rules! body {
    ($(#[$doc:meta])* pub struct $name:ident { $($(#[$fdoc:meta])* pub $field:ident: $type:ty = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name { $($(#[$fdoc])* pub $field: $type,)+ }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }

        impl $crate::credential::kind::BodyJson for $name {
            fn from_json(json: &[u8], stored: bool) -> Result<Self, $crate::credential::BodyError> {
                use $crate::credential::body::Field;

                #[derive(serde::Deserialize)]
                #[serde(deny_unknown_fields)]
                struct Wire {
                    v: Option<u16>,
                    $(#[serde(rename = $word)] $field: Option<<$type as Field>::Wire>,)+
                }

                let wire: Wire = serde_json::from_slice(json)?;
                let mut faults = Vec::new();
                if wire.v.is_some() && !stored {
                    faults.push($crate::fault::Fault::new("v", "is not a field of a credential"));
                }
                $(let $field = <$type as Field>::take(wire.$field, $word, &mut faults);)+
                match ($($field,)+) {
                    ($(Some($field),)+) if faults.is_empty() => Ok(Self { $($field,)+ }),
                    _ => Err($crate::credential::BodyError::Fields(faults)),
                }
            }

            fn to_json(&self, schema: u16, out: &mut dyn std::io::Write) -> serde_json::Result<()> {
                use serde::Serializer as _;
                use serde::ser::SerializeMap as _;
                use $crate::credential::body::Field as _;

                let mut json = serde_json::Serializer::new(out);
                let mut map = json.serialize_map(None)?;
                map.serialize_entry("v", &schema)?;
                $(self.$field.put($word, &mut map)?;)+
                map.end()
            }
        }
    };
}
pub(super) use body;
