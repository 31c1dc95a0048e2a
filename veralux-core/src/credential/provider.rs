use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// A provider whose credentials are kept. The word is part of what a sealed credential is bound to and never changes.
    pub enum Provider {
        /// Twilio: account SID with an auth token or an API key.
        Twilio = "twilio",
        /// Telnyx: API key and public key for its webhooks.
        Telnyx = "telnyx",
        /// Vapi: the operator's, unless the operator lets tenants bring their own.
        Vapi = "vapi",
        /// `OpenAI`, or a server that speaks its protocol.
        OpenAi = "openai",
        /// Google Calendar by OAuth 2.0.
        GoogleCalendar = "google_calendar",
        /// Resend: e-mail.
        Resend = "resend",
        /// `ElevenLabs`: voices.
        ElevenLabs = "elevenlabs",
        /// AWS: access key for Secrets Manager.
        Aws = "aws",
    }
}

words! {
    /// Who brings a provider's credential.
    pub enum Scope {
        /// Each tenant its own.
        Tenant = "tenant",
        /// The operator, in the server's configuration.
        Platform = "platform",
    }
}
