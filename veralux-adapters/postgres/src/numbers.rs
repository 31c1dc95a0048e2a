use async_trait::async_trait;
use veralux_core::id::{NumberId, TenantId};
use veralux_core::number::Number;
use veralux_core::phone::E164;
use veralux_core::port::{Listed, NumberFilter, NumberStore, Page, Result};
use veralux_core::time::Instant;
use veralux_sql::number_columns;

use crate::query::query;
use crate::store::PostgresStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = $1 AND n.id = $2");
        FIND = concat!("SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = $1 AND n.e164 = $2");
        // A number that was never used sorts before all others. With a limit, a pair is looked up by its whole key: else the
        // planner may read all pairs of each number.
        LIST_FREE_POOL = concat!(
            "SELECT ", number_columns!(),
            " FROM number n LEFT JOIN customer c ON c.tenant_id = n.tenant_id AND c.phone = $2",
            " WHERE n.tenant_id = $1 AND n.class = 'pool' AND n.status = 'active' AND (",
            "SELECT p.thread FROM pair p WHERE p.tenant_id = n.tenant_id AND p.number = n.id AND p.customer = c.id",
            " AND (p.free_at IS NULL OR p.free_at > $3) LIMIT 1) IS NULL",
            " ORDER BY n.last_used_at NULLS FIRST, n.e164 LIMIT $4"
        );
    }
    list {
        LIST = concat!("SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = $3"), by "n.id";
        LIST_BY_CLASS = concat!(
            "SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = $3 AND n.class = $4"
        ), by "n.id";
        LIST_BY_STATUS = concat!(
            "SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = $3 AND n.status = $4"
        ), by "n.id";
        LIST_BY_CLASS_AND_STATUS = concat!(
            "SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = $3 AND n.class = $4 AND n.status = $5"
        ), by "n.id";
    }
}

#[async_trait]
impl NumberStore for PostgresStore {
    async fn lookup(&self, tenant: &TenantId, id: &NumberId) -> Result<Option<Number>> {
        self.of(tenant).fetch("reading a number", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn find(&self, tenant: &TenantId, e164: &E164) -> Result<Option<Number>> {
        self.of(tenant).fetch("finding a number", query(FIND).bind(tenant.as_str()).bind(e164.as_str())).await
    }

    async fn list(&self, tenant: &TenantId, filter: NumberFilter, page: &Page) -> Result<Listed<Number>> {
        let list = match (filter.class, filter.status) {
            (None, None) => LIST,
            (Some(_), None) => LIST_BY_CLASS,
            (None, Some(_)) => LIST_BY_STATUS,
            (Some(_), Some(_)) => LIST_BY_CLASS_AND_STATUS,
        };
        let mut query = list.behind_text(page).bind(tenant.as_str());
        if let Some(class) = filter.class {
            query = query.bind(class.as_str());
        }
        if let Some(status) = filter.status {
            query = query.bind(status.as_str());
        }
        let key = |number: &Number| number.id.to_string();
        self.of(tenant).fetch_page("listing numbers", query, page, key).await
    }

    async fn list_free_pool(
        &self,
        tenant: &TenantId,
        party: &E164,
        at: Instant,
        limit: u16,
    ) -> Result<Vec<Number>> {
        let query = query(LIST_FREE_POOL)
            .bind(tenant.as_str())
            .bind(party.as_str())
            .bind(at.micros())
            .bind(i64::from(limit));
        self.of(tenant).fetch_all("listing free pool numbers", query).await
    }
}
