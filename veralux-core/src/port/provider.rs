//! What a provider (an outside API) says and does for us, and how it fails.

mod error;
mod message;
mod number;
mod record;

pub use error::{ProviderError, ProviderFault, ProviderResult, RawAnswer};
pub use message::{MessageProvider, OutgoingSms, SentSms};
pub use number::{
    HeldNumber, NumberFeatures, NumberKind, NumberOffer, NumberProvider, NumberSearch, Order, OrderState,
    WebhookUrls,
};
pub use record::ErrorRecord;
