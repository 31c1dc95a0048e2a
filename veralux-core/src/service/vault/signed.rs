use super::cache::{Closed, Known};
use super::opening::Opening;
use super::{CredentialVault, VaultError};
use crate::credential::{Purpose, TenantScoped};
use crate::id::TenantId;
use crate::service::Context;

/// The outcome of an opening whose secrets a message was not signed with.
const MISMATCH: &str = "signature_mismatch";

impl CredentialVault {
    /// Whether a message is signed with what the tenant's credential holds: `fits` is shown its body and says so. `None`
    /// where the tenant has not connected the provider, for which nothing is opened.
    ///
    /// Anybody may send a message, so not each makes an event: a stranger would fill the tenant's chain. An opening is noted
    /// as any other where the signature fits, before that is answered. Where it does not, or the credential could not be
    /// opened, nothing of the credential has left the vault but a no; those are counted, and the trail tells of the first at
    /// the next [`Self::flush`] and of those that follow once an hour, with how often.
    ///
    /// # Errors
    /// [`VaultError`].
    pub async fn verify_signed<P: TenantScoped, R>(
        &self,
        context: &Context,
        tenant: &TenantId,
        fits: impl FnOnce(&P::Body) -> Result<(), R>,
    ) -> Result<Option<Result<(), R>>, VaultError> {
        let now = self.stores.now();
        let found = self.known::<P>(context, tenant, now).await;
        if let Ok((Known::Closed(Closed::NotConnected), _)) = found {
            return Ok(None);
        }
        let opening = Opening::of::<P>(context, tenant, Purpose::VerifyWebhook, now, &found);
        let opened = match Self::opened::<P>(found) {
            Ok(opened) => opened,
            Err(error) => {
                self.trail.count(opening);
                return Err(error);
            }
        };
        let checked = fits(&opened);
        if checked.is_ok() {
            self.trail.add(&self.stores, opening).await?;
        } else {
            self.trail.count(Opening { outcome: MISMATCH, sealed: None, ..opening });
        }
        Ok(Some(checked))
    }
}
