//! The routing engine against its specification: a reference written apart, properties, documents, golden traces.

#[cfg(test)]
#[path = "routing/common.rs"]
mod common;
#[cfg(test)]
#[path = "routing/documents.rs"]
mod documents;
#[cfg(test)]
#[path = "routing/exhaustive.rs"]
mod exhaustive;
#[cfg(test)]
#[path = "routing/golden.rs"]
mod golden;
#[cfg(test)]
#[path = "routing/inserted.rs"]
mod inserted;
#[cfg(test)]
#[path = "routing/properties.rs"]
mod properties;
#[cfg(test)]
#[path = "routing/reference.rs"]
mod reference;
#[cfg(test)]
#[path = "routing/replays.rs"]
mod replays;
