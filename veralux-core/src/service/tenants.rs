use serde_json::json;

use super::context::Note;
use super::numbers::Import;
use super::{Context, Error, ImportNumber, Numbers, Refusal, Result, Stores};
use crate::fault::Fault;
use crate::id::TenantId;
use crate::party::{NumberClass, TenantStatus};
use crate::phone::E164;
use crate::port::{Change, Commit, Conflict, Listed, Page, Tenant, WorkKind};
use crate::time::Instant;

/// Longest name of a tenant in characters.
pub(super) const MAX_NAME_CHARS: usize = 200;
/// Most numbers that come with a tenant: they are taken into use in one commit.
const MAX_NUMBERS: usize = 100;

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
    /// Suspend or resume. What waited to be sent is due with the commit that resumes.
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
        self.put_with_numbers(context, request, &[]).await
    }

    /// The same, and takes numbers into use as front desk lines in the same commit: all of it happens or nothing. Those that
    /// the tenant has in use are left as they are.
    ///
    /// # Errors
    /// As [`put`](Self::put); `too_many_numbers` for more than 100; as [`Numbers::import`], the fault at the
    /// number's place.
    pub async fn put_with_numbers(
        &self,
        context: &Context,
        request: TenantRequest,
        numbers: &[E164],
    ) -> Result<(Tenant, bool)> {
        if numbers.len() > MAX_NUMBERS {
            let message = format!("must be {MAX_NUMBERS} at most");
            return Err(Refusal::field("too_many_numbers", "numbers", message).into());
        }
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
        let imports = self.plan_imports(&request.id, numbers, now).await?;
        let after = self.store(context, was, after, &imports).await?;
        Ok((after, fresh))
    }

    async fn plan_imports(&self, tenant: &TenantId, numbers: &[E164], now: Instant) -> Result<Vec<Import>> {
        let service = Numbers::new(self.stores.clone());
        let mut imports: Vec<Import> = Vec::new();
        for (index, e164) in numbers.iter().enumerate() {
            if imports.iter().any(|import| import.after.e164 == *e164) {
                continue;
            }
            let provider = ImportNumber::NOTED.to_owned();
            let request = ImportNumber { e164: *e164, class: NumberClass::FrontDesk, provider };
            match service.plan_import(tenant, request, now).await {
                Ok(import) => imports.push(import),
                Err(error) if error.code() == Some("number_exists") => {}
                Err(Error::Refused(mut refusal)) => {
                    refusal.faults.push(Fault::new(format!("numbers.{index}"), refusal.detail.clone()));
                    return Err(refusal.into());
                }
                Err(error) => return Err(error),
            }
        }
        Ok(imports)
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
        self.store(context, was, after, &[]).await
    }

    async fn store(
        &self,
        context: &Context,
        was: Tenant,
        mut after: Tenant,
        imports: &[Import],
    ) -> Result<Tenant> {
        let now = self.stores.now();
        let mut commit = Commit::new(after.id.clone(), now);
        commit = context.attempt.iter().cloned().map(Change::Act).fold(commit, Commit::change);
        if was != after {
            after = changed(&was, after, now);
            let note = Note::new(
                event_type(&was, &after),
                ("tenant", after.id.as_str()),
                json!({"name": after.name}),
            );
            let before = (was.revision > 0).then_some(was.revision);
            commit = self
                .stores
                .tell(commit, context, note)?
                .change(Change::Tenant { after: after.clone(), before });
            if was.status == TenantStatus::Suspended && after.status == TenantStatus::Active {
                // What came due meanwhile was held back.
                commit = commit.change(Change::WorkWoken(WorkKind::SendMessage));
            }
        }
        for import in imports {
            commit = self.stores.tell(commit, context, import.note())?.change(import.change());
        }
        if commit.events.is_empty() {
            return Ok(after);
        }
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(after),
            // Of a number too: whoever was faster is found by the same again.
            Err(error)
                if matches!(
                    error.conflict(),
                    Some(Conflict::Stale | Conflict::Exists | Conflict::NumberTaken)
                ) =>
            {
                Err(Refusal::stale().into())
            }
            Err(error) => Err(Error::Port(error)),
        }
    }
}

/// The next revision.
fn changed(was: &Tenant, after: Tenant, now: Instant) -> Tenant {
    let created_at = if was.revision == 0 { now } else { after.created_at };
    Tenant { created_at, updated_at: now, revision: was.revision + 1, ..after }
}

const fn event_type(was: &Tenant, after: &Tenant) -> &'static str {
    match (was.revision, was.status, after.status) {
        (0, ..) => "tenant.created",
        (_, TenantStatus::Active, TenantStatus::Suspended) => "tenant.suspended",
        (_, TenantStatus::Suspended, TenantStatus::Active) => "tenant.resumed",
        _ => "tenant.changed",
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
