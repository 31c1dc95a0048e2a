//! How a root key wraps a tenant's data key.

use super::binding::{Binding, Class};
use super::envelope::{Entropy, open_bytes, seal_bytes};
use super::error::{Malformed, OpenError, SealError};
use super::header::Header;
use super::key::DataKey;
use super::root_key::RootKey;
use crate::id::TenantId;

/// A wrapped key is a `VLC1` envelope of [`Class::TenantKey`] under the root key: row `tenant_key`, generation = version.
fn binding(tenant: &TenantId, version: u32) -> Binding<'_> {
    Binding {
        class: Class::TenantKey,
        tenant,
        row: "tenant_key",
        generation: version.into(),
        slug: "tenant_key",
    }
}

/// Wraps a version of a tenant's key under a root key of id `root_id`.
///
/// # Errors
/// None is known: 32 bytes and a tenant's id always fit.
#[expect(clippy::needless_pass_by_value, reason = "by value, so that no entropy is used twice")]
pub fn wrap(
    root_id: u32,
    root: &RootKey,
    tenant: &TenantId,
    version: u32,
    key: &DataKey,
    entropy: Entropy,
) -> Result<Vec<u8>, SealError> {
    let header = Header { root_key: root_id, key_version: version };
    let Entropy { salt, nonce } = entropy;
    seal_bytes(root.expose(), header, &binding(tenant, version), &salt, &nonce, key.expose())
}

/// Unwraps a version of a tenant's key with the root key that the header of `wrapped` names.
///
/// # Errors
/// [`OpenError`]; what opens and is not 32 bytes long is malformed.
pub fn unwrap(root: &RootKey, tenant: &TenantId, version: u32, wrapped: &[u8]) -> Result<DataKey, OpenError> {
    let bytes = open_bytes(root.expose(), &binding(tenant, version), wrapped)?;
    let key = bytes.as_slice().try_into().map_err(|_| OpenError::Malformed(Malformed::Length))?;
    Ok(DataKey::from_bytes(key))
}

/// Wraps a version of a tenant's key again, under another root key.
///
/// # Errors
/// [`OpenError`] when it does not unwrap with `from`.
pub fn rewrap(
    wrapped: &[u8],
    from: &RootKey,
    to: (u32, &RootKey),
    tenant: &TenantId,
    version: u32,
    entropy: Entropy,
) -> Result<Vec<u8>, OpenError> {
    let key = unwrap(from, tenant, version, wrapped)?;
    let wrapped = wrap(to.0, to.1, tenant, version, &key, entropy).map_err(|_| OpenError::TooLarge)?;
    unwrap(to.1, tenant, version, &wrapped)?;
    Ok(wrapped)
}
