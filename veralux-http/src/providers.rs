//! Who is out there.

use std::sync::Arc;

use veralux_core::port::{AssistantPlatform, HandedAccount, LanguageModel, MessageProvider, NumberProvider};

/// The providers that a deployment works with. None of them is the default: what needs one is then refused with what to
/// set.
#[derive(Debug, Clone, Default)]
pub struct Providers {
    /// Look for, buy and set up numbers; each slug once.
    pub numbers: Vec<Arc<dyn NumberProvider>>,
    /// Send messages; each slug once.
    pub messages: Vec<Arc<dyn MessageProvider>>,
    /// Runs assistants.
    pub assistants: Option<Arc<dyn AssistantPlatform>>,
    /// The operator's Twilio account, whose numbers are handed to that platform for tenants that bring none.
    pub twilio_account: Option<HandedAccount>,
    /// Answers the test of the language model.
    pub model: Option<Arc<dyn LanguageModel>>,
}
