//! A document that the runtime accepts, exactly as it came.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::config::RuntimeTenantConfig;
use super::json::Members;
use super::value::Value;
use super::{reader, write};
use crate::digest::Digest;
use crate::fault::Fault;
use crate::phone::E164;

/// A document that the runtime accepts. Made by [`super::check`] only.
///
/// Kept is the text itself, so every field, known or not, survives unchanged: `1.0` stays `1.0`, a number of 30 digits
/// keeps them, an escape stays an escape. `Debug` shows neither the text nor whole numbers.
#[derive(Clone)]
pub struct Document {
    // INVARIANT: the rules accept the text. It may hold the webhook secret; it is not wiped on drop, since whoever
    // publishes it hands it to a store and to Redis, whose buffers are not wiped either.
    text: Box<str>,
    tenant_id: Box<str>,
    dids: Vec<E164>,
}

impl Document {
    /// Keeps a text that the rules accept; `root` is what was read from it.
    pub(super) fn new(text: &str, root: Members<'_>) -> Option<Self> {
        Some(Self {
            text: text.into(),
            tenant_id: String::read(root.find("tenantId"))?.into(),
            dids: Vec::read(root.find("dids"))?,
        })
    }

    /// The tenant. The contract takes any text that is not empty; [`crate::id::TenantId`] is narrower.
    pub fn tenant_id(&self) -> &str {
        &self.tenant_id
    }

    /// The tenant's numbers, in order; a number may occur twice.
    pub fn dids(&self) -> &[E164] {
        &self.dids
    }

    /// The document for the runtime and its store, **with** the webhook secret: the text that was checked, byte for
    /// byte. Whoever calls this answers for where it goes.
    pub fn for_runtime(&self) -> &str {
        &self.text
    }

    /// The document for reads, as [`super::redacted`] has it.
    pub fn redacted(&self) -> String {
        super::redacted(&self.text)
    }

    /// SHA-256 of the canonical form. Two documents that differ in white space, in the order of keys or in the
    /// spelling of strings have one digest; numbers count as written, so `1` and `1.0` differ.
    ///
    /// It covers the webhook secret, so that a change of the secret shows. A read must not return it: with the redacted
    /// document beside it, a weak secret could be guessed and confirmed. [`super::redacted_digest`] may be shown.
    pub fn digest(&self) -> Digest {
        let mut canonical = String::with_capacity(self.text.len());
        if let Ok(tape) = reader::read(&self.text) {
            write::canonical(&mut canonical, tape.root());
        }
        Digest::from_bytes(Sha256::digest(canonical.as_bytes()).into())
    }

    /// The typed values.
    ///
    /// # Errors
    /// As [`RuntimeTenantConfig::read`], which does not happen to a document that was checked.
    pub fn config(&self) -> Result<RuntimeTenantConfig, Vec<Fault>> {
        RuntimeTenantConfig::read(self.text.as_bytes())
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Document");
        shown.field("tenant_id", &self.tenant_id).field("dids", &self.dids).finish_non_exhaustive()
    }
}

impl RuntimeTenantConfig {
    /// Checks a document and reads its typed values.
    ///
    /// Kept are all values of the contract, and unknown fields of the top level as they stand in the text. Not kept are
    /// unknown fields further down, which the runtime drops too; [`Document`] keeps them.
    ///
    /// # Errors
    /// Every fault, as [`super::check`].
    pub fn read(document: &[u8]) -> Result<Self, Vec<Fault>> {
        super::checked(document, |text, root| Self::read_members(root, text))
    }

    /// Writes the document for the runtime, with the webhook secret, and checks it.
    ///
    /// # Errors
    /// Every fault of the values: a `rate` out of bounds, no DID, neither secret nor reference.
    pub fn document(&self) -> Result<Document, Vec<Fault>> {
        let mut text = String::new();
        self.write(&mut text);
        super::check(text.as_bytes())
    }
}
