//! Proof that a phone number is the caller's: how codes are hashed, and how they reach a phone.

mod bcrypt;
mod mock;

use std::sync::Arc;

use veralux_core::port::CallerIdProvider;

pub use bcrypt::BcryptHasher;
pub use mock::MockCallerIds;

/// Who brings verification codes to phones.
#[derive(Debug, Clone, Default)]
pub enum VerificationCalls {
    /// Nobody: verification is refused with what to do about it.
    #[default]
    None,
    /// Nobody either, but codes can be read at `/api/telephony/demo/codes`. For trying things out; never for the public.
    Mock,
    /// A provider that reaches no phone, such as an emulator; codes can be read as with [`Mock`](Self::Mock).
    MockOver(Arc<dyn CallerIdProvider>),
    /// A provider.
    Provider(Arc<dyn CallerIdProvider>),
}
