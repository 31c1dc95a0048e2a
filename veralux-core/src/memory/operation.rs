use async_trait::async_trait;

use super::MemoryStore;
use super::change::check_revision;
use super::page::{page_of, walk};
use super::write::Writer;
use crate::id::{OperationId, TenantId};
use crate::phone::E164;
use crate::port::{Conflict, Error, Listed, Operation, OperationState, OperationStore, Page, Result};

impl Writer<'_> {
    pub(super) fn put_operation(&mut self, after: Operation, before: Option<u64>) -> Result<()> {
        after.check().map_err(Error::Invalid)?;
        let old = self.reach.own.operations.get(&after.id);
        check_revision(old.map(|found| found.revision), before)?;
        let ran_with = old.filter(|found| found.state == OperationState::Running).map(|found| found.number);
        let runs = after.state == OperationState::Running;
        if runs && self.reach.own.operation_on.get(&after.number).is_some_and(|id| *id != after.id) {
            return Err(Conflict::Exists.into());
        }
        if let Some(number) = ran_with {
            self.remove(|reach| &mut reach.own.operation_on, &number);
        }
        if runs {
            self.put(|reach| &mut reach.own.operation_on, after.number, after.id.clone());
        }
        self.put(|reach| &mut reach.own.operations, after.id.clone(), after);
        Ok(())
    }
}

#[async_trait]
impl OperationStore for MemoryStore {
    async fn lookup(&self, tenant: &TenantId, id: &OperationId) -> Result<Option<Operation>> {
        Ok(self.with_rows(tenant, |rows| rows.operations.get(id).cloned()))
    }

    async fn find_running(&self, tenant: &TenantId, number: &E164) -> Result<Option<Operation>> {
        Ok(self.with_rows(tenant, |rows| rows.operations.get(rows.operation_on.get(number)?).cloned()))
    }

    async fn list(&self, tenant: &TenantId, page: &Page) -> Result<Listed<Operation>> {
        Ok(self.with_rows(tenant, |rows| {
            let operations = walk(&rows.operations, page).map(|(_, operation)| operation);
            page_of(operations, page, |operation| operation.id.to_string())
        }))
    }
}
