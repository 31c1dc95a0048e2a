//! Calls that an assistant makes.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use veralux_core::id::TenantId;
use veralux_core::phone::E164;
use veralux_core::port::ProviderResult;
use veralux_core::time::Instant;

use super::record::{Record, instant, own};
use super::{Api, TENANT_KEY, Vapi, named, path};
use crate::Method;
use crate::call::{Repeat, not_understood};

/// A call to be made.
#[derive(Clone)]
pub struct NewCall {
    /// Our name of it, 1 to 40 characters, unique among the calls of the assistant: by it the call is found again.
    pub reference: String,
    /// Whose call it is; stands in its metadata.
    pub tenant: TenantId,
    /// Who speaks.
    pub assistant_id: String,
    /// Vapi's id of the number that calls.
    pub phone_number_id: String,
    /// Who is called.
    pub customer: E164,
    /// The name of who is called, 1 to 40 characters.
    pub customer_name: Option<String>,
    /// Values for the prompt.
    pub variables: BTreeMap<String, String>,
    /// Not before this; at once when unset.
    pub earliest_at: Option<Instant>,
}

impl std::fmt::Debug for NewCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCall").field("reference", &self.reference).finish_non_exhaustive()
    }
}

/// A call as Vapi has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Vapi's id of it.
    pub id: String,
    /// Our reference, where we made it.
    pub name: Option<String>,
    /// `queued`, `ringing`, `in-progress`, `ended`, ...
    pub status: Option<String>,
    /// One of hundreds of reasons, as Vapi writes it.
    pub ended_reason: Option<String>,
    /// Who speaks.
    pub assistant_id: Option<String>,
    /// Vapi's id of our number.
    pub phone_number_id: Option<String>,
    /// When somebody answered.
    pub started_at: Option<Instant>,
    /// When it ended.
    pub ended_at: Option<Instant>,
    /// US dollars.
    pub cost: Option<f64>,
}

impl Call {
    fn read(record: &Record) -> Option<Self> {
        Some(Self {
            id: own(record, "id")?,
            name: own(record, "name"),
            status: own(record, "status"),
            ended_reason: own(record, "endedReason"),
            assistant_id: own(record, "assistantId"),
            phone_number_id: own(record, "phoneNumberId"),
            started_at: instant(record, "startedAt"),
            ended_at: instant(record, "endedAt"),
            cost: record.get("cost").and_then(Value::as_f64),
        })
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallBody<'a> {
    name: &'a str,
    assistant_id: &'a str,
    phone_number_id: &'a str,
    customer: CustomerBody<'a>,
    assistant_overrides: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule_plan: Option<Value>,
}

#[derive(Serialize)]
struct CustomerBody<'a> {
    number: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
}

impl<'a> CallBody<'a> {
    fn new(call: &'a NewCall) -> ProviderResult<Self> {
        let mut overrides = json!({ "metadata": { TENANT_KEY: call.tenant.as_str() } });
        if let (false, Some(fields)) = (call.variables.is_empty(), overrides.as_object_mut()) {
            fields.insert("variableValues".to_owned(), json!(call.variables));
        }
        Ok(Self {
            name: named(&call.reference)?,
            assistant_id: &call.assistant_id,
            phone_number_id: &call.phone_number_id,
            customer: CustomerBody {
                number: call.customer.as_str(),
                name: call.customer_name.as_deref().map(named).transpose()?,
            },
            assistant_overrides: overrides,
            schedule_plan: call.earliest_at.map(|at| json!({ "earliestAt": at })),
        })
    }
}

impl Vapi {
    /// Makes a call, once: one with its reference that is there since an instant (before it was first asked for) is
    /// given instead.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError); after `Unsettled`, ask again with the same instant.
    pub async fn create_call(&self, call: &NewCall, since: Instant) -> ProviderResult<Call> {
        let body = CallBody::new(call)?;
        if let Some(found) = self.find_call(&call.reference, &call.assistant_id, since).await? {
            return Ok(found);
        }
        let (record, response) = self.write(Method::Post, "/call", &body).await?;
        Call::read(&record).ok_or_else(|| not_understood::<Api>(Repeat::Never, &response))
    }

    /// The call with a reference.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn find_call(
        &self,
        reference: &str,
        assistant_id: &str,
        since: Instant,
    ) -> ProviderResult<Option<Call>> {
        let since = since.to_string();
        let calls = self.list("call", &[("assistantId", assistant_id), ("createdAtGe", &since)]).await?;
        Ok(calls.iter().filter_map(Call::read).find(|call| call.name.as_deref() == Some(reference)))
    }

    /// One call by Vapi's id; `None` when it is not there.
    ///
    /// # Errors
    /// [`ProviderError`](veralux_core::port::ProviderError).
    pub async fn call(&self, id: &str) -> ProviderResult<Option<Call>> {
        let Some((record, response)) = self.one(&path("call", id)?).await? else { return Ok(None) };
        Call::read(&record).map(Some).ok_or_else(|| not_understood::<Api>(Repeat::Always, &response))
    }
}
