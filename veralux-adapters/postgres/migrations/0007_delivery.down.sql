DROP TABLE due_work;
ALTER TABLE message ADD COLUMN delivery text;
ALTER TABLE message NO FORCE ROW LEVEL SECURITY;
ALTER TABLE message_delivery NO FORCE ROW LEVEL SECURITY;
UPDATE message m SET delivery = d.state, provider = d.provider, provider_id = d.provider_id
    FROM message_delivery d WHERE d.tenant_id = m.tenant_id AND d.message = m.id;
ALTER TABLE message FORCE ROW LEVEL SECURITY;
DROP TABLE message_delivery;
