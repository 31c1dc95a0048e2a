//! The routing engine against its specification: a reference written apart, properties, documents, golden traces.

#[path = "routing/common.rs"]
mod common;
#[path = "routing/documents.rs"]
mod documents;
#[path = "routing/exhaustive.rs"]
mod exhaustive;
#[path = "routing/golden.rs"]
mod golden;
#[path = "routing/inserted.rs"]
mod inserted;
#[path = "routing/properties.rs"]
mod properties;
#[path = "routing/reference.rs"]
mod reference;
#[path = "routing/replays.rs"]
mod replays;
