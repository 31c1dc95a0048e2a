//! Sealing: what tenants entrust to us, under keys that only this tenant's rows open with.
//!
//! Pure: keys, salts and nonces come in, bytes go out. Four things are kept apart:
//!
//! * The envelope ([`seal`], [`open`]): format `VLC1`, AES-256-GCM with a commitment to its key. Every envelope has an AES
//!   key of its own, derived from the tenant's [`DataKey`], a random salt and everything that the envelope is bound to.
//! * The keys: one [`DataKey`] a tenant and version, wrapped ([`wrap`], [`unwrap`]) by a [`RootKey`] of the operator's.
//! * Notes ([`NoteKey`]): what is kept for one caller for a short time, under a key that no store has.
//! * The ring ([`KeyRing`]): which root keys there are, what each may still do, whether this node holds the right ones.
//!
//! ```
//! use veralux_core::id::TenantId;
//! use veralux_core::seal::{Binding, Class, DataKey, Entropy, Header, OpenError, open, seal};
//!
//! let key = DataKey::from_bytes(std::array::from_fn(|at| (at * 89 + 7) as u8));
//! let (oak, elm) = (TenantId::parse("oak").unwrap(), TenantId::parse("elm").unwrap());
//! let ours = Binding { class: Class::Credential, tenant: &oak, row: "crd_1", generation: 1, slug: "twilio" };
//! let header = Header { root_key: 1, key_version: 1 };
//! let envelope = seal(&key, header, &ours, Entropy::from_bytes([7; 44]), b"the secret").unwrap();
//!
//! assert_eq!(Header::read(&envelope), Ok(header));
//! assert_eq!(open(&key, &ours, &envelope).unwrap().as_slice(), b"the secret");
//! let theirs = Binding { tenant: &elm, ..ours };
//! assert_eq!(open(&key, &theirs, &envelope).unwrap_err(), OpenError::Commitment);
//! ```

mod aead;
mod binding;
mod boot;
mod derive;
mod envelope;
mod error;
mod header;
mod hex;
mod key;
mod key_list;
pub mod legacy;
mod note;
mod ring;
mod root_key;
mod rotation;
mod state;
mod weak;
mod wrap;

pub use binding::{Binding, Class, MAX_NAME_BYTES};
pub use boot::{Boot, BootError, BootFault, NewKey, StoredKey};
pub use envelope::{Entropy, open, reseal, seal};
pub use error::{MAX_PLAINTEXT_BYTES, Malformed, OpenError, SealError};
pub use header::{Header, OVERHEAD_BYTES};
pub use key::DataKey;
pub use key_list::{KeyListError, KeyListFault, parse_keys};
pub use note::NoteKey;
pub use ring::{KeyRing, RingError, RowCount};
pub use root_key::{RootKey, RootKeyError};
pub use rotation::{KeyChange, KeyChangeError, plan_change, plan_rotation};
pub use state::KeyState;
pub use weak::Weakness;
pub use wrap::{rewrap, unwrap, wrap};

#[cfg(test)]
mod tests;
