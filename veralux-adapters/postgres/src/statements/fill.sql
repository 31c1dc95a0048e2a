-- 10,000 tenants with 1,000,000 messages: one tenant with a tenth of everything beside many small ones. Run as a superuser,
-- in one transaction: rows of a table that the transaction itself emptied need no log, and triggers and references would
-- look at each row.
SET LOCAL session_replication_role = replica;
DO $$
DECLARE
    emptied text;
BEGIN
    SELECT string_agg(oid::regclass::text, ', ') INTO emptied FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_migration';
    EXECUTE 'TRUNCATE ' || emptied;
END $$;

-- An index is made in a third of the time that it takes to keep it.
CREATE TEMP TABLE made_later AS
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
    FROM pg_index WHERE indrelid IN ('message'::regclass, 'decision'::regclass, 'thread'::regclass) AND NOT indisunique;
DO $$
DECLARE
    index text;
BEGIN
    FOR index IN SELECT name FROM made_later LOOP
        EXECUTE 'DROP INDEX ' || index;
    END LOOP;
END $$;

-- Ids are unique, and sort by tenant and number. (Not IMMUTABLE: its parts are not, and it would not be inlined.)
CREATE FUNCTION pg_temp.place(prefix text, tenant integer, number integer) RETURNS text LANGUAGE sql STABLE AS
    $$ SELECT prefix || (1000000000000 + tenant::bigint * 1000000 + number) $$;
CREATE TEMP TABLE size AS
    SELECT 'ten' || (1000000 + i) AS tenant_id, i, CASE i WHEN 1 THEN 10000 ELSE 10 END AS threads
    FROM generate_series(1, 10000) i;
CREATE TEMP VIEW line AS
    SELECT s.*, j, '+1' || (1000000000::bigint + s.i * 100 + j) AS e164
    FROM size s, generate_series(1, CASE s.i WHEN 1 THEN 99 ELSE 3 END) j;
CREATE TEMP VIEW talk AS SELECT s.*, j, pg_temp.place('thr', s.i, j) AS thread FROM size s, generate_series(1, s.threads) j;

INSERT INTO tenant SELECT tenant_id, 'Tenant', 'active', NULL, 0, 0, 1 FROM size;
INSERT INTO number SELECT tenant_id, pg_temp.place('num', i, j), e164,
    CASE j WHEN 1 THEN 'front_desk' WHEN 2 THEN 'staff' ELSE 'pool' END,
    CASE WHEN j % 20 = 19 THEN 'inactive' ELSE 'active' END, NULL, NULL, NULL, NULL, 'twilio', j, 0, 1 FROM line;
INSERT INTO number_holder SELECT e164, tenant_id FROM line;
INSERT INTO customer SELECT tenant_id, pg_temp.place('cus', i, j), '+44' || (1000000000::bigint + j), 0 FROM talk;
INSERT INTO thread SELECT tenant_id, thread, 'one_time', CASE j % 5 WHEN 0 THEN 'active' WHEN 1 THEN 'blocked' ELSE 'archived' END,
    pg_temp.place('cus', i, j), pg_temp.place('num', i, 1 + j % (threads / 100 + 3)), false, j, NULL, 1 FROM talk;
INSERT INTO pair SELECT tenant_id, pg_temp.place('num', i, 1 + j % (threads / 100 + 3)), pg_temp.place('cus', i, j), thread, NULL
    FROM talk;
INSERT INTO assignment_window SELECT tenant_id, pg_temp.place('win', i, j), thread, 'ann', j, j + 10, j FROM talk;
INSERT INTO routing_override SELECT tenant_id, pg_temp.place('ovr', i, j), thread, 'owner_inbox', NULL, j, j + 10, j, NULL, ''
    FROM talk;
