//! What changes say to this database in words of its own.

use veralux_core::phone::E164;
use veralux_sql::Plan;
use veralux_sql::ledger::Dialect;

use crate::row::Postgres;

crate::statements::statements! {
    one {
        LEAVE_PAIR = "DELETE FROM pair \
                      WHERE tenant_id = $1 AND thread = $2 AND NOT (number = $3 AND customer = $4)";
        /// Who makes another root key primary waits for those that seal under the one before, and is seen by those behind.
        ADD_TENANT_KEY = "WITH root AS (SELECT r.state FROM root_key r WHERE r.id = $3 FOR SHARE) \
                   INSERT INTO tenant_key (tenant_id, version, root_key, wrapped, created_at) \
                   SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT 1 FROM root WHERE root.state <> 'primary')";
        /// Whoever counts the codes of a number waits for the others who do.
        LOCK_CODES = "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))";
        FORGET_CODES = "DELETE FROM issued_code WHERE ctid = ANY (ARRAY(SELECT i.ctid FROM issued_code i \
                        WHERE i.issued_at <= $1 ORDER BY i.issued_at LIMIT 100 FOR UPDATE SKIP LOCKED))";
        // As many open threads as were named, and all that were named among them.
        COMPARE_OPEN_THREADS = "SELECT 1 FROM ( \
             SELECT h.id FROM thread h WHERE h.tenant_id = $1 AND h.number = $2 AND h.status = 'active' \
             UNION ALL \
             SELECT h.id FROM thread h WHERE h.tenant_id = $1 AND h.number = $2 AND h.status = 'blocked' \
            ) o HAVING count(*) = $3 AND count(*) FILTER (WHERE o.id = ANY($4)) = $3";
        COMPARE_CALLS = "SELECT 1 WHERE \
             (SELECT count(*) FROM phone_call c WHERE c.tenant_id = $1 AND c.state IN ('ringing', 'active') \
              AND c.started_at >= $2) < $3 \
             AND (SELECT count(*) FROM phone_call c WHERE c.tenant_id = $1 AND c.state <> 'refused' \
              AND c.started_at > $4) < $5";
        MAP_DOCUMENT_DIDS = "INSERT INTO runtime_did (did, tenant_id, by_document, by_hand) \
                             SELECT j.did, $1, true, false FROM unnest($2::text[]) j(did) \
                             ON CONFLICT (tenant_id, did) DO UPDATE SET by_document = true";
        FIND_FOREIGN_DID = "SELECT h.e164 FROM unnest($1::text[]) WITH ORDINALITY j(did, place) \
                            JOIN line_holder h ON h.e164 = j.did \
                            WHERE h.tenant_id <> $2 ORDER BY j.place LIMIT 1";
        MAP_DID = "INSERT INTO runtime_did (did, tenant_id, by_document, by_hand) VALUES ($1, $2, false, true) \
                   ON CONFLICT (tenant_id, did) DO UPDATE SET by_hand = true";
    }
}

impl Dialect for Postgres {
    const LEAVE_PAIR: &'static str = LEAVE_PAIR;
    const ADD_TENANT_KEY: &'static str = ADD_TENANT_KEY;
    const FORGET_CODES: &'static str = FORGET_CODES;
    const COMPARE_OPEN_THREADS: &'static str = COMPARE_OPEN_THREADS;
    const COMPARE_CALLS: &'static str = COMPARE_CALLS;
    const MAP_DOCUMENT_DIDS: &'static str = MAP_DOCUMENT_DIDS;
    const FIND_FOREIGN_DID: &'static str = FIND_FOREIGN_DID;
    const MAP_DID: &'static str = MAP_DID;

    fn lock_codes(plan: &mut Plan, number: &E164) {
        plan.statement(LOCK_CODES).bind(number.as_str());
    }
}
