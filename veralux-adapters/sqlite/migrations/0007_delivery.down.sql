DROP TABLE due_work;
ALTER TABLE message ADD COLUMN delivery TEXT;
UPDATE message SET (delivery, provider, provider_id) = (SELECT d.state, d.provider, d.provider_id FROM message_delivery d
    WHERE d.tenant = message.tenant AND d.message = message.id)
    WHERE EXISTS (SELECT 1 FROM message_delivery d WHERE d.tenant = message.tenant AND d.message = message.id);
DROP TABLE message_delivery;
