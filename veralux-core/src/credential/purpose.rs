use serde::{Deserialize, Serialize};

use crate::word::words;

words! {
    /// Why a credential is opened. Goes into the audit trail with each opening.
    pub enum Purpose {
        /// To send a message.
        SendMessage = "send_message",
        /// To place or change a call.
        PlaceCall = "place_call",
        /// To check the signature of a webhook.
        VerifyWebhook = "verify_webhook",
        /// To ask the provider whether the credential works.
        VerifyCredential = "verify_credential",
        /// To hand it on to another provider.
        Export = "export",
        /// To get a new access token.
        RefreshToken = "refresh_token",
        /// To write what the voice runtime needs.
        RuntimeConfig = "runtime_config",
        /// To read or write a calendar.
        Calendar = "calendar",
        /// To send an e-mail.
        SendEmail = "send_email",
        /// To make speech.
        Speech = "speech",
        /// To ask a language model.
        Model = "model",
        /// To buy, configure or release phone numbers.
        Numbers = "numbers",
    }
}
