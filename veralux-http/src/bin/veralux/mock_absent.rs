//! A build without the emulator: `--provider mock` says so.

use std::net::SocketAddr;
use std::sync::Arc;

use veralux_core::port::CredentialVerifier;
use veralux_core::service::Stores;

use super::settings::ProviderSettings;

/// What there is none of.
#[derive(Debug)]
pub(crate) enum Mock {}

impl Mock {
    /// # Errors
    /// Always.
    #[expect(clippy::unused_async, reason = "as in a build that has it")]
    pub(crate) async fn start(
        _: &mut ProviderSettings,
        _: &mut veralux_http::Settings,
        _: SocketAddr,
    ) -> Result<Self, String> {
        Err("this build cannot emulate providers; build it with the feature `mock`".to_owned())
    }

    #[expect(clippy::unused_async, reason = "as in a build that has it")]
    pub(crate) async fn remember(
        &self,
        _: &ProviderSettings,
        _: &veralux_http::Settings,
        _: &Stores,
    ) -> Result<(), String> {
        match *self {}
    }

    pub(crate) fn origin(&self) -> &str {
        match *self {}
    }

    pub(crate) fn verifier(&self) -> Arc<dyn CredentialVerifier> {
        match *self {}
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        match *self {}
    }
}
