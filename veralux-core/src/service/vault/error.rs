use crate::credential::{BodyError, Provider};
use crate::fault::Fault;
use crate::port::{self, CustodyError};
use crate::seal::OpenError;
use crate::service::{Error, Kind, Refusal};

/// Why a credential was not given out. Each has a code for programs and the audit trail, a kind for HTTP and a sentence for
/// people; none holds anything of what was sealed.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The store could not be asked, or broke.
    #[error("the credential store failed")]
    Store(#[source] port::Error),
    /// The tenant has none with this provider.
    #[error("{} is not connected", .0.display_name())]
    NotConnected(Provider),
    /// The owner switched it off.
    #[error("the credential for {} is disabled", .0.display_name())]
    Disabled(Provider),
    /// The provider ended the grant.
    #[error("{} must be connected again", .0.display_name())]
    NeedsReconnect(Provider),
    /// It was found damaged before.
    #[error("the credential for {} is quarantined", .0.display_name())]
    Quarantined(Provider),
    /// It is no envelope of this row.
    #[error("the credential for {} does not open", .0.display_name())]
    Damaged(Provider, #[source] OpenError),
    /// One of the tenant's other secrets is no envelope of its row.
    #[error("a secret does not open")]
    DamagedSecret(#[source] OpenError),
    /// The tenant's key that it names is not there.
    #[error("version {version} of the tenant's key is not there")]
    NoTenantKey {
        /// As the envelope's header says.
        version: u32,
    },
    /// The tenant's key does not unwrap.
    #[error("the tenant's key cannot be used")]
    Custody(#[source] CustodyError),
    /// It opened, and what was inside is not what it should be.
    #[error("the body of the credential for {} is not right", .0.display_name())]
    Body(Provider, #[source] BodyError),
    /// The provider's access token ended and another attempt is getting a new one.
    #[error("a new access token of {} is on its way", .0.display_name())]
    Refreshing(Provider),
    /// A new access token could not be had for now.
    #[error("{} gives no access token for now", .0.display_name())]
    NoGrant(Provider),
    /// The opening could not be put into the audit trail, so nothing was given out.
    #[error("the audit trail cannot be written")]
    Audit(#[source] port::Error),
}

impl VaultError {
    /// Stable, snake case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(port::Error::NotPermitted(_)) => "store_denied",
            Self::Store(port::Error::Permanent { .. }) => "store_broken",
            Self::Store(_) => "store_unavailable",
            Self::NotConnected(_) => "not_connected",
            Self::Disabled(_) => "credential_disabled",
            Self::NeedsReconnect(_) => "needs_reconnect",
            Self::Quarantined(_) => "credential_quarantined",
            Self::Damaged(_, error) | Self::DamagedSecret(error) => match error {
                OpenError::Malformed(_) | OpenError::TooLarge => "envelope_malformed",
                OpenError::Commitment => "commitment_mismatch",
                OpenError::Tag => "tag_mismatch",
            },
            Self::NoTenantKey { .. } => "tenant_key_missing",
            Self::Custody(CustodyError::Unknown(_)) => "root_key_unknown",
            Self::Custody(CustodyError::Retired(_)) => "root_key_retired",
            Self::Custody(CustodyError::Envelope(_)) => "tenant_key_damaged",
            Self::Custody(CustodyError::Unavailable) => "key_service_unavailable",
            Self::Custody(CustodyError::Denied) => "key_service_denied",
            Self::Body(_, BodyError::SchemaTooNew { .. }) => "schema_too_new",
            Self::Body(_, BodyError::Parse { .. }) => "body_unreadable",
            Self::Body(..) => "body_invalid",
            Self::Refreshing(_) => "refresh_under_way",
            Self::NoGrant(_) => "grant_unavailable",
            Self::Audit(_) => "audit_unavailable",
        }
    }

    /// What HTTP makes of it.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Store(port::Error::NotPermitted(_) | port::Error::Permanent { .. })
            | Self::Quarantined(_)
            | Self::Damaged(..)
            | Self::DamagedSecret(_)
            | Self::NoTenantKey { .. }
            | Self::Body(..)
            | Self::Custody(
                CustodyError::Unknown(_) | CustodyError::Retired(_) | CustodyError::Envelope(_),
            ) => Kind::Broken,
            Self::NotConnected(_) | Self::Disabled(_) | Self::NeedsReconnect(_) => Kind::Conflict,
            Self::Store(_)
            | Self::Custody(CustodyError::Unavailable | CustodyError::Denied)
            | Self::Refreshing(_)
            | Self::NoGrant(_)
            | Self::Audit(_) => Kind::Unavailable,
        }
    }

    /// What a person reads: what to do, and nothing of what is inside.
    pub fn sentence(&self) -> String {
        match self {
            Self::NotConnected(provider) => {
                format!("Connect {} in Settings > Integrations.", provider.display_name())
            }
            Self::Disabled(provider) | Self::NeedsReconnect(provider) => {
                format!("Reconnect {}.", provider.display_name())
            }
            Self::Quarantined(_)
            | Self::Damaged(..)
            | Self::DamagedSecret(_)
            | Self::NoTenantKey { .. }
            | Self::Custody(
                CustodyError::Unknown(_)
                | CustodyError::Retired(_)
                | CustodyError::Envelope(_)
                | CustodyError::Denied,
            )
            | Self::Body(
                _,
                BodyError::Empty
                | BodyError::TooLarge
                | BodyError::Parse { .. }
                | BodyError::SchemaTooNew { .. }
                | BodyError::PlatformManaged(_),
            ) => "Stored credential is damaged. Reconnect.".to_owned(),
            Self::Body(_, BodyError::Fields(faults)) => field_sentence(faults),
            Self::Store(_)
            | Self::Custody(CustodyError::Unavailable)
            | Self::Refreshing(_)
            | Self::NoGrant(_)
            | Self::Audit(_) => "Try again shortly.".to_owned(),
        }
    }

    /// Whether it may pass by itself: the store or the key service is away.
    pub(super) const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Store(port::Error::Transient { .. } | port::Error::TransientHere { .. })
                | Self::Custody(CustodyError::Unavailable)
        )
    }

    /// The same for somebody else who waited for it. An adapter's own error stays with the first.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Store(error) => Self::Store(again(error)),
            Self::NotConnected(provider) => Self::NotConnected(*provider),
            Self::Disabled(provider) => Self::Disabled(*provider),
            Self::NeedsReconnect(provider) => Self::NeedsReconnect(*provider),
            Self::Quarantined(provider) => Self::Quarantined(*provider),
            Self::Damaged(provider, error) => Self::Damaged(*provider, *error),
            Self::DamagedSecret(error) => Self::DamagedSecret(*error),
            Self::NoTenantKey { version } => Self::NoTenantKey { version: *version },
            Self::Custody(error) => Self::Custody(*error),
            Self::Body(provider, error) => Self::Body(*provider, error.clone()),
            Self::Refreshing(provider) => Self::Refreshing(*provider),
            Self::NoGrant(provider) => Self::NoGrant(*provider),
            Self::Audit(error) => Self::Audit(again(error)),
        }
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Store(error) | VaultError::Audit(error) => Self::Port(error),
            other => Self::Refused(Refusal::new(other.kind(), other.code(), other.sentence())),
        }
    }
}

fn again(error: &port::Error) -> port::Error {
    match error {
        port::Error::NotPermitted(doing) => port::Error::NotPermitted(doing),
        port::Error::Conflict(conflict) => port::Error::Conflict(conflict.clone()),
        port::Error::Invalid(why) => port::Error::Invalid(why),
        port::Error::Transient { doing, .. } => port::Error::Transient { doing, source: None },
        port::Error::TransientHere { doing, .. } => port::Error::TransientHere { doing, source: None },
        port::Error::Permanent { doing, .. } => port::Error::Permanent { doing, source: None },
    }
}

/// Names the fields at fault, never their values.
pub(super) fn field_sentence(faults: &[Fault]) -> String {
    let names: Vec<&str> = faults.iter().map(|fault| fault.path.as_str()).collect();
    match names.as_slice() {
        [name] => format!("Field {name} is not valid."),
        names => format!("Fields {} are not valid.", names.join(", ")),
    }
}
