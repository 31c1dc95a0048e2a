use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{CustomerId, NumberId, TenantId, ThreadId};
use veralux_core::party::ThreadStatus;
use veralux_core::phone::E164;
use veralux_core::port::{Customer, Listed, Page, Result, Thread, ThreadFilter, ThreadStore};
use veralux_sql::{customer_columns, thread_columns};

use crate::paging::behind_text;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", thread_columns!(), " FROM thread h WHERE h.tenant_id = ? AND h.id = ?");
        LOOKUP_CUSTOMER = concat!(
            "SELECT ", customer_columns!(), " FROM customer c WHERE c.tenant_id = ? AND c.id = ?"
        );
        FIND_CUSTOMER = concat!(
            "SELECT ", customer_columns!(), " FROM customer c WHERE c.tenant_id = ? AND c.phone = ?"
        );
    }
    // The most selective filter leads, through an index of its own; the others only sort out.
    list {
        LIST = concat!("SELECT ", thread_columns!(), " FROM thread h WHERE h.tenant_id = ?"), by "h.id";
        LIST_BY_STATUS = concat!(
            "SELECT ", thread_columns!(), " FROM thread h WHERE h.tenant_id = ? AND h.status = ?"
        ), by "h.id";
        LIST_BY_CUSTOMER = concat!(
            "SELECT ", thread_columns!(),
            " FROM thread h INDEXED BY thread_by_customer WHERE h.tenant_id = ? AND h.customer = ?",
            " AND h.number = coalesce(?, h.number) AND h.status = coalesce(?, h.status)"
        ), by "h.id";
        LIST_BY_NUMBER = concat!(
            "SELECT ", thread_columns!(),
            " FROM thread h INDEXED BY thread_by_number WHERE h.tenant_id = ? AND h.number = ?",
            " AND h.status = coalesce(?, h.status)"
        ), by "h.id";
    }
}

#[async_trait]
impl ThreadStore for SqliteStore {
    async fn lookup(&self, tenant: &TenantId, id: &ThreadId) -> Result<Option<Thread>> {
        self.fetch("reading a thread", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn list(&self, tenant: &TenantId, filter: &ThreadFilter, page: &Page) -> Result<Listed<Thread>> {
        let tenant = tenant.as_str();
        let number = filter.number.as_ref().map(NumberId::as_str);
        let status = filter.status.map(ThreadStatus::as_str);
        let query = match (&filter.customer, number, status) {
            (Some(customer), number, status) => {
                LIST_BY_CUSTOMER.query(page).bind(tenant).bind(customer.as_str()).bind(number).bind(status)
            }
            (None, Some(number), status) => LIST_BY_NUMBER.query(page).bind(tenant).bind(number).bind(status),
            (None, None, Some(status)) => LIST_BY_STATUS.query(page).bind(tenant).bind(status),
            (None, None, None) => LIST.query(page).bind(tenant),
        };
        let key = |thread: &Thread| thread.id.to_string();
        self.fetch_page("listing threads", behind_text(query, page), page, key).await
    }

    async fn lookup_customer(&self, tenant: &TenantId, id: &CustomerId) -> Result<Option<Customer>> {
        let query = query(LOOKUP_CUSTOMER).bind(tenant.as_str()).bind(id.as_str());
        self.fetch("reading a customer", query).await
    }

    async fn find_customer(&self, tenant: &TenantId, phone: &E164) -> Result<Option<Customer>> {
        let query = query(FIND_CUSTOMER).bind(tenant.as_str()).bind(phone.as_str());
        self.fetch("finding a customer", query).await
    }
}
