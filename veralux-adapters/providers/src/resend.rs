//! Resend: e-mail. Contract: `https://resend.com/docs/api-reference` and `/errors`; its OpenAPI description 1.5.
//!
//! Sending takes a key of ours that Resend keeps for 24 hours: the same e-mail under the same key goes out once, so a
//! lost answer is simply asked for again.

use std::fmt;

use veralux_core::credential::{self, Purpose, ResendBody};
use veralux_core::id::TenantId;
use veralux_core::port::{ProviderResult, Verdict};
use veralux_core::secret::Secret;

use crate::call::{Repeat, json, not_understood, unless_status};
use crate::{Accounts, Authorization, Method, Outside, Request};

mod wire;

use wire::{Api, Id, Ids, List, batch_body, email_body, refused};
pub use wire::{Domain, Email, SentEmail};

/// Where Resend answers.
pub const ORIGIN: &str = "https://api.resend.com";

/// Most e-mails of a batch.
pub const MAX_BATCH: usize = 100;
/// Most recipients of an e-mail.
pub const MAX_RECIPIENTS: usize = 50;
/// Longest key of ours in bytes.
const MAX_KEY_BYTES: usize = 256;
/// Entries a page; the most that Resend gives.
const PAGE: u32 = 100;
/// Most pages of a list. More means that the answers go round in a circle.
const MAX_PAGES: usize = 50;

/// Sends e-mails with the tenant's account, else the operator's.
#[derive(Clone)]
pub struct Resend {
    accounts: Accounts<credential::Resend>,
    outside: Outside,
    origin: String,
}

impl Resend {
    /// Resend itself.
    pub fn new(accounts: Accounts<credential::Resend>, outside: Outside) -> Self {
        Self::at(ORIGIN, accounts, outside)
    }

    /// Something that behaves like it: for the emulator and for tests.
    pub fn at(origin: &str, accounts: Accounts<credential::Resend>, outside: Outside) -> Self {
        Self { accounts, outside, origin: origin.to_owned() }
    }

    /// Sends an e-mail, once for a key, and gives Resend's id of it. `key` is our id of the e-mail, 1 to 256 printable
    /// ASCII characters; within 24 hours it may be sent again with the same content and gives the same id.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn send(&self, tenant: &TenantId, key: &str, email: &Email) -> ProviderResult<String> {
        check_key(key)?;
        let body = email_body(email)?;
        let id: Id = self.act(tenant, "/emails", key, &body).await?;
        Ok(id.id)
    }

    /// Sends 1 to [`MAX_BATCH`] e-mails, all or none, and gives their ids in this order. `key` as for [`send`](Self::send).
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn send_batch(
        &self,
        tenant: &TenantId,
        key: &str,
        emails: &[Email],
    ) -> ProviderResult<Vec<String>> {
        check_key(key)?;
        let body = batch_body(emails)?;
        let ids: Ids = self.act(tenant, "/emails/batch", key, &body).await?;
        if ids.data.len() != emails.len() {
            let raw = crate::Response::new(200, Vec::new());
            return Err(not_understood::<Api>(Repeat::IfRefused, &raw));
        }
        Ok(ids.data.into_iter().map(|id| id.id).collect())
    }

    /// An e-mail that was sent; `None` when Resend does not know it.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); a key that may only send is `Rejected`.
    pub async fn read(&self, tenant: &TenantId, id: &str) -> ProviderResult<Option<SentEmail>> {
        if !is_id(id) {
            return Ok(None);
        }
        unless_status(404, self.look(tenant, &format!("/emails/{id}")).await)
    }

    /// The account's domains.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); a key that may only send is `Rejected`.
    pub async fn domains(&self, tenant: &TenantId) -> ProviderResult<Vec<Domain>> {
        let mut found: Vec<Domain> = Vec::new();
        for _ in 0..MAX_PAGES {
            let after = found.last().filter(|last| is_id(&last.id)).map(|last| format!("&after={}", last.id));
            let path = format!("/domains?limit={PAGE}{}", after.unwrap_or_default());
            let page: List<Domain> = self.look(tenant, &path).await?;
            let is_last = !page.has_more || page.data.is_empty();
            found.extend(page.data);
            if is_last {
                return Ok(found);
            }
        }
        Err(not_understood::<Api>(Repeat::Always, &crate::Response::new(200, Vec::new())))
    }

    async fn act<T: serde::de::DeserializeOwned>(
        &self,
        tenant: &TenantId,
        path: &str,
        key: &str,
        body: &[u8],
    ) -> ProviderResult<T> {
        let account = self.accounts.of(tenant, Purpose::SendEmail).await?;
        let request = || {
            Request::new(Method::Post, format!("{}{path}", self.origin))
                .by(Authorization::Bearer(account.api_key.clone()))
                .header("idempotency-key", Secret::new(key))
                .body(wire::body(body))
        };
        // The key makes the repeat safe.
        let response = self.outside.ask::<Api>(Repeat::Always, request).await?;
        json::<Api, T>(Repeat::IfRefused, &response)
    }

    async fn look<T: serde::de::DeserializeOwned>(&self, tenant: &TenantId, path: &str) -> ProviderResult<T> {
        let account = self.accounts.of(tenant, Purpose::SendEmail).await?;
        let request = || {
            Request::new(Method::Get, format!("{}{path}", self.origin))
                .by(Authorization::Bearer(account.api_key.clone()))
        };
        let response = self.outside.ask::<Api>(Repeat::Always, request).await?;
        json::<Api, T>(Repeat::Always, &response)
    }
}

impl fmt::Debug for Resend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resend")
            .field("accounts", &self.accounts)
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}

/// Asks Resend whether a key works. One that may only send works.
pub async fn check(outside: &Outside, origin: &str, body: &ResendBody) -> Verdict {
    let request = Request::new(Method::Get, format!("{origin}/domains?limit=1"))
        .by(Authorization::Bearer(body.api_key.clone()));
    match outside.transport.send(request).await {
        Ok(response) => wire::verdict(&response),
        Err(_) => Verdict::Unreachable,
    }
}

fn check_key(key: &str) -> ProviderResult<()> {
    let fits = (1..=MAX_KEY_BYTES).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(()) } else { Err(refused("The e-mail's own id must have 1 to 256 printable characters.")) }
}

/// Resend's ids are UUIDs.
fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests;