-- One thread each of two tenants has a long past.
CREATE TEMP VIEW past AS SELECT t.*, k FROM talk t, generate_series(1, 1000) k WHERE i IN (1, 777) AND j = 2;
INSERT INTO assignment_window SELECT tenant_id, pg_temp.place('win', i, 500000 + k), thread, 'ann', 0, 1 + k % 4, 0 FROM past;
INSERT INTO routing_override SELECT tenant_id, pg_temp.place('ovr', i, 500000 + k), thread, 'owner_inbox', NULL, 0,
    CASE WHEN k % 2 = 0 THEN 1 + k % 4 END, 0, CASE WHEN k % 3 > 0 OR k % 2 = 1 THEN 4 END, '' FROM past;

-- Ten messages a thread, and to a fourth of them a decision, an event and a claim.
CREATE TEMP VIEW piece AS SELECT s.tenant_id, s.i, m, pg_temp.place('thr', s.i, 1 + m % s.threads) AS thread
    FROM size s, generate_series(1, CASE s.i WHEN 1 THEN 100000 WHEN 2 THEN 180 ELSE 90 END) m;
INSERT INTO message SELECT tenant_id, pg_temp.place('msg', i, m), thread, NULL, 'inbound', 'customer', NULL, NULL, 'Hello', NULL,
    'deliver', CASE WHEN m % 50 = 0 THEN 'owner_inbox' ELSE 'staff' END, NULL, 'dec', m, NULL, NULL FROM piece;
INSERT INTO message_delivery SELECT tenant_id, pg_temp.place('msg', i, m), pg_temp.place('num', i, 1 + m % 3), 'twilio',
    pg_temp.place('SM', i, m), 'delivered', 1, 0, NULL, NULL, CASE WHEN m % 30 = 0 THEN m END, CASE WHEN m % 90 = 0 THEN m END, m, 1
    FROM piece WHERE m % 3 = 0;
INSERT INTO decision SELECT tenant_id, pg_temp.place('dec', i, m), thread, NULL, m, '{}', '{}', '1' FROM piece WHERE m % 4 = 0;
INSERT INTO audit_event SELECT tenant_id, m, 'evt', m, '{}', '', '' FROM piece WHERE m % 4 = 0;
INSERT INTO webhook_claim SELECT tenant_id, 'twilio', pg_temp.place('SM', i, m), m FROM piece WHERE m % 4 = 0;
INSERT INTO audit_head SELECT tenant_id, 2, '' FROM size;

INSERT INTO policy_violation SELECT tenant_id, pg_temp.place('vio', i, j), thread, NULL, 'inbound', 'customer', NULL, NULL,
    NULL, '[]', '1', CASE WHEN j % 5 = 0 THEN 'open' ELSE 'resolved' END, j, NULL, 1 FROM talk;
INSERT INTO policy_scan_memory SELECT tenant_id, thread, 'customer', '{}', 1 FROM talk;
INSERT INTO policy_allow_list SELECT tenant_id, '[]', 1 FROM size;

INSERT INTO runtime_version SELECT s.tenant_id, v, '', '{}', '[]', 'publish', 'key', v
    FROM size s, generate_series(1, CASE s.i WHEN 1 THEN 1000 ELSE 3 END) v;
INSERT INTO runtime_head SELECT tenant_id, 3 FROM size;
INSERT INTO head_holder SELECT tenant_id FROM size;
INSERT INTO runtime_did SELECT tenant_id, e164, true, false FROM line;
INSERT INTO did_holder SELECT e164, tenant_id FROM line;
INSERT INTO line_holder SELECT e164, tenant_id FROM line;
CREATE TEMP VIEW holder AS
    SELECT s.tenant_id, s.i, k FROM size s, generate_series(1, CASE s.i WHEN 1 THEN 1000 ELSE 2 END) k;
INSERT INTO api_key SELECT tenant_id, pg_temp.place('key', i, k), 'CI', 'admin',
    decode(md5(i || ' ' || k), 'hex'), 'abcd', 0, NULL, NULL FROM holder;
