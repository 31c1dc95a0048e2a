//! `ElevenLabs`: what a workspace may use. Contract: `https://elevenlabs.io/docs/api-reference`; its OpenAPI description.
//!
//! Keys may be scoped: one that may not read the account (`user_read`) works all the same.

use std::fmt;

use serde::de::DeserializeOwned;
use veralux_core::credential::{self, ElevenLabsBody, Purpose};
use veralux_core::id::TenantId;
use veralux_core::port::{ProviderResult, Verdict};

use crate::call::{Repeat, json, not_understood, unless_status};
use crate::{Accounts, Method, Outside, Request, Response};

mod wire;

use wire::{Api, VoicePage};
pub use wire::{Model, Subscription, Voice};

/// Where `ElevenLabs` answers.
pub const ORIGIN: &str = "https://api.elevenlabs.io";

/// Voices a page; the most that `ElevenLabs` gives.
const PAGE: u32 = 100;
/// Most pages of a list. More means that the answers go round in a circle.
const MAX_PAGES: usize = 50;

/// Asks `ElevenLabs` with the tenant's key, else the operator's. Everything here only reads.
#[derive(Clone)]
pub struct ElevenLabs {
    accounts: Accounts<credential::ElevenLabs>,
    outside: Outside,
    origin: String,
}

impl ElevenLabs {
    /// `ElevenLabs` itself. Lists of voices are long: the transport should take answers of a megabyte.
    pub fn new(accounts: Accounts<credential::ElevenLabs>, outside: Outside) -> Self {
        Self::at(ORIGIN, accounts, outside)
    }

    /// Something that behaves like it: for the emulator and for tests.
    pub fn at(origin: &str, accounts: Accounts<credential::ElevenLabs>, outside: Outside) -> Self {
        Self { accounts, outside, origin: origin.to_owned() }
    }

    /// The workspace's plan and how much of it is used; `None` when the key may not read it.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn subscription(&self, tenant: &TenantId) -> ProviderResult<Option<Subscription>> {
        match self.look(tenant, "/v1/user/subscription").await {
            Err(error) if error.code.as_deref() == Some(wire::MISSING_PERMISSIONS) => Ok(None),
            other => other.map(Some),
        }
    }

    /// The voices that the workspace may use, all or those in which a text occurs.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn voices(&self, tenant: &TenantId, search: Option<&str>) -> ProviderResult<Vec<Voice>> {
        let (mut found, mut token) = (Vec::new(), None::<String>);
        for _ in 0..MAX_PAGES {
            let page: VoicePage =
                self.look(tenant, &wire::voices_path(PAGE, search, token.as_deref())).await?;
            found.extend(page.voices);
            token = page.next_page_token.filter(|_| page.has_more);
            if token.is_none() {
                return Ok(found);
            }
        }
        Err(not_understood::<Api>(Repeat::Always, &Response::new(200, Vec::new())))
    }

    /// A voice; `None` when `ElevenLabs` does not know it.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn voice(&self, tenant: &TenantId, id: &str) -> ProviderResult<Option<Voice>> {
        if !(1..=64).contains(&id.len()) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        match unless_status(404, self.look(tenant, &format!("/v1/voices/{id}")).await) {
            Err(error) if error.code.as_deref() == Some(wire::VOICE_NOT_FOUND) => Ok(None),
            other => other,
        }
    }

    /// The models.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn models(&self, tenant: &TenantId) -> ProviderResult<Vec<Model>> {
        self.look(tenant, "/v1/models").await
    }

    async fn look<T: DeserializeOwned>(&self, tenant: &TenantId, path: &str) -> ProviderResult<T> {
        let account = self.accounts.of(tenant, Purpose::Speech).await?;
        let request = || request(&self.origin, path, &account);
        let response = self.outside.ask::<Api>(Repeat::Always, request).await?;
        json::<Api, T>(Repeat::Always, &response)
    }
}

impl fmt::Debug for ElevenLabs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ElevenLabs")
            .field("accounts", &self.accounts)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// Asks `ElevenLabs` whether a key works. One that may not read the account works, and so does one whose quota is used up.
pub async fn check(outside: &Outside, origin: &str, body: &ElevenLabsBody) -> Verdict {
    match outside.transport.send(request(origin, "/v1/user/subscription", body)).await {
        Ok(response) => wire::verdict(&response),
        Err(_) => Verdict::Unreachable,
    }
}

fn request(origin: &str, path: &str, body: &ElevenLabsBody) -> Request {
    Request::new(Method::Get, format!("{origin}{path}")).header("xi-api-key", body.api_key.clone())
}

#[cfg(test)]
mod tests;
