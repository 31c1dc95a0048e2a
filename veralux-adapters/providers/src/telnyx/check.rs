use veralux_core::credential::TelnyxBody;
use veralux_core::port::{ProviderError, ProviderFault, Rejection, Verdict};

use super::Api;
use super::numbers::One;
use crate::Outside;

/// Asks whether an API key works, by reading one phone number of the account. `origin` is [`ORIGIN`](super::ORIGIN) but for
/// tests.
pub async fn check(outside: &Outside, origin: &str, body: &TelnyxBody) -> Verdict {
    let api = Api::at(origin, body, outside.clone());
    match api.read::<Vec<One>>("/phone_numbers?page%5Bnumber%5D=1&page%5Bsize%5D=1").await {
        Ok(_) => Verdict::Verified,
        Err(error) => refused(&error).map_or(Verdict::Unreachable, Verdict::Rejected),
    }
}

/// Why a key is refused; `None` for everything that Telnyx does not clearly say of the key.
fn refused(error: &ProviderError) -> Option<Rejection> {
    if error.fault != ProviderFault::Rejected {
        return None;
    }
    match error.code.as_deref()? {
        "10009" | "20002" | "20006" => Some(Rejection::Unauthorised),
        "10010" | "20014" | "20015" | "20016" | "20017" => Some(Rejection::Forbidden),
        "20012" | "20013" => Some(Rejection::Suspended),
        _ => None,
    }
}
