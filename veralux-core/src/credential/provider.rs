//! Which providers there are.

use serde::{Deserialize, Serialize};

use crate::word::words;

/// Hands each provider to a macro: its kind, its word and the file that it is in.
macro_rules! providers {
    ($each:ident) => {
        $each! {
            /// Twilio: account SID with an auth token or an API key.
            Twilio = "twilio" in twilio,
            /// Telnyx: API key and public key for its webhooks.
            Telnyx = "telnyx" in telnyx,
            /// Vapi: the operator's, unless the operator lets tenants bring their own.
            Vapi = "vapi" in vapi,
            /// `OpenAI`, or a server that speaks its protocol.
            OpenAi = "openai" in openai,
            /// Google Calendar by OAuth 2.0.
            GoogleCalendar = "google_calendar" in google_calendar,
            /// Resend: e-mail.
            Resend = "resend" in resend,
            /// `ElevenLabs`: voices.
            ElevenLabs = "elevenlabs" in elevenlabs,
            /// AWS: access key for Secrets Manager.
            Aws = "aws" in aws,
        }
    };
}
pub(super) use providers;

macro_rules! declare {
    ($($(#[$doc:meta])* $kind:ident = $slug:literal in $module:ident,)+) => {
        words! {
            /// A provider whose credentials are kept. The word is part of what a sealed credential is bound to and never
            /// changes.
            pub enum Provider {
                $($(#[$doc])* $kind = $slug,)+
            }
        }
    };
}

providers!(declare);
