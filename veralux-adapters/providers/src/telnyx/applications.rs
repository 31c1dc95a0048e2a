//! Call control applications: where the calls of numbers are reported.

use serde::{Deserialize, Serialize};
use veralux_core::port::ProviderResult;

use super::Api;
use super::api::segment;
use super::refusal::Contract;
use crate::Method;
use crate::call::{Repeat, unless_status};

/// A call control application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Telnyx's id of it, which numbers have as their `connection_id`: an int64 in digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where events go.
    pub webhook_event_url: Option<String>,
    /// When it was made, as Telnyx writes it.
    pub created_at: Option<String>,
}

/// What an application is, or becomes.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct NewApplication<'a> {
    /// Its name.
    #[serde(rename = "application_name")]
    pub name: &'a str,
    /// Where events go. With a scheme.
    pub webhook_event_url: &'a str,
    /// `2`: events in an envelope.
    pub webhook_api_version: &'a str,
}

#[derive(Deserialize)]
struct Wire {
    id: String,
    application_name: Option<String>,
    webhook_event_url: Option<String>,
    created_at: Option<String>,
}

impl Wire {
    fn read(self) -> Application {
        Application {
            id: self.id,
            name: self.application_name.unwrap_or_default(),
            webhook_event_url: self.webhook_event_url,
            created_at: self.created_at,
        }
    }
}

impl Api {
    /// Makes one, though there may be another of this name. `POST /call_control_applications`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); `Unsettled` when it may be made.
    pub async fn add_application(&self, application: NewApplication<'_>) -> ProviderResult<Application> {
        let path = "/call_control_applications";
        let wire: Wire = self.write(Repeat::IfRefused, Method::Post, path, &application).await?;
        Ok(wire.read())
    }

    /// All with exactly this name, the oldest first, from every page. `GET /call_control_applications`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn applications(&self, name: &str) -> ProviderResult<Vec<Application>> {
        // A shorter text is no filter there.
        let filters = [("filter[application_name][contains]", name)];
        let filters = if name.chars().count() < 3 { [].as_slice() } else { filters.as_slice() };
        let found: Vec<Wire> = self.list("/call_control_applications", filters).await?;
        let named = found.into_iter().map(Wire::read).filter(|application| application.name == name);
        let mut found: Vec<Application> = named.collect();
        let age = |one: &Application| (one.created_at.clone(), one.id.len(), one.id.clone());
        found.sort_by_key(age);
        Ok(found)
    }

    /// The one with an id; `None` where there is none. `GET /call_control_applications/{id}`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn application(&self, id: &str) -> ProviderResult<Option<Application>> {
        let read = self.read::<Wire>(&path(id)?).await;
        Ok(unless_status(404, read)?.map(Wire::read))
    }

    /// Changes one. `PATCH /call_control_applications/{id}`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn set_application(
        &self,
        id: &str,
        application: NewApplication<'_>,
    ) -> ProviderResult<Application> {
        let path = path(id)?;
        let wire: Wire = self.write(Repeat::Always, Method::Patch, &path, &application).await?;
        Ok(wire.read())
    }

    /// Removes one; one that is gone is no error. `DELETE /call_control_applications/{id}`
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn remove_application(&self, id: &str) -> ProviderResult<()> {
        let path = path(id)?;
        let request = || self.plain(Method::Delete, &path);
        unless_status(404, self.outside().ask::<Contract>(Repeat::Always, request).await)?;
        Ok(())
    }
}

fn path(id: &str) -> ProviderResult<String> {
    Ok(format!("/call_control_applications/{}", segment(id)?))
}