INSERT INTO key_holder SELECT decode(md5(i || ' ' || k), 'hex'), tenant_id FROM holder;

INSERT INTO caller_id SELECT tenant_id, pg_temp.place('cid', i, j), e164, NULL, '{}', j % 3 > 0, NULL, 0, 1 FROM line;
INSERT INTO verified_number SELECT e164, tenant_id FROM line WHERE j % 3 > 0;
INSERT INTO forwarding SELECT tenant_id, pg_temp.place('fwd', i, j), pg_temp.place('cid', i, j), e164, '+1', 'other', 'US',
    'safety_net', NULL, '', '', 'active', NULL, 0, 0, 1 FROM line;
INSERT INTO issued_code SELECT e164, j FROM line;

INSERT INTO root_key SELECT k, 'retired', '', 0, 1 FROM generate_series(1, 3) k;
CREATE TEMP VIEW safe AS SELECT s.tenant_id, s.i, k FROM size s, generate_series(1, 10) k;
INSERT INTO tenant_key SELECT tenant_id, k, 1, '', 0 FROM safe;
INSERT INTO tenant_key_version SELECT tenant_id, 10 FROM size;
INSERT INTO credential SELECT tenant_id, 'provider' || k, pg_temp.place('crd', i, k), 1, 1, k, 'active', NULL,
    NULL, NULL, NULL, NULL, NULL, 0, 0, 1, '' FROM safe;
INSERT INTO credential_export SELECT tenant_id, 'provider' || k, 'vapi', NULL, 1, 'synced', NULL, 0, 1 FROM safe;
INSERT INTO tenant_secret SELECT tenant_id, 'S' || k, 1, 1, k, 0, '' FROM safe;
INSERT INTO sealed_under SELECT r, tenant_id, 1, 1, 0 FROM size, generate_series(1, 3) r;

INSERT INTO runtime_outbox SELECT tenant_id, 9, CASE WHEN i % 500 = 0 THEN 8 ELSE 9 END, i FROM size;
INSERT INTO runtime_outbox_did SELECT tenant_id, e164, 9 FROM line;

INSERT INTO due_work SELECT tenant_id, CASE k WHEN 1 THEN 'operation' ELSE 'send_message' END, pg_temp.place('msg', i, k), k, k FROM safe;
INSERT INTO phone_call SELECT tenant_id, pg_temp.place('cal', i, j), 'twilio', pg_temp.place('CA', i, j), '+1', NULL,
    CASE j % 100 WHEN 0 THEN 'active' WHEN 1 THEN 'refused' ELSE 'ended' END, NULL, j, NULL, NULL, 1 FROM talk;
INSERT INTO provider_operation SELECT tenant_id, pg_temp.place('opr', i, j), 'purchase', 'telnyx', e164, 'pool',
    CASE j % 3 WHEN 0 THEN 'running' ELSE 'done' END, '[]', 'key', 0, 0, 1 FROM line;
INSERT INTO assistant_link SELECT tenant_id, 'vapi', pg_temp.place('as', i, k), NULL, NULL, '', 'synced', 1, NULL, 0, 1 FROM safe;
INSERT INTO assistant_holder SELECT 'vapi', pg_temp.place('as', i, k), tenant_id FROM safe;
INSERT INTO tool_registration SELECT 'vapi', 'tool' || s, '', NULL, 'synced', NULL, NULL, 0, 1 FROM generate_series(1, 9) s;

INSERT INTO setting SELECT 'set' || s, '' FROM generate_series(1, 5) s;
INSERT INTO idempotency_key SELECT tenant_id, pg_temp.place('key', i, k), '', k, 200, '', '' FROM safe;
INSERT INTO unclaimed_webhook SELECT 'twilio', tenant_id || k, 0, '', '' FROM safe;
DO $$
DECLARE
    index text;
BEGIN
    FOR index IN SELECT definition FROM made_later LOOP
        EXECUTE index;
    END LOOP;
END $$;
ANALYZE;
