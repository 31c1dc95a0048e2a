//! Messaging profiles: where the messages of numbers are reported.

use serde::{Deserialize, Serialize};
use veralux_core::port::ProviderResult;

use super::Api;
use crate::Method;
use crate::call::Repeat;

/// A messaging profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Telnyx's id of it: a UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where events go.
    pub webhook_url: Option<String>,
    /// When it was made, as Telnyx writes it.
    pub created_at: Option<String>,
}

#[derive(Serialize)]
struct New<'a> {
    name: &'a str,
    /// All countries: which are texted to is our tenants' affair.
    whitelisted_destinations: [&'a str; 1],
    webhook_url: &'a str,
    webhook_api_version: &'a str,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    name: Option<String>,
    webhook_url: Option<String>,
    created_at: Option<String>,
}

impl Wire {
    fn read(self) -> Profile {
        Profile {
            id: self.id,
            name: self.name.unwrap_or_default(),
            webhook_url: self.webhook_url,
            created_at: self.created_at,
        }
    }
}

impl Api {
    /// Makes one, though there may be another of this name. `POST /messaging_profiles`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Unsettled` when it may be made.
    pub async fn add_profile(&self, name: &str, webhook_url: &str) -> ProviderResult<Profile> {
        let body = New { name, whitelisted_destinations: ["*"], webhook_url, webhook_api_version: "2" };
        let wire: Wire = self.write(Repeat::IfRefused, Method::Post, "/messaging_profiles", &body).await?;
        Ok(wire.read())
    }

    /// All, or those whose name holds a text; the oldest first, from every page. `GET /messaging_profiles`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn profiles(&self, name: Option<&str>) -> ProviderResult<Vec<Profile>> {
        let filter = name.map(|name| ("filter[name]", name));
        let found: Vec<Wire> = self.list("/messaging_profiles", filter.as_slice()).await?;
        let mut found: Vec<Profile> = found.into_iter().map(Wire::read).collect();
        found.sort_by_key(|one| (one.created_at.clone(), one.id.clone()));
        Ok(found)
    }
}
