//! What a provider (an outside API) says and does for us, and how it fails.

mod assistant;
mod error;
mod message;
mod model;
mod number;
mod record;

pub use assistant::{AssistantPlatform, HandedAccount, HandedSecret, ToolDefinition};
pub use error::{ProviderError, ProviderFault, ProviderResult, RawAnswer};
pub use message::{MessageProvider, OutgoingSms, SentSms};
pub use model::{LanguageModel, ModelAnswer};
pub use number::{
    AccountOwner, HeldNumber, NumberFeatures, NumberKind, NumberOffer, NumberProvider, NumberSearch, Order,
    OrderState, WebhookUrls,
};
pub use record::ErrorRecord;
