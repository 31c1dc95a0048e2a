//! What an envelope is bound to.
//!
//! `ctx`, the authenticated data of the cipher and, by its hash, part of the key:
//!
//! ```text
//! "veralux/credential/v1"                      21 bytes
//! class                                         1 byte
//! header, salt, nonce                          58 bytes
//! u16 BE length, then the tenant's id
//! u16 BE length, then the row's id
//! generation                                    u64 BE
//! u16 BE length, then the slug
//! ```

use smallvec::SmallVec;

use super::header::BOUND_BYTES;
use crate::id::TenantId;

const LABEL: &[u8; 21] = b"veralux/credential/v1";

/// Longest row id and slug in bytes: what their length prefix can say.
pub const MAX_NAME_BYTES: usize = u16::MAX as usize;

/// On the stack for every id and slug of this product.
pub(super) type Context = SmallVec<[u8; 384]>;

/// What kind of thing is sealed. Its number is in `ctx`: never renumbered, never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A tenant's credential with a provider.
    Credential,
    /// A tenant's data key under a root key.
    TenantKey,
    /// One of a tenant's other secrets.
    TenantSecret,
    /// What an OAuth flow must remember between leaving and coming back.
    OAuthState,
}

impl Class {
    /// Every class.
    pub const ALL: &'static [Self] =
        &[Self::Credential, Self::TenantKey, Self::TenantSecret, Self::OAuthState];

    /// Its byte in `ctx`.
    pub const fn number(self) -> u8 {
        match self {
            Self::Credential => 1,
            Self::TenantKey => 2,
            Self::TenantSecret => 3,
            Self::OAuthState => 4,
        }
    }
}

/// The one place where an envelope opens. Another value in any field, and it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding<'a> {
    /// What kind of thing it is.
    pub class: Class,
    /// Whose it is.
    pub tenant: &'a TenantId,
    /// The id of its row; at most [`MAX_NAME_BYTES`].
    pub row: &'a str,
    /// Which sealing of the row it is.
    pub generation: u64,
    /// The provider's word, or what else it is for; at most [`MAX_NAME_BYTES`].
    pub slug: &'a str,
}

impl Binding<'_> {
    /// `ctx`; `None` when a name is longer than its prefix can say.
    pub(super) fn context(&self, bound: &[u8; BOUND_BYTES]) -> Option<Context> {
        let mut context = Context::new();
        context.extend_from_slice(LABEL);
        context.push(self.class.number());
        context.extend_from_slice(bound);
        push_name(&mut context, self.tenant.as_str())?;
        push_name(&mut context, self.row)?;
        context.extend_from_slice(&self.generation.to_be_bytes());
        push_name(&mut context, self.slug)?;
        Some(context)
    }
}

fn push_name(context: &mut Context, name: &str) -> Option<()> {
    context.extend_from_slice(&u16::try_from(name.len()).ok()?.to_be_bytes());
    context.extend_from_slice(name.as_bytes());
    Some(())
}
