//! The core's ports over Twilio.

mod caller_id;
mod message;
mod number;

use veralux_core::credential::{Purpose, Twilio};
use veralux_core::id::TenantId;
use veralux_core::port::ProviderResult;

use super::{Client, ORIGIN};
use crate::{Accounts, Outside};

/// Messages, numbers and codes by phone over Twilio, with the tenant's account, else the operator's.
///
/// Implements [`MessageProvider`](veralux_core::port::MessageProvider),
/// [`NumberProvider`](veralux_core::port::NumberProvider) and
/// [`CallerIdProvider`](veralux_core::port::CallerIdProvider).
#[derive(Debug, Clone)]
pub struct Provider {
    accounts: Accounts<Twilio>,
    outside: Outside,
    origin: String,
}

impl Provider {
    /// Twilio itself.
    pub fn new(accounts: Accounts<Twilio>, outside: Outside) -> Self {
        Self::at(ORIGIN, accounts, outside)
    }

    /// At another origin, for the emulator and for tests: `http://127.0.0.1:4010/twilio`.
    pub fn at(origin: impl Into<String>, accounts: Accounts<Twilio>, outside: Outside) -> Self {
        Self { accounts, outside, origin: origin.into() }
    }

    /// The tenant's account.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError), as [`Accounts::of`].
    pub async fn client(&self, tenant: &TenantId, purpose: Purpose) -> ProviderResult<Client> {
        let account = self.accounts.of(tenant, purpose).await?;
        Client::at(&self.origin, self.outside.clone(), &account)
    }

    /// The operator's account, where there is one.
    fn operators_client(&self) -> ProviderResult<Option<Client>> {
        let at = |body| Client::at(&self.origin, self.outside.clone(), body);
        self.accounts.operator().map(at).transpose()
    }
}

#[cfg(test)]
mod tests;
