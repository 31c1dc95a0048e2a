//! Who is out there: the providers' clients, with tenants' own accounts, else the operator's.

use std::sync::Arc;

use veralux_core::credential::{TelnyxBody, TwilioBody};
use veralux_core::service::CredentialVault;
use veralux_http::Providers;
use veralux_providers::telnyx::Telnyx;
use veralux_providers::{Accounts, Https, Outside, twilio};

use super::migrate::chain;
use super::settings::ProviderSettings;
use super::system::{SystemClock, SystemRandom};

/// The clients.
///
/// # Errors
/// A sentence, when there is no TLS on this machine.
pub(crate) fn open(settings: &ProviderSettings, vault: &Arc<CredentialVault>) -> Result<Providers, String> {
    let transport = Arc::new(Https::new().map_err(|error| chain(&error))?);
    let outside = Outside { transport, clock: Arc::new(SystemClock), random: Arc::new(SystemRandom) };
    let account = settings.twilio.as_ref().map(|(sid, token)| TwilioBody {
        account_sid: sid.clone(),
        auth_token: Some(token.clone()),
        previous_auth_token: None,
        previous_until: None,
        api_key_sid: None,
        api_key_secret: None,
    });
    let twilio_accounts = Accounts::new(vault.clone(), account);
    let key = settings.telnyx.clone().map(|api_key| TelnyxBody { api_key, public_key: None });
    let telnyx_accounts = Accounts::new(vault.clone(), key);
    let installation = settings.installation.clone();
    let (twilio, telnyx) = match &settings.emulator {
        Some(origin) => (
            twilio::Provider::at(format!("{origin}/twilio"), twilio_accounts, outside.clone()),
            Telnyx::at(&format!("{origin}/telnyx"), telnyx_accounts, installation, outside),
        ),
        None => (
            twilio::Provider::new(twilio_accounts, outside.clone()),
            Telnyx::new(telnyx_accounts, installation, outside),
        ),
    };
    Ok(Providers { numbers: vec![Arc::new(twilio), Arc::new(telnyx)], ..Providers::default() })
}
