//! Lists walked to their end.

use super::Result;
use crate::id::TenantId;
use crate::number::Number;
use crate::port::{MAX_PAGE, NumberFilter, Page, Stores, Thread, ThreadFilter};

impl Stores {
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
