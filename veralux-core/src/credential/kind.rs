//! A provider as a type.

use std::fmt::Debug;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::error::BodyError;
use super::provider::Provider;
use crate::fault::Fault;
use crate::time::Instant;
use crate::word::words;

words! {
    /// Who brings a provider's credential.
    pub enum Scope {
        /// Each tenant its own.
        Tenant = "tenant",
        /// The operator, in the server's configuration.
        Platform = "platform",
    }
}

words! {
    /// How a credential grows old.
    pub enum LifeCycle {
        /// It lasts until somebody changes it.
        Static = "static",
        /// An access token that ends, and a refresh token that gets the next.
        OAuth2 = "oauth2",
        /// Two secrets may be live at once while one takes over from the other.
        Dual = "dual",
    }
}

/// Only the registry makes kinds.
pub trait Sealed {}

/// [`Scope`] as a type, so that a provider's scope is checked when the code is compiled.
pub trait ScopeOf: Sealed {
    /// As a value.
    const SCOPE: Scope;
}

/// [`Scope::Tenant`].
#[derive(Debug)]
pub enum OfTenant {}
/// [`Scope::Platform`].
#[derive(Debug)]
pub enum OfPlatform {}

impl Sealed for OfTenant {}
impl Sealed for OfPlatform {}
impl ScopeOf for OfTenant {
    const SCOPE: Scope = Scope::Tenant;
}
impl ScopeOf for OfPlatform {
    const SCOPE: Scope = Scope::Platform;
}

/// One provider and the credential that it takes.
pub trait Kind: Sealed + Debug + 'static {
    /// Its word, which sealed credentials are bound to.
    const PROVIDER: Provider;
    /// A stable number: never renumbered, never used again.
    const NUMBER: u16;
    /// As people write it.
    const NAME: &'static str;
    /// The version of [`Self::Body`]'s JSON that is written; from 1. Version 0 is whatever older products stored.
    const SCHEMA: u16;
    /// How its credential grows old.
    const LIFE: LifeCycle;
    /// Who brings it.
    type Scope: ScopeOf;
    /// What it holds.
    type Body: Body;

    /// JSON of an older schema as JSON of [`Self::SCHEMA`].
    ///
    /// # Errors
    /// [`BodyError`] when it cannot be read.
    fn upgrade(from: u16, json: &[u8]) -> Result<Zeroizing<Vec<u8>>, BodyError>;
}

/// A provider whose credential a tenant brings.
pub trait TenantScoped: Kind<Scope = OfTenant> {}
impl<K: Kind<Scope = OfTenant>> TenantScoped for K {}

/// What the operator allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// Tenants may bring their own Vapi key.
    pub tenant_vapi: bool,
    /// An OpenAI-compatible server may be on this machine's loopback interface, and then without TLS.
    pub loopback: bool,
}

/// What a provider's credential holds. `Debug` shows the type's name only.
pub trait Body: BodyJson + Debug + Send + Sync + Sized + 'static {
    /// Adds a fault for each field that cannot be right. Names the field, never the value.
    fn validate(&self, policy: Policy, faults: &mut Vec<Fault>);

    /// The last four characters of a public id, for people to tell accounts apart.
    fn hint(&self) -> Option<String>;

    /// The account that was connected, such as an e-mail address. Personal.
    fn account(&self) -> Option<&str> {
        None
    }

    /// When what is inside ends.
    fn expires_at(&self) -> Option<Instant> {
        None
    }
}

/// The JSON of a body. Written by the macro `body!`.
pub trait BodyJson: Sized {
    /// Reads an object; a field that is not known is refused.
    ///
    /// # Errors
    /// [`BodyError::Parse`], and [`BodyError::Fields`] for those that are missing.
    fn from_json(json: &[u8], stored: bool) -> Result<Self, BodyError>;

    /// Writes it with the schema's version in front.
    ///
    /// # Errors
    /// None is known: text and instants always serialise.
    fn to_json(&self, schema: u16, out: &mut dyn std::io::Write) -> serde_json::Result<()>;
}
