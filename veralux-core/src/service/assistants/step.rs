//! What follows from a failure at the platform.

use std::time::Duration;

use crate::port::{ProviderError, ProviderFault};
use crate::service::VaultError;
use crate::time::{Instant, SECOND};

/// Shortest and longest wait before another attempt, in microseconds.
const LEAST: i64 = 2 * SECOND;
const MOST: i64 = 600 * SECOND;

/// When to try again; `None` when somebody has to change something first. Each wait is as long as it has failed already, and
/// up to a quarter longer.
pub(super) fn again(error: &ProviderError, since: Instant, now: Instant, random: [u8; 1]) -> Option<Instant> {
    let asked = match error.fault {
        ProviderFault::RateLimited { wait } => wait.unwrap_or(Duration::ZERO),
        // What was lost half way is looked for first.
        ProviderFault::Transient | ProviderFault::Unsettled => Duration::ZERO,
        ProviderFault::NotConnected | ProviderFault::Rejected | ProviderFault::Permanent => return None,
    };
    let asked = i64::try_from(asked.as_micros()).unwrap_or(MOST);
    let own = (now.micros() - since.micros()).clamp(LEAST, MOST).max(asked);
    let [random] = random;
    Some(now.plus(own + own / 4 * i64::from(random) / 255))
}

/// A vault that fails for now is tried again like a platform that does.
pub(super) fn of_vault(error: &VaultError) -> ProviderError {
    let fault = match error.kind() {
        crate::service::Kind::Conflict => ProviderFault::NotConnected,
        crate::service::Kind::Unavailable => ProviderFault::Transient,
        _ => ProviderFault::Permanent,
    };
    let code = Some(error.code().to_owned());
    ProviderError { code, ..ProviderError::new("twilio", fault, error.sentence()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn when_to_try_again() {
        let limited = |seconds| ProviderFault::RateLimited { wait: Some(Duration::from_secs(seconds)) };
        for (what, fault, failing, expected) in [
            ("the first time", ProviderFault::Transient, 0, Some(2)),
            ("after two seconds", ProviderFault::Unsettled, 2, Some(2)),
            ("twice as long each time", ProviderFault::Transient, 8, Some(8)),
            ("not for ever", ProviderFault::Transient, 86_400, Some(600)),
            ("as long as is asked", limited(60), 4, Some(60)),
            ("a person must act", ProviderFault::Rejected, 0, None),
            ("not connected", ProviderFault::NotConnected, 0, None),
        ] {
            let since = Instant::from_micros(0);
            let now = Instant::from_micros(failing * SECOND);
            let error = ProviderError::new("vapi", fault, "no");
            let waits =
                |random| again(&error, since, now, [random]).map(|at| (at.micros() - now.micros()) / SECOND);
            assert_eq!(waits(0), expected, "{what}");
            assert_eq!(waits(255), expected.map(|least| least + least / 4), "{what}: at most a quarter more");
        }
    }
}
