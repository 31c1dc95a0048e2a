use veralux_core::id::TenantId;
use veralux_core::port::TenantKey;
use veralux_sql::{Plan, ledger};

crate::statements::statements! {
    one {
        ADD_KEY = "INSERT INTO tenant_key (tenant_id, version, root_key, wrapped, created_at) \
                   SELECT $1, $2, $3, $4, $5 \
                   WHERE NOT EXISTS (SELECT 1 FROM root_key r WHERE r.id = $3 AND r.state <> 'primary')";
    }
}

pub(super) fn add(plan: &mut Plan, tenant: &TenantId, key: &TenantKey) {
    ledger::credential::add_key(plan, ADD_KEY, tenant, key);
}
