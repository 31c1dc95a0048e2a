//! What changes say to this database in words of its own.

use veralux_core::id::TenantId;
use veralux_core::number::Number;
use veralux_core::port::Conflict;
use veralux_sql::ledger::Dialect;
use veralux_sql::{Plan, Refusal, stored};

use crate::row::Sqlite;

crate::statements::statements! {
    one {
        LEAVE_PAIR = "DELETE FROM pair INDEXED BY pair_by_thread \
                      WHERE tenant_id = $1 AND thread = $2 AND NOT (number = $3 AND customer = $4)";
        ADD_TENANT_KEY = "INSERT INTO tenant_key (tenant_id, version, root_key, wrapped, created_at) \
                   SELECT $1, $2, $3, $4, $5 \
                   WHERE NOT EXISTS (SELECT 1 FROM root_key r WHERE r.id = $3 AND r.state <> 'primary')";
        FORGET_CODES = "DELETE FROM issued_code WHERE issued_at <= $1";
        // As many open threads as were named, and all that were named among them.
        COMPARE_OPEN_THREADS = "SELECT 1 WHERE \
            (SELECT count(*) FROM thread h INDEXED BY thread_by_number \
             WHERE h.tenant_id = $1 AND h.number = $2 AND h.status IN ('active', 'blocked')) = $3 \
            AND (SELECT count(DISTINCT h.id) FROM json_each($4) j \
             JOIN thread h INDEXED BY thread_by_number \
             ON h.tenant_id = $1 AND h.number = $2 AND h.id = j.value WHERE h.status IN ('active', 'blocked')) = $3";
        COMPARE_CALLS = "SELECT 1 WHERE \
             (SELECT count(*) FROM phone_call c INDEXED BY phone_call_open_by_start \
              WHERE c.tenant_id = $1 AND c.state IN ('ringing', 'active') AND c.started_at >= $2) < $3 \
             AND (SELECT count(*) FROM phone_call c INDEXED BY phone_call_by_start \
              WHERE c.tenant_id = $1 AND c.state <> 'refused' AND c.started_at > $4) < $5";
        MAP_DOCUMENT_DIDS = "INSERT INTO runtime_did (did, tenant_id, by_document, by_hand) \
                             SELECT j.value, $1, 1, 0 FROM json_each($2) j WHERE NOT EXISTS \
                             (SELECT 1 FROM number n WHERE n.e164 = j.value AND n.given_back_at IS NULL AND n.tenant_id <> $1) \
                             ON CONFLICT (did) DO UPDATE SET by_document = 1 \
                             WHERE runtime_did.tenant_id = excluded.tenant_id";
        FIND_FOREIGN_DID = "SELECT j.value FROM json_each($1) j WHERE EXISTS \
                            (SELECT 1 FROM runtime_did d WHERE d.did = j.value AND d.tenant_id <> $2) OR EXISTS \
                            (SELECT 1 FROM number n WHERE n.e164 = j.value AND n.given_back_at IS NULL AND n.tenant_id <> $2) \
                            ORDER BY j.key LIMIT 1";
        MAP_DID = "INSERT INTO runtime_did (did, tenant_id, by_document, by_hand) SELECT $1, $2, 0, 1 WHERE NOT EXISTS \
                   (SELECT 1 FROM number n WHERE n.e164 = $1 AND n.given_back_at IS NULL AND n.tenant_id <> $2) \
                   ON CONFLICT (did) DO UPDATE SET by_hand = 1 WHERE runtime_did.tenant_id = excluded.tenant_id";
        // A number that the tenant holds already is not asked about again, nor is one that is not as it was read: that it is put
        // from an old state is told by the statement that puts it.
        ASK_WHERE_IT_LEADS = "SELECT 1 WHERE NOT EXISTS \
                              (SELECT 1 FROM runtime_did d WHERE d.did = $1 AND d.tenant_id <> $2) OR EXISTS \
                              (SELECT 1 FROM number n WHERE n.tenant_id = $2 AND n.id = $3 AND n.e164 = $1 \
                               AND n.given_back_at IS NULL) OR \
                              coalesce((SELECT n.revision FROM number n WHERE n.tenant_id = $2 AND n.id = $3), 0) <> $4";
    }
}

impl Dialect for Sqlite {
    const LEAVE_PAIR: &'static str = LEAVE_PAIR;
    const ADD_TENANT_KEY: &'static str = ADD_TENANT_KEY;
    const FORGET_CODES: &'static str = FORGET_CODES;
    const COMPARE_OPEN_THREADS: &'static str = COMPARE_OPEN_THREADS;
    const COMPARE_CALLS: &'static str = COMPARE_CALLS;
    const MAP_DOCUMENT_DIDS: &'static str = MAP_DOCUMENT_DIDS;
    const FIND_FOREIGN_DID: &'static str = FIND_FOREIGN_DID;
    const MAP_DID: &'static str = MAP_DID;

    // Asked before it is put, since then it is the tenant's.
    fn free_number(plan: &mut Plan, tenant: &TenantId, number: &Number, before: Option<u64>) {
        if number.given_back_at.is_some() {
            return;
        }
        plan.statement(ASK_WHERE_IT_LEADS)
            .bind(number.e164.as_str())
            .bind(tenant.as_str())
            .bind(number.id.as_str())
            .bind(stored(before.unwrap_or(0)))
            .must_answer(Refusal::Is(Conflict::NumberTaken));
    }
}
