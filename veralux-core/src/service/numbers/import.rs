use serde_json::json;

use super::{Numbers, conflicted};
use crate::id::{NumberId, TenantId};
use crate::number::{self, Act, Facts, Number};
use crate::party::{NumberClass, NumberStatus};
use crate::phone::E164;
use crate::port::{Change, Conflict, OperationKind};
use crate::service::context::Note;
use crate::service::{Context, Error, Kind, Refusal, Result};
use crate::time::Instant;

/// A number to be taken into use.
#[derive(Debug, Clone)]
pub struct ImportNumber {
    /// The number.
    pub e164: E164,
    /// What it shall be for.
    pub class: NumberClass,
    /// Slug of the provider it came through.
    pub provider: String,
}

impl ImportNumber {
    /// The provider of a number that is only noted: this installation does not work with whoever it came through.
    pub const NOTED: &str = "import";
}

/// A number as it will be once it is in use.
pub(in crate::service) struct Import {
    pub(in crate::service) after: Number,
    /// The revision of the inactive one that it was.
    before: Option<u64>,
}

impl Import {
    pub(in crate::service) fn change(&self) -> Change {
        Change::Number { after: self.after.clone(), before: self.before }
    }

    /// What the audit says of it.
    pub(in crate::service) fn note(&self) -> Note<'_> {
        let payload = json!({"class": self.after.class.as_str(), "provider": self.after.provider});
        Note::new("number.imported", ("number", self.after.id.as_str()), payload)
    }
}

impl Numbers {
    /// Takes a number into use: a new one, or one of the tenant's own that is inactive. Nothing shows whose a new one is, so a
    /// caller who is bound to the tenant is not believed.
    ///
    /// # Errors
    /// `invalid_provider`, `tenant_not_found`, `operators_only`, `held_by_another_tenant` also when it leads to one as a DID,
    /// `number_exists` when the tenant has it in use, `operation_running` while it is given back to its provider, or the store's.
    pub async fn import(
        &self,
        context: &Context,
        tenant: &TenantId,
        request: ImportNumber,
    ) -> Result<Number> {
        if !is_slug(&request.provider) {
            let message = "must be 1 to 64 lower-case letters, digits, `_` and `-`";
            return Err(Refusal::field("invalid_provider", "provider", message).into());
        }
        // The platform is not there either: it holds no numbers.
        if self.stores.directory.lookup_tenant(tenant).await?.is_none() {
            return Err(Refusal::not_found("tenant_not_found", "tenant").into());
        }
        let now = self.stores.now();
        let import = self.plan_import(tenant, request, now).await?;
        if context.is_bound && import.before.is_none() {
            let detail = "nothing shows that the number is the tenant's: the operator notes it, or connect its provider's account \
                          and import it from there";
            return Err(Refusal::operators_only(detail).into());
        }
        let commit = self.stores.start(tenant, now, context, import.note())?.change(import.change());
        match self.stores.ledger.commit(commit).await {
            Ok(()) => Ok(import.after),
            // Somebody was faster: another tenant, or this one itself.
            Err(error) if error.conflict() == Some(&Conflict::NumberTaken) => {
                let own = self.stores.numbers.find(tenant, &import.after.e164).await?;
                let own = own.filter(|own| own.given_back_at.is_none());
                Err(own.map_or_else(|| Error::from(number::Refusal::HeldByAnotherTenant), |_| in_use()))
            }
            Err(error) => Err(conflicted(error, None)),
        }
    }

    /// What taking a number into use would write. Nothing is written.
    pub(in crate::service) async fn plan_import(
        &self,
        tenant: &TenantId,
        request: ImportNumber,
        now: Instant,
    ) -> Result<Import> {
        let import = self.imported(tenant, request, now).await?;
        // Behind the look: what is begun later makes this import stale.
        let running = self.stores.operations.find_running(tenant, &import.after.e164).await?;
        if running.is_some_and(|running| running.kind == OperationKind::Release) {
            return Err(given_back());
        }
        Ok(import)
    }

    async fn imported(&self, tenant: &TenantId, request: ImportNumber, now: Instant) -> Result<Import> {
        let ImportNumber { e164, class, provider } = request;
        let held_elsewhere = self.stores.is_anothers(tenant, &e164).await?;
        match self.stores.numbers.find(tenant, &e164).await? {
            None => {
                let id = NumberId::generate(now, self.stores.id_bytes());
                let number = Number::import(id, e164, class, &provider, now, held_elsewhere);
                Ok(Import { after: number.map_err(Error::from)?, before: None })
            }
            Some(number) if number.status == NumberStatus::Inactive => {
                let facts = Facts { now, other_front_desk: true, threads: &[], target: None, held_elsewhere };
                let plan = number::plan(&number, &Act::Reimport, &facts).map_err(Error::from)?;
                Ok(Import { after: Number { class, provider, ..plan.after }, before: Some(number.revision) })
            }
            Some(_) => Err(in_use()),
        }
    }
}

pub(in crate::service) fn in_use() -> Error {
    Refusal::new(Kind::Conflict, "number_exists", "the tenant has this number in use already").into()
}

fn given_back() -> Error {
    let detail = "the number is being given back to its provider; buy it again when that is done";
    Refusal::new(Kind::Conflict, "operation_running", detail).into()
}

fn is_slug(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(allowed)
}
