use serde_json::json;

use super::{ATTEMPTS, Published, RuntimePublisher};
use crate::fault::Fault;
use crate::id::TenantId;
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::port::NumberFilter;
use crate::runtime;
use crate::service::{Context, Kind, Refusal, Result};

/// Publishing a document of which only some fields are given. The others stay byte for byte.
impl RuntimePublisher {
    /// Publishes the current document, or `base` (a JSON text) where one is given, with the tenant's id and its active
    /// front desk numbers as DIDs; on a condition as [`publish`](Self::publish).
    ///
    /// # Errors
    /// `runtime_config_not_found` when there is nothing to begin with, `number_missing`, and as [`Self::publish`].
    pub async fn publish_from_tenant(
        &self,
        context: &Context,
        tenant: &TenantId,
        base: Option<&str>,
        expected: Option<u64>,
    ) -> Result<Published> {
        self.require_tenant(tenant).await?;
        let filter = NumberFilter { class: Some(NumberClass::FrontDesk), status: Some(NumberStatus::Active) };
        let numbers = self.stores.all_numbers(tenant, filter).await?;
        let mut dids: Vec<E164> = numbers.iter().map(|number| number.e164).collect();
        if dids.is_empty() {
            let detail = "the tenant has no active front desk number";
            return Err(Refusal::new(Kind::Conflict, "number_missing", detail).into());
        }
        dids.sort_unstable();
        let (id, dids) = (json!(tenant).to_string(), json!(dids).to_string());
        let fields = [("tenantId", id.as_str()), ("dids", dids.as_str())];
        match base {
            None => self.edit(context, tenant, &fields, expected).await,
            Some(base) => {
                let document = runtime::with_fields(base, &fields).map_err(faulty)?;
                self.publish(context, tenant, document.as_bytes(), expected).await
            }
        }
    }

    /// The quick replies of the current document as a JSON text, with its version.
    ///
    /// # Errors
    /// `runtime_config_not_found`, or the store's.
    pub async fn quick_replies(&self, tenant: &TenantId) -> Result<(String, u64)> {
        let current = self.current(tenant).await?;
        let replies = runtime::field(current.document.expose(), "quickReplies").unwrap_or("[]");
        Ok((replies.to_owned(), current.version))
    }

    /// Publishes the current document with other quick replies, a JSON text; on a condition as [`publish`](Self::publish).
    ///
    /// # Errors
    /// `runtime_config_not_found`, and as [`Self::publish`].
    pub async fn put_quick_replies(
        &self,
        context: &Context,
        tenant: &TenantId,
        replies: &str,
        expected: Option<u64>,
    ) -> Result<Published> {
        self.require_tenant(tenant).await?;
        self.edit(context, tenant, &[("quickReplies", replies)], expected).await
    }

    /// Publishes the current document with these fields. When another version comes first, its fields are kept instead, unless
    /// another one was expected.
    async fn edit(
        &self,
        context: &Context,
        tenant: &TenantId,
        fields: &[(&str, &str)],
        expected: Option<u64>,
    ) -> Result<Published> {
        for _ in 0..ATTEMPTS {
            let current = self.current(tenant).await?;
            let document = runtime::with_fields(current.document.expose(), fields).map_err(faulty)?;
            let condition = expected.unwrap_or(current.version);
            match self.publish(context, tenant, document.as_bytes(), Some(condition)).await {
                Err(error) if expected.is_none() && error.code() == Some("version_moved") => {}
                other => return other,
            }
        }
        Err(Refusal::stale().into())
    }
}

fn faulty(faults: Vec<Fault>) -> Refusal {
    let detail = "a field of the configuration is not JSON";
    Refusal { faults, ..Refusal::new(Kind::Unprocessable, "invalid_runtime_config", detail) }
}
