use serde_json::json;

use super::context::Note;
use super::{Context, Error, Refusal, Result, Stores};
use crate::id::TenantId;
use crate::party::TenantStatus;
use crate::phone::E164;
use crate::port::{Change, Conflict, Listed, Page, Tenant};

/// Longest name of a tenant in characters.
pub(super) const MAX_NAME_CHARS: usize = 200;

/// A tenant to be made or changed.
#[derive(Debug, Clone)]
pub struct TenantRequest {
    /// Its id, chosen by the operator.
    pub id: TenantId,
    /// What people call it.
    pub name: String,
    /// The number that customers know it by; kept as it is when absent.
    pub business_number: Option<E164>,
}

/// What shall be different; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct TenantPatch {
    /// A new name.
    pub name: Option<String>,
    /// Suspend or resume.
    pub status: Option<TenantStatus>,
    /// A new business number.
    pub business_number: Option<E164>,
}

/// Makes, changes and lists tenants.
#[derive(Debug, Clone)]
pub struct Tenants {
    stores: Stores,
}

impl Tenants {
    /// Over these stores.
    pub fn new(stores: Stores) -> Self {
        Self { stores }
    }

    /// The tenant with this id.
    ///
    /// # Errors
    /// `tenant_not_found`, or the store's.
    pub async fn lookup(&self, id: &TenantId) -> Result<Tenant> {
        let tenant = self.stores.directory.lookup_tenant(id).await?;
        Ok(tenant.ok_or_else(|| Refusal::not_found("tenant_not_found", "tenant"))?)
    }

    /// Whether there is a tenant with this id; the platform always is.
    ///
    /// # Errors
    /// The store's.
    pub async fn exists(&self, id: &TenantId) -> Result<bool> {
        Ok(id.is_platform() || self.stores.directory.lookup_tenant(id).await?.is_some())
    }

    /// A page of tenants.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(&self, page: &Page) -> Result<Listed<Tenant>> {
        Ok(self.stores.directory.list_tenants(page).await?)
    }

    /// Makes a tenant, or changes the one with this id. The answer's flag says whether it was made.
    ///
    /// # Errors
    /// `reserved_tenant_id`, `invalid_name`, `stale`, or the store's.
    pub async fn put(&self, context: &Context, request: TenantRequest) -> Result<(Tenant, bool)> {
        if request.id.is_platform() {
            return Err(Refusal::field("reserved_tenant_id", "id", "is reserved for the operator").into());
        }
        let before = self.stores.directory.lookup_tenant(&request.id).await?;
        let now = self.stores.now();
        let fresh = before.is_none();
        let was = before.unwrap_or_else(|| Tenant {
            id: request.id.clone(),
            name: String::new(),
            status: TenantStatus::Active,
            business_number: None,
            created_at: now,
            updated_at: now,
            revision: 0,
        });
        let after = Tenant {
            name: checked_name(&request.name)?,
            business_number: request.business_number.or(was.business_number),
            ..was.clone()
        };
        let after = self.store(context, was, after).await?;
        Ok((after, fresh))
    }

    /// Changes a tenant.
    ///
    /// # Errors
    /// `tenant_not_found`, `invalid_name`, `stale`, or the store's.
    pub async fn patch(&self, context: &Context, id: &TenantId, patch: TenantPatch) -> Result<Tenant> {
        let was = self.lookup(id).await?;
        let name = patch.name.as_deref().map(checked_name).transpose()?;
        let after = Tenant {
            name: name.unwrap_or_else(|| was.name.clone()),
            status: patch.status.unwrap_or(was.status),
            business_number: patch.business_number.or(was.business_number),
            ..was.clone()
        };
        self.store(context, was, after).await
    }

    async fn store(&self, context: &Context, was: Tenant, mut after: Tenant) -> Result<Tenant> {
        if was == after {
            return Ok(after);
        }
        let now = self.stores.now();
        let event_type = match (was.revision, was.status, after.status) {
            (0, ..) => "tenant.created",
            (_, TenantStatus::Active, TenantStatus::Suspended) => "tenant.suspended",
            (_, TenantStatus::Suspended, TenantStatus::Active) => "tenant.resumed",
            _ => "tenant.changed",
        };
        after.updated_at = now;
        if was.revision == 0 {
            after.created_at = now;
        }
        after.revision = was.revision + 1;
        let note = Note::new(event_type, ("tenant", after.id.as_str()), json!({"name": after.name}));
        let change =
            Change::Tenant { after: after.clone(), before: (was.revision > 0).then_some(was.revision) };
        let commit = self.stores.start(&after.id, now, context, note)?.change(change);
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(after),
            Err(error) if matches!(error.conflict(), Some(Conflict::Stale | Conflict::Exists)) => {
                Err(Refusal::stale().into())
            }
            Err(error) => Err(Error::Port(error)),
        }
    }
}

fn checked_name(name: &str) -> std::result::Result<String, Refusal> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || name.chars().any(char::is_control) {
        let message = format!("must have 1 to {MAX_NAME_CHARS} characters and no control character");
        return Err(Refusal::field("invalid_name", "name", message));
    }
    Ok(name.to_owned())
}
