//! Bodies as bytes: what a person sends, what is sealed, what is opened.

use std::cmp::Ordering;
use std::fmt;
use std::io;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::MAX_BODY_BYTES;
use super::error::BodyError;
use super::kind::{Body, BodyJson as _, Kind, Policy, Scope, ScopeOf as _};
use crate::time::Instant;

/// A credential that may be sealed, and what of it may be shown.
#[derive(Clone)]
pub struct Checked {
    /// The body to seal.
    pub body: Zeroizing<Vec<u8>>,
    /// The last characters of a public id.
    pub hint: Option<String>,
    /// The account that was connected. Personal.
    pub account: Option<String>,
    /// When what is inside ends.
    pub expires_at: Option<Instant>,
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checked(redacted)")
    }
}

/// Reads the body of an opened credential, of this schema or an older one.
///
/// # Errors
/// [`BodyError`], but for `PlatformManaged`. What was right when it was sealed is not validated again.
pub fn read<K: Kind>(plaintext: &[u8]) -> Result<K::Body, BodyError> {
    #[derive(Deserialize)]
    struct Version {
        v: u16,
    }
    sized(plaintext)?;
    let Version { v } = serde_json::from_slice(plaintext)?;
    match v.cmp(&K::SCHEMA) {
        Ordering::Less => K::Body::from_json(&K::upgrade(v, plaintext)?, true),
        Ordering::Equal => K::Body::from_json(plaintext, true),
        Ordering::Greater => Err(BodyError::SchemaTooNew { found: v, known: K::SCHEMA }),
    }
}

/// The bytes of a body, to be sealed: JSON with the schema's version in front.
///
/// # Errors
/// [`BodyError::Fields`] for a body that cannot be right, [`BodyError::TooLarge`].
pub fn write<K: Kind>(body: &K::Body, policy: Policy) -> Result<Checked, BodyError> {
    let mut faults = Vec::new();
    body.validate(policy, &mut faults);
    if !faults.is_empty() {
        return Err(BodyError::Fields(faults));
    }
    // Measured first, so that no buffer grows and leaves a copy behind.
    let mut measure = Measure(0);
    body.to_json(K::SCHEMA, &mut measure)?;
    if measure.0 > MAX_BODY_BYTES {
        return Err(BodyError::TooLarge);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(measure.0));
    body.to_json(K::SCHEMA, &mut *bytes)?;
    Ok(Checked {
        body: bytes,
        hint: body.hint(),
        account: body.account().map(str::to_owned),
        expires_at: body.expires_at(),
    })
}

/// Reads what a person sends, without a version, and writes what is sealed.
pub(super) fn validate<K: Kind>(json: &[u8], policy: Policy) -> Result<Checked, BodyError> {
    brought_by_tenants::<K>()?;
    sized(json)?;
    write::<K>(&K::Body::from_json(json, false)?, policy)
}

/// Reads what an older product stored (schema 0), and writes what is sealed.
pub(super) fn import<K: Kind>(json: &[u8], policy: Policy) -> Result<Checked, BodyError> {
    brought_by_tenants::<K>()?;
    sized(json)?;
    write::<K>(&K::Body::from_json(&K::upgrade(0, json)?, true)?, policy)
}

fn brought_by_tenants<K: Kind>() -> Result<(), BodyError> {
    match K::Scope::SCOPE {
        Scope::Tenant => Ok(()),
        Scope::Platform => Err(BodyError::PlatformManaged(K::PROVIDER)),
    }
}

fn sized(json: &[u8]) -> Result<(), BodyError> {
    if json.trim_ascii().is_empty() {
        Err(BodyError::Empty)
    } else if json.len() > MAX_BODY_BYTES {
        Err(BodyError::TooLarge)
    } else {
        Ok(())
    }
}

struct Measure(usize);

impl io::Write for Measure {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
