use std::io::Read as _;

use veralux_core::credential::Provider;
use veralux_core::seal::legacy::{Format, LegacyKey};
use zeroize::Zeroizing;

use super::{Office, Outcome, chain, destroy, say};

/// Longest text in bytes: twice the longest plaintext in hexadecimal, and its head.
const MAX_TEXT_BYTES: u64 = 160 * 1024;

pub(super) async fn run(
    office: &Office,
    tenant: &str,
    provider: &str,
    format: &str,
    key_env: &str,
) -> Outcome {
    let tenant = destroy::known(office, tenant).await;
    let provider = provider.parse::<Provider>().map_err(|_| format!("there is no provider `{provider}`"));
    let format = format
        .parse::<Format>()
        .map_err(|_| format!("there is no format `{format}`; it is control_plane, dashboard or byoc"));
    let setting =
        std::env::var(key_env).map(Zeroizing::new).map_err(|_| format!("the variable {key_env} is not set"));
    let (tenant, provider, format, setting) = match (tenant, provider, format, setting) {
        (Ok(tenant), Ok(provider), Ok(format), Ok(setting)) => (tenant, provider, format, setting),
        (tenant, provider, format, setting) => {
            let faults = [tenant.err(), provider.err(), format.err(), setting.err()];
            return Err(faults.into_iter().flatten().collect::<Vec<_>>().join("; "));
        }
    };
    let key = LegacyKey::from_setting(format, &setting).map_err(|error| format!("{key_env}: {error}"))?;
    let mut text = Zeroizing::new(String::with_capacity(8192));
    let read = std::io::stdin().lock().take(MAX_TEXT_BYTES).read_to_string(&mut text);
    read.map_err(|error| format!("standard input: {error}"))?;
    let vault = &office.node.vault;
    let imported = vault.import(&Office::CONTEXT, &tenant, provider, (&key, format), &text).await;
    let credential = imported.map_err(|error| chain(&error))?;
    let hint = credential.hint.map(|hint| format!(", ...{hint}")).unwrap_or_default();
    say(&format!("{} of `{tenant}` was imported{hint}; it is not verified", provider.display_name()))
}
