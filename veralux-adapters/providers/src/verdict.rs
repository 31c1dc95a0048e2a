//! What an answer says of the credential that asked.

use serde_json::{Map, Value};
use veralux_core::port::{ProviderFault, ProviderResult, RawAnswer, Rejection, Verdict};

/// Of a harmless request. A refusal counts when its status is about the credential and its body is an API's: everything
/// else, such as a proxy's page or an exhausted quota, says nothing of the credential.
pub(crate) fn of<T>(result: &ProviderResult<T>) -> Verdict {
    let Err(error) = result else { return Verdict::Verified };
    let refusal =
        error.raw.as_ref().filter(|raw| error.fault == ProviderFault::Rejected && is_of_an_api(raw));
    match refusal.map(|raw| raw.status) {
        Some(401) => Verdict::Rejected(Rejection::Unauthorised),
        Some(403) => Verdict::Rejected(Rejection::Forbidden),
        Some(402) => Verdict::Rejected(Rejection::Suspended),
        _ => Verdict::Unreachable,
    }
}

fn is_of_an_api(raw: &RawAnswer) -> bool {
    serde_json::from_str::<Map<String, Value>>(raw.body()).is_ok()
}

#[cfg(test)]
mod tests {
    use veralux_core::port::ProviderError;

    use super::*;

    #[test]
    fn what_a_refusal_says_of_a_credential() {
        let refused = Verdict::Rejected;
        for (what, fault, status, body, verdict) in [
            ("wrong", ProviderFault::Rejected, 401, "{}", refused(Rejection::Unauthorised)),
            ("not for this", ProviderFault::Rejected, 403, "{}", refused(Rejection::Forbidden)),
            ("not paid", ProviderFault::Rejected, 402, "{}", refused(Rejection::Suspended)),
            ("a proxy's page", ProviderFault::Rejected, 403, "<html>", Verdict::Unreachable),
            ("a portal's page", ProviderFault::Rejected, 401, "", Verdict::Unreachable),
            ("out of quota", ProviderFault::Rejected, 429, "{}", Verdict::Unreachable),
            ("no such list", ProviderFault::Rejected, 404, "{}", Verdict::Unreachable),
            ("broken", ProviderFault::Transient, 401, "{}", Verdict::Unreachable),
        ] {
            let raw = Some(RawAnswer::new(status, body.as_bytes()));
            let error = ProviderError { raw, ..ProviderError::new("acme", fault, "no") };
            assert_eq!(of::<()>(&Err(error)), verdict, "{what}");
        }
        assert_eq!(of(&Ok(())), Verdict::Verified);
        let silence = ProviderError::new("acme", ProviderFault::Transient, "no");
        assert_eq!(of::<()>(&Err(silence)), Verdict::Unreachable);
    }
}
