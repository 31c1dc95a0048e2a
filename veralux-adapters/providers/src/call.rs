//! How every client asks: one attempt after the other where that is safe, and each failure sorted.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;
use veralux_core::port::{Clock, ProviderError, ProviderFault, ProviderResult, Random, RawAnswer};

use crate::{Request, Response, Transport, TransportError};

/// Attempts of a request that may be repeated.
const ATTEMPTS: u32 = 3;
/// The first pause is drawn from none to this; each further one from none to twice as much.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause of our own.
const MAX_PAUSE: Duration = Duration::from_secs(3);
/// Longest wait that a provider asks for and that is waited for here. A longer one is the caller's to plan.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// What clients ask with.
#[derive(Debug, Clone)]
pub struct Outside {
    /// Carries requests. Its limits on time and size are the clients'.
    pub transport: Arc<dyn Transport>,
    /// For answers that name a moment.
    pub clock: Arc<dyn Clock>,
    /// For pauses that differ from node to node.
    pub random: Arc<dyn Random>,
}

/// When a request is made again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It reads, or has the same effect when made twice: whenever it failed for now.
    Always,
    /// It acts: only after an answer that says that nothing was done.
    IfRefused,
    /// It acts, and its provider does not say which refusals leave everything as it was.
    Never,
}

/// A provider's way to refuse.
pub(crate) trait Contract {
    /// As in stores and logs.
    const SLUG: &'static str;
    /// As people write it.
    const NAME: &'static str;

    /// Reads an answer that is no success.
    fn refusal(response: &Response) -> Refusal;
}

/// What a provider says when it refuses.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    /// Its code.
    pub(crate) code: Option<String>,
    /// What it means, where the status does not tell.
    pub(crate) fault: Option<ProviderFault>,
    /// What a person should do, where there is more to say than for every refusal.
    pub(crate) sentence: Option<Cow<'static, str>>,
}

impl Outside {
    /// Makes a request and gives its answer, which is a success (2xx).
    pub(crate) async fn ask<C: Contract>(
        &self,
        repeat: Repeat,
        request: impl Fn() -> Request + Send + Sync,
    ) -> ProviderResult<Response> {
        let mut attempt = 1;
        loop {
            let error = match self.transport.send(request()).await {
                Ok(response) if (200..300).contains(&response.status) => return Ok(response),
                Ok(response) => self.refused::<C>(repeat, &response),
                Err(error) => lost::<C>(repeat, error),
            };
            let pause = self.pause(attempt, error.fault).filter(|_| repeat != Repeat::Never);
            let Some(pause) = pause else { return Err(error) };
            tokio::time::sleep(pause).await;
            attempt += 1;
        }
    }

    /// How long to wait before the next attempt; `None` when there is none.
    fn pause(&self, attempt: u32, fault: ProviderFault) -> Option<Duration> {
        if attempt >= ATTEMPTS || !fault.is_repeatable() {
            return None;
        }
        let most = FIRST_PAUSE.saturating_mul(1 << attempt.min(16)).min(MAX_PAUSE);
        let share = u32::from(u16::from_be_bytes(self.random.bytes()));
        let own = most.saturating_mul(share) / u32::from(u16::MAX);
        match fault {
            ProviderFault::RateLimited { wait: Some(wait) } if wait > MAX_WAIT => None,
            ProviderFault::RateLimited { wait: Some(wait) } => Some(wait + own),
            _ => Some(own),
        }
    }

    fn refused<C: Contract>(&self, repeat: Repeat, response: &Response) -> ProviderError {
        let Refusal { code, fault, sentence } = C::refusal(response);
        let by_status = match response.status {
            429 => ProviderFault::RateLimited { wait: self.wait(response) },
            408 | 500..=599 => broke(repeat),
            400..=499 => ProviderFault::Rejected,
            _ => ProviderFault::Permanent,
        };
        let fault = fault.unwrap_or(by_status);
        let sentence = match (sentence, response.status) {
            (Some(sentence), _) => sentence,
            (None, 401) if fault == ProviderFault::Rejected => Cow::Owned(format!(
                "{} does not accept the credential. Check it in Settings > Integrations.",
                C::NAME
            )),
            _ => sentence_of::<C>(fault),
        };
        let raw = Some(RawAnswer::new(response.status, &response.body));
        ProviderError { provider: C::SLUG, fault, code, sentence, raw }
    }

