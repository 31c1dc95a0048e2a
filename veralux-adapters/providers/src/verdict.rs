//! What an answer says of the credential that asked.

use veralux_core::port::{ProviderFault, ProviderResult, Rejection, Verdict};

/// Of a harmless request. An answer that is none of the provider's (a proxy's page, say) says nothing.
pub(crate) fn of<T>(result: &ProviderResult<T>) -> Verdict {
    let Err(error) = result else { return Verdict::Verified };
    match (error.fault, error.raw.as_ref().map(|raw| raw.status)) {
        (ProviderFault::Rejected, Some(401)) => Verdict::Rejected(Rejection::Unauthorised),
        (ProviderFault::Rejected, Some(403)) => Verdict::Rejected(Rejection::Forbidden),
        (ProviderFault::Rejected, Some(402)) => Verdict::Rejected(Rejection::Suspended),
        (ProviderFault::Rejected, _) => Verdict::Rejected(Rejection::Other),
        _ => Verdict::Unreachable,
    }
}
