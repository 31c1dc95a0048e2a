use async_trait::async_trait;
use veralux_core::credential::Purpose;
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::{CallerIdProvider, Error, ProviderError, ProviderFault, ProviderResult, Result};
use veralux_core::secret::Secret;

use super::Provider;
use crate::twilio::code::UNREACHABLE;
use crate::twilio::twiml::Twiml;
use crate::twilio::{IncomingNumber, NewCall};

#[async_trait]
impl CallerIdProvider for Provider {
    /// Calls the number and says the code twice, digit by digit, from the number of the account that looks most like it. Gives
    /// the call's id. When an answer is lost the code may be on its way all the same; another call says another code.
    async fn deliver(&self, tenant: &TenantId, number: &E164, code: &Secret) -> Result<String> {
        self.call_with(tenant, number, code).await.map_err(sorted)
    }
}

impl Provider {
    async fn call_with(&self, tenant: &TenantId, number: &E164, code: &Secret) -> ProviderResult<String> {
        let client = self.client(tenant, Purpose::PlaceCall).await?;
        let Some(from) = caller(client.numbers(None).await?, number) else {
            let none = "The Twilio account has no number that can call. Buy one first.";
            return Err(ProviderError::new("twilio", ProviderFault::Rejected, none));
        };
        let call = NewCall { to: number, from: &from, twiml: &spoken(code), status_callback: None };
        Ok(client.call(&call).await?.sid)
    }
}

/// The number to call from: one that can, as near as may be, since calls abroad may be closed to the account. The first of
/// several.
fn caller(numbers: Vec<IncomingNumber>, to: &E164) -> Option<E164> {
    let common = |number: &E164| {
        number.as_str().bytes().zip(to.as_str().bytes()).take_while(|(own, other)| own == other).count()
    };
    let able = numbers.into_iter().filter(|held| held.features.is_none_or(|features| features.voice));
    let able: Vec<E164> = able.map(|held| held.number).filter(|own| own != to).collect();
    able.into_iter().rev().max_by_key(common)
}

fn spoken(code: &Secret) -> Twiml {
    let digits: Vec<String> = code.expose().chars().map(String::from).collect();
    let digits = digits.join(", ");
    Twiml::new()
        .pause(1)
        .say(&format!("Your verification code is: {digits}."))
        .pause(1)
        .say(&format!("Once more: {digits}. Goodbye."))
        .hangup()
}

fn sorted(error: ProviderError) -> Error {
    let unreachable = error.code.as_deref().is_some_and(|code| UNREACHABLE.contains(&code));
    match error.fault {
        ProviderFault::Rejected if unreachable => Error::Invalid("the provider cannot call this number"),
        ProviderFault::RateLimited { .. } | ProviderFault::Transient | ProviderFault::Unsettled => {
            Error::transient("calling with the code", error)
        }
        ProviderFault::NotConnected => Error::Invalid("connect Twilio in Settings > Integrations first"),
        ProviderFault::Rejected | ProviderFault::Permanent => {
            Error::permanent("calling with the code", error)
        }
    }
}
