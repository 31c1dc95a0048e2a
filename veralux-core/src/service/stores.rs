//! Questions that take more than one look.

use super::Result;
use crate::id::TenantId;
use crate::number::Number;
use crate::phone::E164;
use crate::port::{MAX_PAGE, NumberFilter, Page, Stores, Thread, ThreadFilter};

impl Stores {
    /// Whether a phone number is another tenant's: one holds it, or it leads to one. Whatever writes it is refused by the ledger
    /// all the same; this tells before money is spent.
    pub(super) async fn is_anothers(&self, tenant: &TenantId, number: &E164) -> Result<bool> {
        let holder = self.directory.find_tenant_by_number(number).await?;
        if holder.is_some_and(|holder| holder != *tenant) {
            return Ok(true);
        }
        let led = self.runtime.find_tenant(number).await?;
        Ok(led.is_some_and(|led| led != *tenant))
    }

    /// Every number of a tenant that the filter takes, page by page.
    pub(super) async fn all_numbers(&self, tenant: &TenantId, filter: NumberFilter) -> Result<Vec<Number>> {
        let mut numbers = Vec::new();
        let mut page = Page::first(MAX_PAGE);
        loop {
            let listed = self.numbers.list(tenant, filter, &page).await?;
            numbers.extend(listed.items);
            if listed.next.is_none() {
                return Ok(numbers);
            }
            page = page.after(listed.next);
        }
    }

    /// Every thread of a tenant that the filter takes, page by page.
    pub(super) async fn all_threads(&self, tenant: &TenantId, filter: &ThreadFilter) -> Result<Vec<Thread>> {
        let mut threads = Vec::new();
        let mut page = Page::first(MAX_PAGE);
        loop {
            let listed = self.threads.list(tenant, filter, &page).await?;
            threads.extend(listed.items);
            if listed.next.is_none() {
                return Ok(threads);
            }
            page = page.after(listed.next);
        }
    }
}
