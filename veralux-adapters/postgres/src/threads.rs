use async_trait::async_trait;
use veralux_core::id::{CustomerId, NumberId, TenantId, ThreadId};
use veralux_core::party::ThreadStatus;
use veralux_core::phone::E164;
use veralux_core::port::{Customer, Listed, Page, Result, Thread, ThreadFilter, ThreadStore};
use veralux_sql::{customer_columns, thread_columns};

use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", thread_columns!(), " FROM thread h WHERE h.tenant_id = $1 AND h.id = $2");
        LOOKUP_CUSTOMER = concat!(
            "SELECT ", customer_columns!(), " FROM customer c WHERE c.tenant_id = $1 AND c.id = $2"
        );
        FIND_CUSTOMER = concat!(
            "SELECT ", customer_columns!(), " FROM customer c WHERE c.tenant_id = $1 AND c.phone = $2"
        );
    }
    // Of a customer's threads, which are few, the other filters only sort out; else each has an index of its own.
    list {
        LIST = concat!("SELECT ", thread_columns!(), " FROM thread h WHERE h.tenant_id = $3"), by "h.id";
        LIST_BY_STATUS = concat!(
            "SELECT ", thread_columns!(), " FROM thread h WHERE h.tenant_id = $3 AND h.status = $4"
        ), by "h.id";
        LIST_BY_CUSTOMER = concat!(
            "SELECT ", thread_columns!(),
            " FROM thread h WHERE h.tenant_id = $3 AND h.customer = $4",
            " AND h.number = coalesce($5, h.number) AND h.status = coalesce($6, h.status)"
        ), by "h.id";
        LIST_BY_NUMBER = concat!(
            "SELECT ", thread_columns!(),
            " FROM thread h WHERE h.tenant_id = $3 AND h.number = $4"
        ), by "h.id";
        LIST_BY_NUMBER_AND_STATUS = concat!(
            "SELECT ", thread_columns!(),
            " FROM thread h WHERE h.tenant_id = $3 AND h.number = $4 AND h.status = $5"
        ), by "h.id";
    }
}

#[async_trait]
impl ThreadStore for PostgresStore {
    async fn lookup(&self, tenant: &TenantId, id: &ThreadId) -> Result<Option<Thread>> {
        self.of(tenant).fetch("reading a thread", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn list(&self, tenant: &TenantId, filter: &ThreadFilter, page: &Page) -> Result<Listed<Thread>> {
        let number = filter.number.as_ref().map(NumberId::as_str);
        let status = filter.status.map(ThreadStatus::as_str);
        let query = match (&filter.customer, number, status) {
            (Some(customer), number, status) => LIST_BY_CUSTOMER
                .behind_text(page)
                .bind(tenant)
                .bind(customer.as_str())
                .bind(number)
                .bind(status),
            (None, Some(number), Some(status)) => {
                LIST_BY_NUMBER_AND_STATUS.behind_text(page).bind(tenant).bind(number).bind(status)
            }
            (None, Some(number), None) => LIST_BY_NUMBER.behind_text(page).bind(tenant).bind(number),
            (None, None, Some(status)) => LIST_BY_STATUS.behind_text(page).bind(tenant).bind(status),
            (None, None, None) => LIST.behind_text(page).bind(tenant),
        };
        let key = |thread: &Thread| thread.id.to_string();
        self.of(tenant).fetch_page("listing threads", query, page, key).await
    }

    async fn lookup_customer(&self, tenant: &TenantId, id: &CustomerId) -> Result<Option<Customer>> {
        let query = query(LOOKUP_CUSTOMER).bind(tenant.as_str()).bind(id.as_str());
        self.of(tenant).fetch("reading a customer", query).await
    }

    async fn find_customer(&self, tenant: &TenantId, phone: &E164) -> Result<Option<Customer>> {
        let query = query(FIND_CUSTOMER).bind(tenant.as_str()).bind(phone.as_str());
        self.of(tenant).fetch("finding a customer", query).await
    }
}
