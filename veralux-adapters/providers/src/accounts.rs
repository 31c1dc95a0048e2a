//! Whose account a request is made with.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use veralux_core::credential::{Purpose, TenantScoped};
use veralux_core::id::TenantId;
use veralux_core::port::{AccountOwner, ProviderError, ProviderFault, ProviderResult};
use veralux_core::service::{Context, CredentialVault, Kind, Opened, VaultError};

/// The tenant's own account with a provider, else the operator's where there is one.
///
/// A tenant's credential that is switched off or must be connected again is not replaced by the operator's: the tenant
/// would act, and pay, as somebody else.
pub struct Accounts<P: TenantScoped> {
    vault: Arc<CredentialVault>,
    operator: Option<Arc<P::Body>>,
    only: Option<AccountOwner>,
}

impl<P: TenantScoped> Accounts<P> {
    /// Tenants' own in a vault, and the operator's.
    pub fn new(vault: Arc<CredentialVault>, operator: Option<P::Body>) -> Self {
        Self { vault, operator: operator.map(Arc::new), only: None }
    }

    /// The operator's, whatever tenants have connected.
    pub fn operator(&self) -> Option<&P::Body> {
        self.operator.as_deref()
    }

    /// The same, but never one account in place of the other.
    #[must_use]
    pub fn only(&self, owner: AccountOwner) -> Self {
        Self { only: Some(owner), ..self.clone() }
    }

    /// Whose [`of`](Self::of) gives, if it gives one. Nothing is opened.
    ///
    /// # Errors
    /// As [`of`](Self::of), but a credential that is switched off is the tenant's.
    pub async fn owner(&self, tenant: &TenantId) -> ProviderResult<AccountOwner> {
        let stored = self.vault.status(tenant, P::PROVIDER).await.map_err(|error| closed::<P>(&error))?;
        match stored {
            Some(_) => Ok(AccountOwner::Tenant),
            None if self.operator.is_some() => Ok(AccountOwner::Operator),
            None => Err(closed::<P>(&VaultError::NotConnected(P::PROVIDER))),
        }
    }

    /// The account to ask with. Opening the tenant's is an audit event with this purpose.
    ///
    /// # Errors
    /// `NotConnected` without any, `Transient` or `Permanent` when the vault fails.
    pub async fn of(&self, tenant: &TenantId, purpose: Purpose) -> ProviderResult<Account<P>> {
        if self.only == Some(AccountOwner::Operator) {
            return self.operator.clone().map(Account::Operator).ok_or_else(no_operator::<P>);
        }
        let error = match self.vault.open::<P>(&Context::SYSTEM, tenant, purpose).await {
            Ok(opened) => return Ok(Account::Own(opened)),
            Err(error) => error,
        };
        match (&error, &self.operator) {
            (VaultError::NotConnected(_), Some(operator)) if self.only.is_none() => {
                Ok(Account::Operator(operator.clone()))
            }
            _ => Err(closed::<P>(&error)),
        }
    }
}

impl<P: TenantScoped> Clone for Accounts<P> {
    fn clone(&self) -> Self {
        Self { vault: self.vault.clone(), operator: self.operator.clone(), only: self.only }
    }
}

impl<P: TenantScoped> fmt::Debug for Accounts<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Accounts({}, operator's: {})", P::PROVIDER, self.operator.is_some())
    }
}

/// An account with a provider; dereferences to its credential.
pub enum Account<P: TenantScoped> {
    /// The tenant's own.
    Own(Opened<P>),
    /// The operator's.
    Operator(Arc<P::Body>),
}

impl<P: TenantScoped> Deref for Account<P> {
    type Target = P::Body;

    fn deref(&self) -> &P::Body {
        match self {
            Self::Own(opened) => opened,
            Self::Operator(body) => body,
        }
    }
}

impl<P: TenantScoped> fmt::Debug for Account<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = match self {
            Self::Own(_) => "the tenant's",
            Self::Operator(_) => "the operator's",
        };
        write!(f, "Account({}, {whose})", P::PROVIDER)
    }
}

fn closed<P: TenantScoped>(error: &VaultError) -> ProviderError {
    let fault = match error.kind() {
        Kind::Conflict => ProviderFault::NotConnected,
        Kind::Unavailable => ProviderFault::Transient,
        _ => ProviderFault::Permanent,
    };
    let code = Some(error.code().to_owned());
    ProviderError { code, ..ProviderError::new(P::PROVIDER.as_str(), fault, error.sentence()) }
}

fn no_operator<P: TenantScoped>() -> ProviderError {
    let sentence = format!("This server has no account of the operator with {}.", P::PROVIDER.display_name());
    ProviderError::new(P::PROVIDER.as_str(), ProviderFault::NotConnected, sentence)
}
