//! What provisioning refuses, and how it says so.

use crate::party::NumberStatus;
use crate::port::Operation;
use crate::service::{Error, Kind, Refusal};

/// What an operation that failed some time ago is refused with.
pub(super) fn failed_before(operation: &Operation) -> Error {
    let error = operation.steps.iter().find(|step| !step.is_over()).and_then(|step| step.error.as_ref());
    let detail = error.map_or("the operation has failed", |error| error.sentence.as_str());
    Refusal::new(Kind::Unprocessable, "operation_failed", detail).into()
}

/// Why a number that is in use is not given back.
pub(super) fn not_inactive(status: NumberStatus) -> Error {
    let detail = format!(
        "only an inactive number is given back to its provider, and this one is {status}: deactivate it first"
    );
    Refusal::new(Kind::Conflict, "number_in_use", detail).into()
}

/// Why a number is not given back twice.
pub(super) fn given_back() -> Error {
    let detail = "the number was given back to its provider already, and may be somebody else's by now";
    Refusal::new(Kind::Conflict, "number_given_back", detail).into()
}

/// Why nothing is begun with providers that could not reach this installation.
pub(super) fn no_public_url() -> Error {
    let detail =
        "providers must be told where they reach this installation: the operator sets PUBLIC_BASE_URL";
    Refusal::new(Kind::Conflict, "public_url_required", detail).into()
}
