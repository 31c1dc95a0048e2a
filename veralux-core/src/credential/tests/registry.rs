//! The registry itself.

use super::{FULL, OPEN, PLAIN, check};
use crate::credential::{BodyError, LifeCycle, Provider, Purpose, Scope};

#[test]
fn numbers_and_words_are_for_ever() {
    let rows: Vec<_> = Provider::ALL
        .iter()
        .map(|p| (p.number(), p.as_str(), p.display_name(), p.schema(), p.scope(), p.life_cycle()))
        .collect();
    let expected = [
        (1, "twilio", "Twilio", 1, Scope::Tenant, LifeCycle::Dual),
        (2, "telnyx", "Telnyx", 1, Scope::Tenant, LifeCycle::Static),
        (3, "vapi", "Vapi", 1, Scope::Platform, LifeCycle::Static),
        (4, "openai", "OpenAI", 1, Scope::Tenant, LifeCycle::Static),
        (5, "google_calendar", "Google Calendar", 1, Scope::Tenant, LifeCycle::OAuth2),
        (6, "resend", "Resend", 1, Scope::Tenant, LifeCycle::Static),
        (7, "elevenlabs", "ElevenLabs", 1, Scope::Tenant, LifeCycle::Static),
        (8, "aws", "AWS", 1, Scope::Platform, LifeCycle::Static),
    ];
    assert_eq!(rows, expected);
}

#[test]
fn a_tenant_brings_a_platform_credential_only_where_the_operator_allows_it() {
    let vapi = FULL.iter().find(|(provider, _)| *provider == Provider::Vapi).unwrap().1;
    let managed = |provider| BodyError::PlatformManaged(provider);
    assert_eq!(check(Provider::Vapi, vapi, PLAIN).unwrap_err(), managed(Provider::Vapi));
    assert!(check(Provider::Vapi, vapi, OPEN).is_ok());
    for policy in [PLAIN, OPEN] {
        // Whatever is sent: nothing of it is looked at.
        assert_eq!(check(Provider::Aws, "no JSON", policy).unwrap_err(), managed(Provider::Aws));
    }
}

#[test]
fn purposes_have_words() {
    for purpose in Purpose::ALL {
        assert_eq!(purpose.as_str().parse(), Ok(*purpose));
    }
}
