use async_trait::async_trait;
use sqlx::query;
use veralux_core::id::{NumberId, TenantId};
use veralux_core::number::Number;
use veralux_core::phone::E164;
use veralux_core::port::{Listed, NumberFilter, NumberStore, Page, Result};
use veralux_core::time::Instant;
use veralux_sql::number_columns;

use crate::paging::behind_text;
use crate::store::SqliteStore;

crate::statements::statements! {
    one {
        LOOKUP = concat!("SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = ? AND n.id = ?");
        FIND = concat!("SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = ? AND n.e164 = ?");
        // A number that was never used sorts before all others.
        LIST_FREE_POOL = concat!(
            "SELECT ", number_columns!(),
            " FROM number n INDEXED BY number_by_class LEFT JOIN customer c ON c.tenant_id = n.tenant_id AND c.phone = ?2",
            " WHERE n.tenant_id = ?1 AND n.class = 'pool' AND n.status = 'active' AND NOT EXISTS (",
            " SELECT 1 FROM pair p WHERE p.tenant_id = n.tenant_id AND p.number = n.id AND p.customer = c.id",
            " AND (p.free_at IS NULL OR p.free_at > ?3))",
            " ORDER BY n.last_used_at, n.e164 LIMIT ?4"
        );
    }
    list {
        LIST = concat!("SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = ?"), by "n.id";
        LIST_BY_CLASS = concat!(
            "SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = ? AND n.class = ?"
        ), by "n.id";
        LIST_BY_STATUS = concat!(
            "SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = ? AND n.status = ?"
        ), by "n.id";
        LIST_BY_CLASS_AND_STATUS = concat!(
            "SELECT ", number_columns!(), " FROM number n WHERE n.tenant_id = ? AND n.class = ? AND n.status = ?"
        ), by "n.id";
    }
}

#[async_trait]
impl NumberStore for SqliteStore {
    async fn lookup(&self, tenant: &TenantId, id: &NumberId) -> Result<Option<Number>> {
        self.fetch("reading a number", query(LOOKUP).bind(tenant.as_str()).bind(id.as_str())).await
    }

    async fn find(&self, tenant: &TenantId, e164: &E164) -> Result<Option<Number>> {
        self.fetch("finding a number", query(FIND).bind(tenant.as_str()).bind(e164.as_str())).await
    }

    async fn list(&self, tenant: &TenantId, filter: NumberFilter, page: &Page) -> Result<Listed<Number>> {
        let list = match (filter.class, filter.status) {
            (None, None) => LIST,
            (Some(_), None) => LIST_BY_CLASS,
            (None, Some(_)) => LIST_BY_STATUS,
            (Some(_), Some(_)) => LIST_BY_CLASS_AND_STATUS,
        };
        let mut query = list.query(page).bind(tenant.as_str());
        if let Some(class) = filter.class {
            query = query.bind(class.as_str());
        }
        if let Some(status) = filter.status {
            query = query.bind(status.as_str());
        }
        let key = |number: &Number| number.id.to_string();
        self.fetch_page("listing numbers", behind_text(query, page), page, key).await
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
        self.fetch_all("listing free pool numbers", query).await
    }
}