    /// What the provider asks to wait: `retry-after-ms`, `retry-after` in seconds or as a date (RFC 9110, 10.2.3), or
    /// the seconds until a limit is counted anew.
    fn wait(&self, response: &Response) -> Option<Duration> {
        let number = |name| response.header(name)?.trim().parse::<u64>().ok();
        if let Some(millis) = number("retry-after-ms") {
            return Some(Duration::from_millis(millis));
        }
        if let Some(seconds) = number("retry-after") {
            return Some(Duration::from_secs(seconds));
        }
        if let Some(date) =
            response.header("retry-after").and_then(|text| httpdate::parse_http_date(text).ok())
        {
            let at = date.duration_since(std::time::UNIX_EPOCH).ok()?;
            let now = Duration::from_micros(u64::try_from(self.clock.now().micros()).ok()?);
            return Some(at.saturating_sub(now));
        }
        number("x-ratelimit-reset").or_else(|| number("ratelimit-reset")).map(Duration::from_secs)
    }
}

/// Reads a success as JSON.
pub(crate) fn json<C: Contract, T: DeserializeOwned>(
    repeat: Repeat,
    response: &Response,
) -> ProviderResult<T> {
    serde_json::from_slice(&response.body).map_err(|_| not_understood::<C>(repeat, response))
}

/// A success that does not say what the contract promises. What acts has acted all the same.
pub(crate) fn not_understood<C: Contract>(repeat: Repeat, response: &Response) -> ProviderError {
    let fault = match repeat {
        Repeat::Always => ProviderFault::Permanent,
        Repeat::IfRefused | Repeat::Never => ProviderFault::Unsettled,
    };
    let raw = Some(RawAnswer::new(response.status, &response.body));
    ProviderError { raw, ..ProviderError::new(C::SLUG, fault, sentence_of::<C>(fault)) }
}

/// `None` for an answer with this status, which says that something is not there.
pub(crate) fn unless_status<T>(status: u16, result: ProviderResult<T>) -> ProviderResult<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.raw.as_ref().is_some_and(|raw| raw.status == status) => Ok(None),
        Err(error) => Err(error),
    }
}

fn lost<C: Contract>(repeat: Repeat, error: TransportError) -> ProviderError {
    let fault = match error {
        TransportError::Unreachable => ProviderFault::Transient,
        TransportError::Lost => broke(repeat),
    };
    ProviderError::new(C::SLUG, fault, sentence_of::<C>(fault))
}

const fn broke(repeat: Repeat) -> ProviderFault {
    match repeat {
        Repeat::Always => ProviderFault::Transient,
        Repeat::IfRefused | Repeat::Never => ProviderFault::Unsettled,
    }
}

/// What a person reads where the provider's code says no more.
pub(crate) fn sentence_of<C: Contract>(fault: ProviderFault) -> Cow<'static, str> {
    let name = C::NAME;
    Cow::Owned(match fault {
        ProviderFault::NotConnected => format!("Connect {name} in Settings > Integrations."),
        ProviderFault::Rejected => format!("{name} refused the request. Check what was entered."),
        ProviderFault::RateLimited { .. } => {
            format!("{name} is taking no more requests for now. Try again in a minute.")
        }
        ProviderFault::Transient => format!("{name} cannot be reached. Try again shortly."),
        ProviderFault::Unsettled => {
            format!("{name} did not confirm. It is asked what it did before anything is repeated.")
        }
        ProviderFault::Permanent => {
            format!("{name} answered in a way that is not understood. Ask the operator to look.")
        }
    })
}

#[cfg(test)]
mod tests;
