mod address;
mod bodies;
mod canary;
mod older;
mod registry;
mod rotation;

use super::{BodyError, Checked, Policy, Provider, validate_json};

/// The operator allows nothing special.
const PLAIN: Policy = Policy { tenant_vapi: false, loopback: false };
/// The operator allows all there is.
const OPEN: Policy = Policy { tenant_vapi: true, loopback: true };

/// A credential of each provider that a tenant may bring, with every field.
const FULL: &[(Provider, &str)] = &[
    (
        Provider::Twilio,
        r#"{"accountSid":"AC0123456789abcdef0123456789ab1234","authToken":"0123456789abcdef0123456789abcdef",
            "previousAuthToken":"fedcba9876543210fedcba9876543210","previousUntil":"2026-11-22T10:00:00Z",
            "apiKeySid":"SK0123456789abcdef0123456789abcdef","apiKeySecret":"kB7wQz9Lm2Xc5Vn8Rt4Yp1Hs6Jd3Fg0A"}"#,
    ),
    (
        Provider::Telnyx,
        r#"{"apiKey":"KEY0123456789ABCDEF_aBcDeFgHiJkLmNoP","publicKey":"e8Q7/tE2rYg8VvVN5k1eRnYUb4HnYp0C4VvSg0cQ9pE="}"#,
    ),
    (
        Provider::Vapi,
        r#"{"apiKey":"0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0","publicKey":"9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0",
            "webhookSecret":"whsec-of-vapi-1"}"#,
    ),
    (
        Provider::OpenAi,
        r#"{"apiKey":"sk-proj-Abc_123-def456ghi789","baseUrl":"https://models.example.com/v1","organization":"org-a1b2c3",
            "project":"proj_z9y8"}"#,
    ),
    (
        Provider::GoogleCalendar,
        r#"{"accessToken":"ya29.a0AfH6SMBx-1234567890","expiresAt":"2026-11-21T11:00:00Z","refreshToken":"1//0gAbCdEf-GhIjKlMnOp",
            "scopes":["https://www.googleapis.com/auth/calendar","https://www.googleapis.com/auth/userinfo.email"],
            "email":"owner@oak.example"}"#,
    ),
    (Provider::Resend, r#"{"apiKey":"re_AbCd1234_EfGh5678","webhookSecret":"whsec_MfKQ9r8GKYqrTwjUPD8I"}"#),
    (Provider::ElevenLabs, r#"{"apiKey":"sk_0123456789abcdef0123456789abcdef0123456789abcdef"}"#),
];

fn check(provider: Provider, json: &str, policy: Policy) -> Result<Checked, BodyError> {
    validate_json(provider, json.as_bytes(), policy)
}
